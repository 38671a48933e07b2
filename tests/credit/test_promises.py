"""Promises to pay: the rule day by day, recording, settling after money comes and goes, the pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.dates import local_date
from core.errors import Refusal
from credit.models import PromiseToPay
from credit.operations import (
    record_promise,
    reverse_payment,
    settle_due,
    settle_promises,
    withdraw_promise,
)
from credit.promises import Outcome, Promised, Received, settled
from customers.models import TimelineEntry
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import bill, pay
from tests.factories.orders import customer_with_credit

D = Decimal
DAY = dt.timedelta(days=1)
MADE = dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC)
TENTH = dt.date(2026, 11, 10)
FIFTEENTH = dt.date(2026, 11, 15)


# --- the rule --------------------------------------------------------------------------------------------------------
def promised(key=1, amount="100", on=FIFTEENTH, at=MADE):
    return Promised(key, D(amount), at, at.date(), on)


def received(amount="100", on=FIFTEENTH, at=MADE + DAY):
    return Received(D(amount), on, at)


def outcome(*payments, on=FIFTEENTH):
    return settled([promised()], payments, on=on)[1]


def test_a_promise_is_open_through_its_day_and_broken_the_day_after():
    assert outcome(on=FIFTEENTH) == Outcome("open", D("0.00"), None)
    assert outcome(on=FIFTEENTH + DAY) == Outcome("broken", D("0.00"), FIFTEENTH + DAY)


def test_money_on_the_day_itself_keeps_it_and_a_day_later_does_not():
    assert outcome(received(on=FIFTEENTH), on=FIFTEENTH + DAY) == Outcome("kept", D(100), FIFTEENTH)
    assert outcome(received(on=FIFTEENTH + DAY), on=FIFTEENTH + DAY).state == "broken"


def test_parts_add_up_and_less_is_not_enough():
    parts = [received("60", TENTH), received("39.99", FIFTEENTH)]
    assert outcome(*parts) == Outcome("open", D("99.99"), None)
    assert outcome(*parts, on=FIFTEENTH + DAY).state == "broken"
    assert outcome(*parts, received("0.01", FIFTEENTH)) == Outcome("kept", D(100), FIFTEENTH)


def test_more_than_promised_keeps_it_and_no_more_is_received_than_promised():
    assert outcome(received("250", TENTH)) == Outcome("kept", D(100), TENTH)


def test_money_from_before_the_promise_does_not_count():
    assert outcome(received(on=TENTH - DAY)).state == "open"
    assert outcome(received(on=TENTH, at=MADE - dt.timedelta(minutes=1))).state == "open"
    assert outcome(received(on=TENTH, at=MADE)).state == "open"


def test_a_transfer_in_time_that_is_recorded_late_keeps_a_broken_promise():
    late = received(on=FIFTEENTH, at=MADE + 20 * DAY)
    assert outcome(late, on=FIFTEENTH + 15 * DAY) == Outcome("kept", D(100), FIFTEENTH)


def test_money_counts_once_and_the_earliest_day_takes_first():
    first, second = promised(1, "100", TENTH + DAY), promised(2, "100", FIFTEENTH)
    (one, two) = settled([second, first], [received("150", TENTH)], on=FIFTEENTH).values()
    assert (one, two) == (Outcome("kept", D(100), TENTH), Outcome("open", D(50), None))


def test_what_comes_after_the_first_day_belongs_to_the_second_promise():
    rows = [promised(1, "100", TENTH + DAY), promised(2, "100", FIFTEENTH)]
    outcomes = settled(rows, [received("40", TENTH), received("100", FIFTEENTH)], on=FIFTEENTH)
    assert (outcomes[1].state, outcomes[1].received) == ("broken", D(40))
    assert outcomes[2].state == "kept"


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(0, 9)), max_size=5),
    st.lists(st.tuples(st.integers(1, 500), st.integers(-3, 12)), max_size=8),
    st.integers(-1, 15),
)
def test_no_money_is_counted_twice_and_kept_means_all_of_it_came(promises, payments, today):
    rows = [promised(n, str(amount), TENTH + days * DAY) for n, (amount, days) in enumerate(promises)]
    money = [received(str(amount), TENTH + days * DAY) for amount, days in payments]
    outcomes = settled(rows, money, on=TENTH + today * DAY)
    assert sum(o.received for o in outcomes.values()) <= sum(m.amount for m in money)
    for row in rows:
        found = outcomes[row.key]
        assert 0 <= found.received <= row.amount
        assert (found.state == "kept") == (found.received == row.amount)
        assert found.state != "broken" or TENTH + today * DAY > row.promised_on


# --- operations ------------------------------------------------------------------------------------------------------
@pytest.fixture
def shop(db):
    customer = customer_with_credit()
    bill(customer, total="1000.00")
    return customer


def promise(customer, amount="400.00", days=2, *, at=None, reference="call-1", **fields):
    at = at or timezone.now()
    return record_promise(
        customer.pk,
        D(amount),
        promised_on=local_date(at) + days * DAY,
        reference=reference,
        by=fields.pop("by", None),
        at=at,
        **fields,
    )


def events_of(customer):
    entries = TimelineEntry.objects.filter(customer=customer, event__startswith="promise.")
    return list(entries.order_by("pk").values_list("event", flat=True))


def test_a_promise_is_written_down_once_and_told(shop):
    invoice = shop.credit_account.invoices.get()
    first = promise(shop, invoices=[invoice.pk], note="after Diwali")
    again = promise(shop, invoices=[invoice.pk], note="after Diwali")
    assert first == again
    assert (first.state, first.amount, first.currency) == ("open", D("400.00"), shop.credit_account.currency)
    assert list(first.invoices.all()) == [invoice]
    assert events_of(shop) == ["promise.recorded"]


def test_nobody_promises_more_than_is_owed_and_not_promised_yet(shop):
    promise(shop, "700.00")
    with pytest.raises(Refusal, match=r"300\.00 that is not promised yet") as refusal:
        promise(shop, "300.01", reference="call-2")
    assert refusal.value.details["most"] == D("300.00")
    promise(shop, "300.00", reference="call-3")
    with pytest.raises(Refusal, match="owes nothing"):
        promise(shop, "0.01", reference="call-4")


@pytest.mark.parametrize(
    ("amount", "days", "code"),
    [("0", 1, "not_positive"), ("-5", 1, "not_positive"), ("5", -1, "in_the_past"), ("5", 366, "too_far")],
)
def test_what_can_be_no_promise_is_refused(shop, amount, days, code):
    with pytest.raises(Refusal) as refusal:
        promise(shop, amount, days)
    assert refusal.value.code == code
    assert not PromiseToPay.objects.exists()


def test_another_customers_invoice_is_refused(shop):
    other = bill(customer_with_credit(), total="5.00")
    with pytest.raises(Refusal) as refusal:
        promise(shop, invoices=[other.pk])
    assert refusal.value.code == "other_customer"
    assert not PromiseToPay.objects.exists()


def test_payments_keep_it_a_reversal_opens_it_again_and_the_night_breaks_it(shop):
    at = timezone.now()
    made = promise(shop, at=at - dt.timedelta(hours=1))
    pay(shop, "150.00", at=at)
    assert settle_promises(shop.pk, at=at) == []
    made.refresh_from_db()
    assert (made.state, made.received) == ("open", D("150.00"))

    rest = pay(shop, "250.00", at=at)
    assert settle_promises(shop.pk, at=at) == [made]
    made.refresh_from_db()
    assert (made.state, made.received, made.settled_on) == ("kept", D("400.00"), local_date(at))

    reverse_payment(rest, reason="bounced", by=None, at=at)
    settle_promises(shop.pk, at=at)
    made.refresh_from_db()
    assert (made.state, made.received, made.settled_on) == ("open", D("150.00"), None)

    assert settle_due(at=at + 2 * DAY) == 0
    assert settle_due(at=at + 3 * DAY) == 1
    assert settle_due(at=at + 4 * DAY) == 0
    made.refresh_from_db()
    assert (made.state, made.settled_on) == ("broken", made.promised_on + DAY)
    assert events_of(shop) == ["promise.recorded", "promise.kept", "promise.open", "promise.broken"]


def test_a_kept_promise_whose_payment_is_reversed_after_its_day_is_broken(shop):
    at = timezone.now()
    made = promise(shop, days=0, at=at - dt.timedelta(hours=1))
    payment = pay(shop, "400.00", at=at)
    settle_promises(shop.pk, at=at)
    reverse_payment(payment, reason="bounced", by=None, at=at + 5 * DAY)
    settle_promises(shop.pk, at=at + 5 * DAY)
    made.refresh_from_db()
    assert (made.state, made.received) == ("broken", D("0.00"))


def test_a_payment_asks_for_settling_once_it_is_committed(
    shop, django_capture_on_commit_callbacks, monkeypatch
):
    sent = []
    monkeypatch.setattr("core.tasks.sender.put", lambda task, kwargs: sent.append((task, kwargs)))
    with django_capture_on_commit_callbacks(execute=True):
        payment = pay(shop, "10.00")
    with django_capture_on_commit_callbacks(execute=True):
        reverse_payment(payment, reason="slip", by=None, at=timezone.now())
    assert sent.count(("credit.settle_promises", {"customer_id": shop.pk})) == 2


def test_withdrawing_needs_a_reason_and_counts_as_neither(shop):
    made = promise(shop)
    with pytest.raises(Refusal, match="Say why"):
        withdraw_promise(made, reason=" ", by=None, at=timezone.now())
    withdraw_promise(made, reason="100% a mistake", by=None, at=timezone.now())
    withdraw_promise(made, reason="again", by=None, at=timezone.now())
    made.refresh_from_db()
    assert (made.state, made.withdrawn_why) == ("withdrawn", "100% a mistake")
    settle_due(at=timezone.now() + 9 * DAY)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    promise(shop, "1000.00", reference="call-2")


def test_a_settled_promise_can_not_be_withdrawn(shop):
    made = promise(shop)
    settle_due(at=timezone.now() + 9 * DAY)
    with pytest.raises(Refusal, match="broken already"):
        withdraw_promise(made, reason="please", by=None, at=timezone.now())


# --- pages -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def controller(client, shop):
    user = UserFactory(role="Credit controller")
    client.force_login(user)
    return user


def test_a_promise_takes_two_taps_from_the_credit_panel(client, controller, shop):
    panel = client.get(reverse("credit:customer_panel", args=[shop.pk])).content.decode()
    url = reverse("credit:promise_add", args=[shop.pk])
    assert url in panel
    form = client.get(url, headers={"HX-Request": "true", "HX-Target": "dialog-body"}).context
    assert D(form["form"]["amount"].value()) == D("1000.00")
    sent = {"amount": "1000", "promised_on": timezone.localdate() + DAY, "idempotency_key": form["key"]}
    answer = client.post(
        url, sent, headers={"HX-Request": "true", "HX-Target": "dialog-body", "HX-Current-URL": "http://testserver/receivables/ageing/?by=due"}
    )  # fmt: skip
    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/receivables/ageing/?by=due")
    made = PromiseToPay.objects.get()
    assert (made.amount, made.by) == (D("1000.00"), controller)
    panel = client.get(reverse("credit:customer_panel", args=[shop.pk])).content.decode()
    assert made.get_absolute_url() in panel


def test_a_refused_promise_keeps_what_was_typed(client, controller, shop):
    url = reverse("credit:promise_add", args=[shop.pk])
    answer = client.post(url, {"amount": "1001", "promised_on": timezone.localdate() + DAY, "note": "Friday"})
    assert answer.status_code == 422
    assert "owes ₹1,000.00 that is not promised yet" in answer.content.decode()
    assert answer.context["form"]["note"].value() == "Friday"


def test_the_panel_counts_what_was_broken(client, controller, shop):
    promise(shop)
    settle_due(at=timezone.now() + 9 * DAY)
    assert "1 broken" in client.get(reverse("credit:customer_panel", args=[shop.pk])).content.decode()


def test_the_list_shows_what_is_open_due_and_broken_with_how_often(
    client, controller, shop, django_assert_num_queries
):
    promise(shop, "100.00", days=0)
    promise(shop, "100.00", days=5, reference="call-2")
    url = reverse("credit:promise_list")
    assert [row.record.promised_on for row in client.get(url).context["table"]] == [
        timezone.localdate(), timezone.localdate() + 5 * DAY
    ]  # fmt: skip
    assert len(client.get(url, {"tab": "today"}).context["table"]) == 1
    settle_due(at=timezone.now() + 3 * DAY)
    (row,) = client.get(url, {"tab": "broken"}).context["table"]
    assert row.record.times_broken == 1
    assert client.get(row.record.get_absolute_url()).status_code == 200


def test_the_ageing_offers_a_promise_beside_each_debt(client, controller, shop):
    page = client.get(reverse("credit:ageing")).content.decode()
    assert reverse("credit:promise_add", args=[shop.pk]) in page


def test_a_seller_records_for_own_shops_only_and_withdraws_none(client, shop):
    seller = UserFactory(role="Sales representative", team=TeamFactory())
    client.force_login(seller)
    url = reverse("credit:promise_add", args=[shop.pk])
    assert client.get(url).status_code == 404
    shop.representative = seller
    shop.save()
    assert client.get(url).status_code == 200
    made = promise(shop)
    assert client.get(reverse("credit:promise_detail", args=[made.pk])).status_code == 200
    assert client.get(reverse("credit:promise_withdraw", args=[made.pk])).status_code == 403
