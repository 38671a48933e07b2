"""Tasks: when they come back, what is done with them, who sees them, the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.forms import reminder_of
from accounts.models import Task
from accounts.operations import (
    add_task,
    change_task,
    finish_task,
    hand_over_task,
    remind,
    reopen_task,
)
from accounts.recurrence import months_later, next_due
from core.errors import Refusal
from core.models import Notification
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.customers import CustomerFactory

D = dt.date
DAY = dt.timedelta(days=1)


# --- when it comes back ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("series", "due", "every", "unit", "after", "expected"),
    [
        (D(2026, 11, 2), D(2026, 11, 2), 1, "day", D(2026, 11, 2), D(2026, 11, 3)),
        (D(2026, 11, 2), D(2026, 11, 2), 1, "day", D(2026, 11, 7), D(2026, 11, 8)),
        (D(2026, 11, 2), D(2026, 11, 9), 1, "week", D(2026, 11, 7), D(2026, 11, 16)),
        (D(2026, 11, 2), D(2026, 11, 2), 2, "week", D(2026, 11, 16), D(2026, 11, 30)),
        (D(2027, 1, 31), D(2027, 1, 31), 1, "month", D(2027, 1, 31), D(2027, 2, 28)),
        (D(2027, 1, 31), D(2027, 2, 28), 1, "month", D(2027, 2, 28), D(2027, 3, 31)),
        (D(2027, 1, 31), D(2027, 2, 28), 3, "month", D(2027, 3, 1), D(2027, 4, 30)),
        (D(2028, 2, 29), D(2028, 2, 29), 12, "month", D(2028, 3, 1), D(2029, 2, 28)),
    ],
)
def test_it_comes_back_on_the_next_day_of_its_series(series, due, every, unit, after, expected):
    assert next_due(series, due, every, unit, after=after) == expected


@given(
    st.dates(D(2020, 1, 1), D(2030, 12, 31)),
    st.integers(1, 40),
    st.sampled_from(["day", "week", "month"]),
    st.integers(0, 900),
    st.integers(1, 5),
)
def test_it_never_comes_back_before_it_was_finished_and_never_skips_a_turn(start, every, unit, late, turns):
    due = start
    for _ in range(turns):
        then = next_due(start, due, every, unit, after=due)
        assert then > due
        due = then
    after = due + late * DAY
    then = next_due(start, due, every, unit, after=after)
    assert then > after
    if unit == "month":
        whole = (then.year - start.year) * 12 + then.month - start.month
        assert whole % every == 0
        assert then == months_later(start, whole)
        assert months_later(start, whole - every) <= max(due, after)
    else:
        step = every * (7 if unit == "week" else 1)
        assert (then - due).days % step == 0
        assert then - step * DAY <= max(due, after)


# --- operations ------------------------------------------------------------------------------------------------------
@pytest.fixture
def me(db):
    return UserFactory(role="Sales representative", team=TeamFactory())


def task(who, title="Call Star Touch", days=0, **fields):
    at = fields.pop("at", timezone.now())
    fields.setdefault("by", who)
    return add_task(title, assignee=who, due_on=timezone.localdate() + days * DAY, at=at, **fields)


def test_a_task_is_written_once_and_knows_its_record(me):
    shop = CustomerFactory(name="Star Touch")
    made = task(me, about=shop, idempotency_key="k")
    assert task(me, about=shop, idempotency_key="k") == made
    assert (made.about_kind, made.about_pk, made.about_label, made.about_url) == (
        "customers.customer", shop.pk, "Star Touch", shop.get_absolute_url()
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": "  "}, "no_title"),
        ({"days": 366 * 6}, "strange_day"),
        ({"every": 2}, "no_unit"),
        ({"unit": "day"}, "no_unit"),
        ({"note": "x" * 1001}, "too_long"),
    ],
)
def test_what_is_no_task_is_refused(me, change, code):
    with pytest.raises(Refusal) as refusal:
        task(me, **change)
    assert refusal.value.code == code
    assert not Task.objects.exists()


def test_done_is_done_once_and_can_be_taken_back(me):
    made, at = task(me), timezone.now()
    assert finish_task(made, by=me, at=at).done_at == at
    assert finish_task(made, by=me, at=at + DAY).done_at == at
    reopened = reopen_task(made, by=me, at=at)
    assert (reopened.done_at, reopened.done_by) == (None, None)
    assert reopen_task(made, by=me, at=at).done_at is None


def test_finishing_what_comes_back_writes_the_next_one_and_undo_takes_it_away(me):
    at = timezone.now()
    made = task(me, every=1, unit="week", reminder_at=at, note="gently")
    finish_task(made, by=me, at=at)
    finish_task(made, by=me, at=at)
    following = Task.objects.get(follows=made)
    assert (following.due_on, following.note) == (made.due_on + 7 * DAY, "gently")
    assert following.reminder_at == at + 7 * DAY
    reopen_task(made, by=me, at=at)
    assert Task.objects.get() == made


def test_undo_is_refused_once_the_next_one_is_done(me):
    at = timezone.now()
    made = task(me, every=1, unit="day")
    finish_task(made, by=me, at=at)
    finish_task(Task.objects.get(follows=made), by=me, at=at)
    with pytest.raises(Refusal, match="next one is done"):
        reopen_task(made, by=me, at=at)


def test_another_day_begins_the_series_anew(me):
    made = task(me, every=1, unit="month", days=3)
    earlier = timezone.localdate()
    changed = change_task(made, {"due_on": earlier}, by=me, at=timezone.now())
    assert (changed.due_on, changed.series_on) == (earlier, earlier)


def test_what_is_done_is_not_changed(me):
    made = finish_task(task(me), by=me, at=timezone.now())
    with pytest.raises(Refusal, match="Open it again"):
        change_task(made, {"title": "Other"}, by=me, at=timezone.now())
    with pytest.raises(Refusal, match="done"):
        hand_over_task(made, UserFactory(), by=me, at=timezone.now())


def test_whoever_gets_a_task_hears_of_it_and_nobody_of_their_own(me):
    other, at = UserFactory(), timezone.now()
    made = task(me)
    assert not Notification.objects.exists()
    hand_over_task(made, other, by=me, at=at)
    hand_over_task(made, other, by=me, at=at)
    (told,) = Notification.objects.all()
    assert (told.user, told.url) == (other, made.get_absolute_url())
    with pytest.raises(Refusal, match="no longer logs in"):
        hand_over_task(made, UserFactory(is_active=False), by=me, at=at)


def test_reminders_come_once_and_not_for_what_is_done(me):
    at = timezone.now()
    task(me, reminder_at=at)
    task(me, "Later", reminder_at=at + DAY)
    finish_task(task(me, "Done", reminder_at=at), by=me, at=at)
    assert (remind(at=at), remind(at=at)) == (1, 0)
    assert [told.text for told in Notification.objects.all()] == ["Task: Call Star Touch"]


def test_a_reminder_that_was_moved_comes_again(me):
    at = timezone.now()
    made = task(me, reminder_at=at)
    remind(at=at)
    change_task(made, {"reminder_at": at + DAY}, by=me, at=at)
    assert (remind(at=at), remind(at=at + DAY)) == (0, 1)
    assert Notification.objects.count() == 2


# --- who sees what, and when it is late ------------------------------------------------------------------------------
def test_people_see_their_own_a_manager_the_teams(me):
    colleague, stranger = UserFactory(team=me.team), UserFactory(team=TeamFactory())
    manager = UserFactory(role="Sales manager", team=me.team)
    own, given, team, far = task(me), task(stranger, by=me), task(colleague), task(stranger)
    assert set(Task.objects.visible_to(me)) == {own, given}
    assert set(Task.objects.visible_to(colleague)) == {team}
    assert set(Task.objects.visible_to(manager)) == {own, team}
    assert set(Task.objects.visible_to(UserFactory(is_superuser=True))) == {own, given, team, far}


def test_late_means_the_day_or_its_time_has_passed(me):
    noon = timezone.make_aware(dt.datetime.combine(timezone.localdate(), dt.time(12)))
    today = task(me)
    early = task(me, "early", due_time=dt.time(11, 59))
    task(me, "later", due_time=dt.time(12, 1))
    yesterday = task(me, "yesterday", days=-1)
    assert set(Task.objects.late(noon)) == {early, yesterday}
    assert [each.is_late(noon) for each in Task.objects.order_by("pk")] == [False, True, False, True]
    assert set(Task.objects.late(noon + DAY)) >= {today}


# --- pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def mine(client, me):
    client.force_login(me)
    return client


def sent(page, **fields):
    return {"idempotency_key": page.context["key"], "assignee": page.context["user"].pk, **fields}


def test_a_task_is_written_from_any_record_and_leads_back_to_it(mine, me):
    shop = CustomerFactory(name="Star Touch", representative=me)
    url = reverse("accounts:task_add")
    page = mine.get(url, {"about": f"customers.customer:{shop.pk}"})
    assert "Star Touch" in page.content.decode()
    data = sent(page, title="Call", due_on=timezone.localdate(), about=f"customers.customer:{shop.pk}",
                due_time="14:00", reminder="60", unit="week", next=shop.get_absolute_url())  # fmt: skip
    answer = mine.post(url, data)
    assert (answer.status_code, answer["Location"]) == (302, shop.get_absolute_url())
    mine.post(url, data)
    made = Task.objects.get()
    assert (made.about_pk, made.every, made.unit) == (shop.pk, 1, "week")
    assert (timezone.localtime(made.reminder_at).hour, reminder_of(made)) == (13, "60")


@pytest.mark.parametrize(
    "about", ["customers.customer:{}", "no.such:1", "auth.permission:1", "x", "customers.customer:0"]
)
def test_a_record_that_is_not_in_sight_is_never_named(mine, about):
    hidden = CustomerFactory(name="Hidden Phones")
    page = mine.get(reverse("accounts:task_add"), {"about": about.format(hidden.pk)})
    assert "Hidden Phones" not in page.content.decode()
    data = sent(page, title="Call", due_on=timezone.localdate(), about=about.format(hidden.pk))
    mine.post(reverse("accounts:task_add"), data)
    assert Task.objects.get().about_label == ""


def test_one_tap_finishes_and_the_message_takes_it_back(mine, me):
    made = task(me)
    answer = mine.post(reverse("accounts:task_finish", args=[made.pk]), {"next": "/"}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    assert reverse("accounts:task_reopen", args=[made.pk]) in answer.content.decode()
    mine.post(reverse("accounts:task_reopen", args=[made.pk]))
    assert Task.objects.get().done_at is None


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\x00/"]
)
def test_nobody_is_led_away(mine, me, elsewhere):
    answer = mine.post(reverse("accounts:task_finish", args=[task(me).pk]), {"next": elsewhere})
    assert answer["Location"] == reverse("accounts:task_list")


def test_somebody_elses_task_is_not_there(mine):
    other = task(UserFactory())
    for verb in ("detail", "change", "finish", "reopen", "hand_over"):
        assert mine.get(reverse(f"accounts:task_{verb}", args=[other.pk])).status_code == 404


def test_the_list_has_what_is_due_what_is_late_and_what_others_do(mine, me):
    late, today, later = task(me, "late", -1), task(me, "today"), task(me, "later", 2)
    given = task(UserFactory(), "given", by=me)
    done = finish_task(task(me, "done"), by=me, at=timezone.now())
    url = reverse("accounts:task_list")
    shown = {
        tab: [row.record for row in mine.get(url, {"tab": tab}).context["table"]]
        for tab in ("today", "open", "late", "others", "done")
    }
    assert shown == {
        "today": [late, today],
        "open": [late, today, later],
        "late": [late],
        "others": [given],
        "done": [done],
    }


def test_the_list_costs_the_same_for_many(mine, me, django_assert_max_num_queries):
    url = reverse("accounts:task_list")
    for _ in range(2):
        task(me)
    with django_assert_max_num_queries(20) as few:
        mine.get(url)
    for _ in range(20):
        task(me)
    with django_assert_max_num_queries(len(few)):
        mine.get(url)


@pytest.mark.parametrize("view", ["month", "week"])
def test_the_calendar_shows_ones_own_days(mine, me, view, django_assert_num_queries):
    task(me, "Call", due_time=dt.time(9, 30))
    task(UserFactory(), "Secret", by=me)
    page = mine.get(reverse("accounts:task_calendar"), {"view": view}).content.decode()
    assert "Call" in page
    assert "09:30" in page
    assert "Secret" not in page
    for nonsense in ("9999-12-31", "0001-01-01", "x", "2026-13-40", "2199-12-31", "2000-01-01"):
        assert mine.get(reverse("accounts:task_calendar"), {"view": view, "on": nonsense}).status_code == 200


def test_a_day_shows_four_and_says_how_many_more(mine, me):
    for n in range(6):
        task(me, f"Task {n}")
    page = mine.get(reverse("accounts:task_calendar")).content.decode()
    assert "2 more" in page


def test_handing_over_to_a_stranger_leads_to_the_list(mine, me):
    made, other = task(me, by=UserFactory()), UserFactory(team=TeamFactory())
    answer = mine.post(reverse("accounts:task_hand_over", args=[made.pk]), {"assignee": other.pk})
    assert answer["Location"] == reverse("accounts:task_list")
    made.refresh_from_db()
    assert made.assignee == other
