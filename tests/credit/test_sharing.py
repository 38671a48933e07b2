"""Sharing money out by hand: suggestions, taking back and giving elsewhere, the pages."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from credit.matching import Open, exact, named, oldest, together
from credit.models import Allocation, CreditAccount, Invoice
from credit.operations import record_payment, reverse_payment, share_out
from credit.queries.suggestions import suggestions
from customers.models import TimelineEntry
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay, take_back
from tests.factories.orders import customer_with_credit
from tests.racing import race, refused

D = Decimal


def rows(*amounts):
    return [Open(n, f"INV-2026-{n:05}", D(amount)) for n, amount in enumerate(amounts, start=1)]


@pytest.fixture
def customer(db):
    return customer_with_credit("10000")


@pytest.fixture
def controller(db):
    return UserFactory(role="Credit controller")


def outstanding(*invoices):
    found = dict(Invoice.objects.values_list("pk", "outstanding"))
    return [found[each.pk] for each in invoices]


def share(source, shares, **told):
    return share_out(source, shares, by=None, at=timezone.now(), **told)


# --- what money was meant for ----------------------------------------------------------------------------------------
def test_the_longest_due_come_first():
    assert oldest(rows(100, 50, 70), D(120)) == {1: D(100), 2: D(20)}


def test_one_invoice_of_just_this_amount_is_meant_but_not_when_there_are_two():
    assert exact(rows(100, 50), D(50)) == {2: D(50)}
    assert exact(rows(50, 50), D(50)) == {}


def test_the_fewest_invoices_that_make_just_this_amount():
    assert together(rows(10, 20, 30, 60), D(90)) == {3: D(30), 4: D(60)}
    assert together(rows(10, 20), D(31)) == {}


@pytest.mark.parametrize(
    "text", ["for INV-2026-00002", "inv-2026-00002 and thanks", "bill 00002", "NEFT 00002/x"]
)
def test_an_invoice_named_in_the_reference_is_meant(text):
    assert named(rows(100, 50), D(80), text) == {2: D(50)}


def test_a_short_number_in_a_reference_means_nothing():
    assert named(rows(100, 50), D(80), "2 boxes on 12") == {}


@given(st.lists(st.integers(1, 60), max_size=9), st.integers(1, 200))
def test_no_way_gives_more_than_there_is_or_than_is_needed(amounts, amount):
    invoices, money = rows(*amounts), D(amount)
    needs = {each.pk: each.outstanding for each in invoices}
    for shares in (oldest(invoices, money), exact(invoices, money), together(invoices, money)):
        assert sum(shares.values()) <= money
        assert all(0 < shares[pk] <= needs[pk] for pk in shares)
    if shares:
        assert sum(shares.values()) == money


def test_each_way_is_offered_once_with_its_reason(customer):
    first, second = bill(customer, total="40"), bill(customer, total="60")
    payment = pay(customer, "60", shares={})
    found = suggestions(payment, [first, second])
    assert [each.name for each in found] == ["exact", "oldest"]
    assert [each.shares for each in found] == [{second.pk: D(60)}, {first.pk: D(40), second.pk: D(20)}]


# --- sharing out -----------------------------------------------------------------------------------------------------
def test_the_rest_goes_where_one_says_and_the_surplus_stays(customer):
    first, second = bill(customer, total="100"), bill(customer, total="100")
    payment = pay(customer, "150", shares={})
    share(payment, {second.pk: D(100)})
    payment.refresh_from_db()
    assert (outstanding(first, second), payment.unallocated_amount) == ([D(100), D(0)], D(50))
    assert wrong_books() == []


def test_what_was_paid_is_taken_back_and_given_elsewhere_by_rows_of_their_own(customer):
    first, second = bill(customer, total="100"), bill(customer, total="100")
    payment = pay(customer, "100")
    with pytest.raises(Refusal) as no:
        share(payment, {second.pk: D(100)})
    assert no.value.code == "no_reason"

    share(payment, {first.pk: D(30), second.pk: D(70)}, reason="They meant the second")

    assert outstanding(first, second) == [D(70), D(30)]
    told = list(payment.allocations.order_by("pk").values_list("invoice", "amount", "reason"))
    why = "They meant the second"
    assert told == [(first.pk, D(100), ""), (first.pk, D(-70), why), (second.pk, D(70), why)]
    assert TimelineEntry.objects.filter(event="payment.reallocated").count() == 1
    assert CreditAccount.objects.get(customer=customer).balance == D(100)
    assert wrong_books() == []


def test_a_credit_note_is_moved_like_a_payment(customer):
    first, second = bill(customer, total="100"), bill(customer, total="80")
    note = take_back(first)
    share(note, {second.pk: D(80)}, reason="Replace the goods")
    assert outstanding(first, second) == [D(100), D(0)]
    assert wrong_books() == []


def test_saying_what_is_so_already_does_nothing(customer):
    first = bill(customer, total="100")
    payment = pay(customer, "60")
    share(payment, {first.pk: D(60)})
    assert Allocation.objects.count() == 1


def test_what_can_not_be_shared_out_is_refused(customer):
    mine, theirs = bill(customer, total="100"), bill(customer_with_credit("500"), total="100")
    payment = pay(customer, "60", shares={})
    for shares, code in (
        ({theirs.pk: D(10)}, "other_customer"),
        ({mine.pk: D(61)}, "more_than_unallocated"),
        ({mine.pk: D(-1)}, "negative"),
    ):
        with pytest.raises(Refusal) as no:
            share(payment, shares)
        assert no.value.code == code
    small = bill(customer, total="5")
    with pytest.raises(Refusal) as no:
        share(payment, {small.pk: D(6)}, reason="All of it there")
    assert no.value.code == "more_than_outstanding"
    reverse_payment(payment, reason="Wrong", by=None, at=timezone.now())
    with pytest.raises(Refusal) as no:
        share(payment, {mine.pk: D(10)})
    assert no.value.code == "reversed"


def test_a_page_that_saw_something_else_is_refused(customer):
    first, second = bill(customer, total="100"), bill(customer, total="100")
    payment = pay(customer, "50")
    with pytest.raises(Refusal) as no:
        share(payment, {second.pk: D(50)}, reason="x", seen={second.pk: D(50)})
    assert (no.value.code, outstanding(first)) == ("stale", [D(50)])


# --- races -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_moving_money_while_more_comes_never_pays_an_invoice_twice():
    # Guard: the account FOR UPDATE in share_out and record_payment.
    customer = customer_with_credit("10000")
    first, second = bill(customer, total="100"), bill(customer, total="100")
    payment = pay(customer, "100", shares={first.pk: D(100)})
    at = timezone.now()

    race(
        [
            lambda: share(payment, {second.pk: D(100)}, reason="Meant that one"),
            *(
                lambda n=n: record_payment(
                    customer.pk,
                    D(100),
                    method="cash",
                    received_on=at.date(),
                    reference=f"r{n}",
                    by=None,
                    at=at,
                )
                for n in range(3)
            ),
        ]
    )

    assert all(amount >= 0 for amount in outstanding(first, second))
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_people_who_share_out_the_same_money_do_it_once():
    # Guard: `seen`, compared under the account's lock.
    customer = customer_with_credit("10000")
    first, second = bill(customer, total="100"), bill(customer, total="100")
    payment = pay(customer, "100", shares={})
    outcomes = race(
        [
            lambda: share(payment, {first.pk: D(100)}, seen={}),
            lambda: share(payment, {second.pk: D(100)}, seen={}),
        ]
    )
    assert len(refused(outcomes, "stale")) == 1
    assert sorted(outstanding(first, second)) == [D(0), D(100)]
    assert wrong_books() == []


# --- the pages -------------------------------------------------------------------------------------------------------
def test_the_page_proposes_and_moves(client, customer, controller):
    first, second = bill(customer, total="40"), bill(customer, total="60")
    payment = pay(customer, "60", shares={})
    client.force_login(controller)
    url = reverse("credit:payment_allocate", args=[payment.pk])
    assert "Needs just this amount" in client.get(url).content.decode()
    form = client.get(f"{url}?way=exact").context["form"]
    assert D(form[f"share_{second.pk}"].value()) == D(60)
    assert client.post(url, {f"share_{second.pk}": "60", "seen": "{}"}).status_code == 302
    assert outstanding(first, second) == [D(40), D(0)]

    seen = json.dumps({str(second.pk): "60.00"})
    assert client.post(url, {f"share_{first.pk}": "40", "seen": seen}).status_code == 422
    done = client.post(url, {f"share_{first.pk}": "40", "seen": seen, "reason": "Meant the first"})
    assert done.status_code == 302
    assert outstanding(first, second) == [D(0), D(60)]
    for page in (payment, second):
        assert "Meant the first" in client.get(f"{page.get_absolute_url()}?tab=history").content.decode()


def test_all_rests_of_a_customer_and_using_them_for_the_oldest(client, customer, controller):
    invoice = bill(customer, total="40")
    pay(customer, "60", shares={})
    client.force_login(controller)
    page = client.get(reverse("credit:rests", args=[customer.pk])).content.decode()
    assert "The longest due first" in page
    client.post(reverse("credit:rests_use", args=[customer.pk]))
    assert outstanding(invoice) == [D(0)]
    assert CreditAccount.objects.get(customer=customer).unallocated == D(20)
