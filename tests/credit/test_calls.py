"""The call list: who is on it, in which order, and what a call leaves behind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import Task
from core.dates import local_date
from core.errors import Refusal
from credit import operations
from credit.models import CollectionCall, DunningPause, PaymentTerms, PromiseToPay
from credit.operations.calls import record_call
from credit.queries.calls import call_list, calls_today, expected
from credit.queries.route import route
from customers.models import TimelineEntry
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import AccountFactory, bill, pay
from tests.factories.customers import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = local_date(NOW)


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller")


def debtor(name="Corner Phones", total="1000.00", days=10, **fields):
    """Somebody who owes since so many days past due."""
    terms, _made = PaymentTerms.objects.get_or_create(name="At once", defaults={"days": 0})
    account = AccountFactory(customer=CustomerFactory(name=name, **fields), terms=terms)
    invoice = bill(account.customer, total=total, at=NOW - dt.timedelta(days=days))
    return account, invoice


def on_list(user):
    return {row.name: row for row in call_list(user, on=TODAY)}


def test_money_that_a_call_brings_comes_first(controller):
    debtor("Old and large", "2000.00", days=200)
    debtor("Young", "1000.00", days=5)
    debtor("Small", "10.00", days=5)
    assert [row.name for row in call_list(controller, on=TODAY)] == ["Young", "Old and large", "Small"]


def test_the_expected_money_follows_the_formula(controller):
    debtor(total="1000.00", days=40)
    (row,) = call_list(controller, on=TODAY)
    # nothing of what came due was there on its day: 1000 × 0.45 × ½
    assert (row.ask, row.days, row.on_time, row.expected) == (
        Decimal("1000.00"),
        40,
        Decimal(0),
        Decimal("225.00"),
    )
    assert expected(Decimal(100), None, 0) == Decimal("100.00")
    assert expected(Decimal(100), Decimal(1), 5) == Decimal("76.80")


def test_what_is_not_late_paid_disputed_promised_or_paused_is_not_asked_for(controller):
    debtor("Not late", days=0)
    paid, invoice = debtor("Paid")
    pay(paid.customer, "1000")
    _account, invoice = debtor("Disputes all")
    operations.raise_dispute(invoice, reason="faulty", reference="d1", by=None, at=NOW)
    promised, _invoice = debtor("Promised")
    operations.record_promise(
        promised.customer_id, Decimal(1000), promised_on=TODAY, reference="p", by=None, at=NOW
    )
    paused, _invoice = debtor("Paused")
    DunningPause.objects.create(account=paused, reason="On holiday", until=TODAY, at=NOW)
    _part, invoice = debtor("Disputes a part")
    operations.raise_dispute(invoice, amount=Decimal(300), reason="faulty", reference="d2", by=None, at=NOW)
    rows = on_list(controller)
    assert set(rows) == {"Disputes a part"}
    assert (rows["Disputes a part"].ask, rows["Disputes a part"].disputed) == (Decimal(700), Decimal(300))


def test_a_representative_sees_the_own_customers_alone():
    mine = UserFactory(role="Sales representative", team=TeamFactory())
    debtor("Mine", representative=mine)
    debtor("Somebody else's")
    assert set(on_list(mine)) == {"Mine"}
    assert calls_today(mine, on=TODAY) == (1, Decimal("1000.00"), "INR")


def test_who_was_called_today_or_asked_for_another_day_is_off_the_list(controller):
    first, _invoice = debtor("Called")
    later, _invoice = debtor("Later")
    call(first, "no_answer", by=controller)
    call(later, "call_back", by=controller, on=TODAY + dt.timedelta(days=3), at=NOW - dt.timedelta(days=2))
    assert on_list(controller) == {}
    assert {row.name for row in call_list(controller, on=TODAY + dt.timedelta(days=3))} == {
        "Called",
        "Later",
    }


def call(account, outcome, *, by, at=NOW, **told):
    reference = f"test:{outcome}:{account.pk}"
    return record_call(account.customer, outcome, reference=reference, by=by, at=at, **told)


def test_the_agreed_day_brings_a_customer_up(controller):
    account, _invoice = debtor("Agreed", "1000.00")
    debtor("Fresh", "1100.00")
    call(account, "call_back", by=controller, on=TODAY, at=NOW - dt.timedelta(days=1))
    assert list(on_list(controller)) == ["Agreed", "Fresh"]
    assert on_list(controller)["Agreed"].agreed


def test_a_promise_made_on_the_phone_is_a_promise(controller):
    account, _invoice = debtor()
    day = TODAY + dt.timedelta(days=2)
    done = call(account, "promised", by=controller, amount=Decimal(400), on=day, note="After Diwali")
    promise = PromiseToPay.objects.get()
    assert (done.promise, promise.amount, promise.promised_on, done.overdue) == (
        promise,
        Decimal("400.00"),
        day,
        Decimal("1000.00"),
    )
    entry = TimelineEntry.objects.get(event="call.made")
    assert entry.text.startswith("Called: Promised to pay ₹400.00 for ")
    assert entry.text.endswith("After Diwali")


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("promised", {}),
        ("call_back", {}),
        ("call_back", {"on": TODAY - dt.timedelta(days=1)}),
        ("shouted", {}),
    ],
)
def test_an_outcome_without_what_it_needs_is_refused(controller, outcome, told):
    account, _invoice = debtor()
    with pytest.raises(Refusal):
        call(account, outcome, by=controller, **told)
    assert not CollectionCall.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "title"),
    [("call_back", "Call Corner Phones back"), ("paid", "Find what"), ("wrong_number", "Find the right")],
)
def test_what_somebody_must_do_becomes_a_task(controller, outcome, title):
    account, _invoice = debtor()
    call(account, outcome, by=controller, on=TODAY + dt.timedelta(days=1))
    assert Task.objects.get(assignee=controller).title.startswith(title)


def test_a_call_is_written_once_and_never_changed(controller):
    account, _invoice = debtor()
    first = call(account, "refused", by=controller)
    assert call(account, "refused", by=controller) == first
    with pytest.raises(Exception, match="append_only"):
        CollectionCall.objects.update(note="other")


def test_the_page_leads_from_call_to_call(client, controller):
    client.force_login(controller)
    first, _invoice = debtor("First", "2000.00", phone="+919810012345")
    second, _invoice = debtor("Second", "1000.00")
    page = client.get("/receivables/calls/").content.decode()
    assert "tel:+919810012345" in page
    assert "https://wa.me/919810012345" in page
    assert "₹2,000.00, up to 10 days late" in page
    answer = client.post(
        f"/receivables/customers/{first.customer_id}/call/",
        {"outcome": "no_answer", "then": str(second.customer_id)},
    )
    assert answer["Location"] == f"/receivables/calls/?customer={second.customer_id}"
    assert "Second" in client.get(answer["Location"]).content.decode()


def test_the_list_costs_the_same_for_many(client, controller, django_assert_num_queries):
    client.force_login(controller)
    for at in range(2):
        debtor(f"Shop {at}")
    client.get("/receivables/calls/")
    counts = []
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _more in range(2):
        with CaptureQueriesContext(connection) as seen:
            client.get("/receivables/calls/")
        counts.append(len(seen))
        for at in range(6):
            debtor(f"More {_more} {at}")
    assert counts[0] == counts[1]


def test_visits_go_town_by_town(controller, client):
    for name, city, code in (("A", "Pune", "411002"), ("B", "Pune", "411001"), ("C", "Nashik", "422001")):
        account, _invoice = debtor(name, "1000.00")
        AddressFactory(customer=account.customer, city=city, postal_code=code, kind="shipping")
    debtor("Nowhere", "5000.00")
    towns = route(controller, on=TODAY)
    assert [(town.name, [stop.row.name for stop in town.stops]) for town in towns] == [
        ("Pune", ["B", "A"]),
        ("Nashik", ["C"]),
        ("", ["Nowhere"]),
    ]
    assert "411001" in towns[0].stops[0].map_url
    client.force_login(controller)
    page = client.get("/receivables/calls/visits/?city=pune").content.decode()
    assert "Nashik</" not in page.split("<ol", 1)[1]


def test_cash_taken_on_a_visit_leads_to_the_payment(client, controller):
    client.force_login(controller)
    account, _invoice = debtor()
    answer = client.post(
        f"/receivables/customers/{account.customer_id}/call/", {"outcome": "cash", "way": "visit"}
    )
    assert answer["Location"] == f"/receivables/payments/new/?customer={account.customer_id}&method=cash"
    assert CollectionCall.objects.get().way == "visit"
