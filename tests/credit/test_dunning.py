"""Dunning runs: who hears what, once; what is read again when the message leaves; pauses; a run a hundred times."""

import datetime as dt
import threading
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone

from accounts.models import Task
from core.dates import local_date
from core.errors import Refusal
from core.models import Notification
from credit.models import (
    DunningItem,
    DunningLevel,
    DunningNotice,
    DunningRun,
    DunningSettings,
    LateFee,
    LateFeePolicy,
)
from credit.operations import (
    ask_for_run,
    dunning_day,
    may_leave,
    pause_dunning,
    raise_dispute,
    record_promise,
    resume_dunning,
    run_now,
    settle_due,
    start_due_run,
)
from credit.queries.dunning import level_of, plan, policy, whole_plan
from messaging.models import MessageTemplate, OutboundMessage, Suppression
from messaging.operations import deliver_due
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, overdue_bill, pay
from tests.factories.customers import CustomerFactory
from tests.racing import race

pytestmark = pytest.mark.django_db
D = Decimal
DAY = dt.timedelta(days=1)


@pytest.fixture
def levels():
    """Three levels at 5, 20 and 40 days, messages at any hour, no gap between two."""
    DunningLevel.objects.update(is_active=False)
    DunningSettings.objects.update_or_create(
        pk=1, defaults={"from_hour": 0, "until_hour": 24, "gap_days": 0, "automatic": True, "hour": 0}
    )
    made = []
    for name, days, event in (("One", 5, "first"), ("Two", 20, "second"), ("Three", 40, "last")):
        DunningLevel.objects.filter(days=days).delete()
        made.append(DunningLevel.objects.create(name=name, days=days, event=f"dunning_{event}"))
    return made


@pytest.fixture
def shop():
    return AccountFactory().customer


_runs = iter(range(1, 10**6))


def run(*, on=None, at=None, **kwargs):
    at = at or timezone.now()
    asked = ask_for_run(key=f"test:{next(_runs)}", on=on or local_date(at), by=None, at=at, **kwargs)
    return run_now(asked, at=at)


def messages():
    return list(OutboundMessage.objects.filter(event__startswith="dunning_").order_by("pk"))


def leave(at=None):
    """As if a worker handed over what waits, with a transport that takes everything."""
    from messaging.operations.checking import still_wanted
    from messaging.operations.claiming import claim

    sent = []
    while (claimed := claim(at=at or timezone.now())) is not None:
        for message in claimed:
            if still_wanted(message, at=at or timezone.now()):
                OutboundMessage.objects.filter(pk=message.pk).update(
                    state="sent", provider_id=f"SM{message.pk}"
                )
                sent += [message] if message.event.startswith("dunning_") else []
    return sent


def test_levels_are_reached_one_after_the_other_and_wait_for_what_is_not_sent(levels, shop):
    invoice = overdue_bill(shop, 0)
    day = invoice.due_on
    run(on=day + 4 * DAY)
    assert messages() == []
    run(on=day + 5 * DAY)
    assert [m.event for m in messages()] == ["dunning_first"]
    run(on=day + 30 * DAY)
    assert len(messages()) == 1, "the first has not left yet"
    leave()
    pause = pause_dunning(
        shop.pk, until=local_date(timezone.now()) + 60 * DAY, reason="Talks", by=None, at=timezone.now()
    )
    run(on=day + 30 * DAY)
    assert len(messages()) == 1, "nobody is reminded while it is paused"
    resume_dunning(pause, by=None, at=timezone.now())
    run(on=day + 30 * DAY)
    assert [m.event for m in messages()] == ["dunning_first", "dunning_second"]
    pay(shop, "100")
    assert leave() == []
    assert messages()[1].state == "cancelled"
    run(on=day + 50 * DAY)
    assert len(messages()) == 2, "paid, and so never heard of again"


def test_one_message_speaks_of_all_that_is_overdue(levels, shop):
    first, second = overdue_bill(shop, 25, "100.00"), overdue_bill(shop, 6, "40.00")
    overdue_bill(shop, 1, "9.00")
    run()
    (message,) = messages()
    assert message.event == "dunning_second"
    assert message.variables["amount"] == "₹149.00"
    assert first.number in message.body
    claims = DunningItem.objects.order_by("due_on").values_list("invoice", "level__name", "channel")
    assert list(claims) == [(first.pk, "Two", "whatsapp"), (second.pk, "One", "whatsapp")]
    account = first.account_id
    assert level_of([account], on=local_date(timezone.now()))[account][0].name == "Two"


def test_what_is_paid_between_the_run_and_the_sending_is_left_out(levels, shop):
    overdue_bill(shop, 6, "100.00")
    open_one = overdue_bill(shop, 5, "40.00")
    run()
    pay(shop, "100")
    leave()
    (message,) = messages()
    assert (message.state, message.variables["amount"]) == ("sent", "₹40.00")
    assert open_one.number in message.body
    notice = DunningNotice.objects.get()
    assert (notice.state, notice.amount, notice.invoices) == ("sent", D("40.00"), 1)
    assert DunningItem.objects.filter(dropped_at=None).get().invoice == open_one


def test_a_promise_made_before_the_message_leaves_cancels_it_and_frees_its_level(levels, shop):
    invoice = overdue_bill(shop, 6)
    run()
    now = timezone.now()
    record_promise(shop.pk, D(100), promised_on=local_date(now) + DAY, reference="p", by=None, at=now)
    assert leave() == []
    assert messages()[0].state == "cancelled"
    assert DunningNotice.objects.get().state == "cancelled"
    run(on=local_date(now) + DAY)
    assert len(messages()) == 1, "the promise holds through its day"
    settle_due(at=now + 2 * DAY)
    run(on=local_date(now) + 2 * DAY)
    told = DunningItem.objects.filter(invoice=invoice, dropped_at=None).get()
    assert told.level.name == "Two", "a broken promise goes one level further"


def test_a_dispute_stops_reminders_of_that_part_only(levels, shop):
    invoice = overdue_bill(shop, 6)
    raise_dispute(
        invoice,
        amount=D(30),
        reason="faulty",
        words="Two were dead",
        reference="d",
        by=None,
        at=timezone.now(),
    )
    run()
    assert messages()[0].variables["amount"] == "₹70.00"


def test_who_cannot_be_written_to_is_a_call(levels):
    rep = UserFactory(role="Sales representative")
    silent = AccountFactory(customer=CustomerFactory(phone="", email="", representative=rep)).customer
    blocked = AccountFactory(customer=CustomerFactory(status="blocked", representative=rep)).customer
    closed = AccountFactory(customer=CustomerFactory(representative=rep, channels=["sms"])).customer
    Suppression.objects.create(
        channel="sms", address=closed.address_for("sms"), reason="opted_out", at=timezone.now()
    )
    for each in (silent, blocked, closed):
        overdue_bill(each, 6)
    run()
    run()
    assert messages() == []
    assert set(DunningNotice.objects.values_list("state", flat=True)) == {"call"}
    assert Task.objects.filter(assignee=rep).count() == 3, "each is called about once"


def test_levels_tell_the_representative_and_ask_for_a_call(levels, shop):
    DunningLevel.objects.update(tells_representative=True, asks_for_call=True)
    overdue_bill(shop, 6)
    run()
    assert Task.objects.get().assignee == shop.representative
    assert Notification.objects.get(event="dunning.reached").user == shop.representative
    assert len(messages()) == 1


def test_a_level_with_channels_of_its_own_is_told_once_on_each(levels, shop):
    DunningLevel.objects.update(channels=["whatsapp", "email"])
    overdue_bill(shop, 6)
    run()
    run()
    assert sorted(m.channel for m in messages()) == ["email", "whatsapp"]


def test_left_out_customers_are_kept_with_the_reason(levels, shop):
    overdue_bill(shop, 6)
    now = timezone.now()
    record_promise(shop.pk, D(100), promised_on=local_date(now) + DAY, reference="p", by=None, at=now)
    found = run()
    notice = found.notices.get()
    assert (notice.state, found.left_out) == ("left_out", 1)
    assert notice.why.startswith("Promised ₹100.00 for")


def test_messages_wait_for_the_hours_that_are_not_quiet():
    told = DunningSettings(from_hour=9, until_hour=20, quiet_days=[6])
    saturday = dt.datetime(2026, 11, 21, 21, tzinfo=timezone.get_default_timezone())
    assert may_leave(told, at=saturday) == saturday + 36 * dt.timedelta(hours=1), "Monday, nine o'clock"
    noon = saturday.replace(hour=12)
    assert may_leave(told, at=noon) == noon


def test_the_automatic_run_starts_once_a_day_however_late(levels, shop):
    overdue_bill(shop, 45)
    DunningSettings.objects.update(hour=10)
    morning = timezone.make_aware(dt.datetime.combine(local_date(timezone.now()), dt.time(9, 59)))
    assert start_due_run(at=morning) is None
    for hour in (15, 16, 17):
        dunning_day(at=morning.replace(hour=hour))
    assert DunningRun.objects.count() == 1
    assert [m.event for m in messages()] == ["dunning_last"], (
        "the levels that were missed are not made up for"
    )


def test_a_run_without_levels_is_refused(levels):
    DunningLevel.objects.update(is_active=False)
    with pytest.raises(Refusal):
        run()


def test_templates_that_are_switched_off_leave_only_the_phone(levels, shop):
    MessageTemplate.objects.filter(event="dunning_first").update(is_active=False)
    overdue_bill(shop, 6)
    run()
    assert (messages(), DunningNotice.objects.get().state) == ([], "call")


def test_the_plan_costs_the_same_however_many_customers(levels, django_assert_max_num_queries):
    def planned(count):
        for _each in range(count):
            overdue_bill(AccountFactory().customer, 6)
        with django_assert_max_num_queries(20) as counted:
            found = whole_plan(
                on=local_date(timezone.now()), by=policy(), user=UserFactory(is_superuser=True)
            )
        return len(found), len(counted)

    assert planned(2) == (2, planned(5)[1])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_hundred_runs_by_four_workers_across_a_late_start_say_everything_once(levels):
    """25 rounds on 8 days of which some are missed, 4 workers each; half of them on the very same run."""
    LateFeePolicy.objects.create(name="Flat", kind="flat", amount=D(50), when="level", is_active=True)
    DunningLevel.objects.filter(name="Two").update(charges_fee=True, channels=["whatsapp", "email"])
    shops = [AccountFactory().customer for _each in range(6)]
    for place, each in enumerate(shops):
        overdue_bill(each, place)
        overdue_bill(each, place + 14)
    today = local_date(timezone.now())
    days = [0, 1, 2, 9, 10, 30, 31, 50]
    for turn in range(25):
        on = today + days[turn * len(days) // 25] * DAY

        def worker(number, turn=turn, on=on):
            at = timezone.now()
            key = f"shared:{turn}" if number % 2 else f"own:{turn}:{number}"
            run_now(ask_for_run(key=key, on=on, by=None, at=at), at=at)
            if number == 0:
                leave()

        race([partial(worker, number) for number in range(4)])
        leave()
    living = DunningItem.objects.filter(dropped_at=None)
    told = list(living.values_list("invoice_id", "level_id", "channel"))
    assert len(told) == len(set(told))
    notices = DunningNotice.objects.filter(state="sent")
    for notice in notices:
        said = OutboundMessage.objects.filter(key=notice.message_key).values_list("channel", flat=True)
        assert sorted(said) == sorted(set(notice.items.values_list("channel", flat=True)))
    assert OutboundMessage.objects.filter(event__startswith="dunning_").exclude(state="sent").count() == 0
    reached = (
        living.filter(level__name="Two", invoice__kind="invoice").values("invoice_id").distinct().count()
    )
    assert LateFee.objects.count() == reached > 0
    assert LateFee.objects.values("invoice", "period").distinct().count() == LateFee.objects.count()
    assert threading.active_count() < 20


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_write_to_a_customer_once(levels):
    for _round in range(5):
        shop = AccountFactory().customer
        overdue_bill(shop, 6)
        race([run, run, run, run])
        assert OutboundMessage.objects.filter(customer=shop).count() == 1
        assert DunningItem.objects.filter(invoice__account__customer=shop).count() == 1


def test_a_reminder_that_cannot_be_checked_is_not_sent(levels, shop, monkeypatch):
    from messaging import wanted

    overdue_bill(shop, 6)
    run()

    def broken(message, at):
        raise RuntimeError("no")

    monkeypatch.setitem(wanted._checks, "dunning_first", broken)
    assert leave() == []
    message = messages()[0]
    assert (message.state, message.error_code) == ("queued", "check")


def test_a_day_without_anybody_due_is_a_run_all_the_same(levels, shop):
    bill(shop)
    found = run()
    assert (found.state, found.looked_at, found.queued) == ("done", 0, 0)
    assert plan([], on=local_date(timezone.now()), by=policy()) == []
    deliver_due()
