"""Refunds: unallocated money goes back, once, with two people's word; what fails is put back."""

import datetime as dt
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from credit.models import CreditAccount, ReceivableEntry, Refund
from credit.operations import (
    approve_refund,
    pay_out_refund,
    reject_refund,
    return_refund,
    reverse_payment,
)
from credit.queries.ageing import age_of_account
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, ask_refund, bill, pay, take_back
from tests.racing import race, refused

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 4, 20, 9, tzinfo=dt.UTC)


@pytest.fixture
def customer():
    return AccountFactory().customer


@pytest.fixture
def asker():
    return UserFactory(role="Accountant")


@pytest.fixture
def approver():
    return UserFactory(role="Credit controller")


def account(customer) -> CreditAccount:
    return CreditAccount.objects.get(customer=customer)


def test_asked_for_it_moves_nothing(customer, asker, approver):
    payment = pay(customer, "110.00")
    refund = ask_refund(payment, "10.00", by=asker)
    assert (refund.number, refund.state, account(customer).unallocated) == (None, "requested", Decimal(110))
    assert approver.notifications.get().event == "refund.requested"


def test_approved_it_leaves_what_is_unallocated_and_raises_the_balance(customer, asker, approver):
    bill(customer, total="100.00", at=NOW)
    payment = pay(customer, "110.00", at=NOW)
    refund = approve_refund(ask_refund(payment, "10.00", by=asker, at=NOW), by=approver, at=NOW)
    payment.refresh_from_db()
    assert (refund.number, refund.state, payment.unallocated_amount) == (
        "RFD-2026-00001",
        "approved",
        Decimal(0),
    )
    assert (account(customer).balance, account(customer).unallocated) == (Decimal(0), Decimal(0))
    assert wrong_books() == []
    done = pay_out_refund(refund, done_on=NOW.date(), method_reference="UTR 77", by=asker, at=NOW)
    assert (done.state, done.method_reference, done.done_on) == ("done", "UTR 77", NOW.date())
    entry = ReceivableEntry.objects.get(kind="refund")
    assert (entry.document, entry.amount) == ("RFD-2026-00001", Decimal("10.00"))


def test_the_rest_of_a_credit_note_can_go_back(customer, asker, approver):
    invoice = bill(customer, total="100.00")
    pay(customer, "40.00")
    note = take_back(invoice)
    approve_refund(ask_refund(note, "40.00", by=asker), by=approver, at=timezone.now())
    note.refresh_from_db()
    assert (note.unallocated_amount, account(customer).balance) == (Decimal(0), Decimal(0))
    assert wrong_books() == []


def test_what_came_back_is_unallocated_again(customer, asker, approver):
    payment = pay(customer, "50.00", at=NOW)
    refund = approve_refund(ask_refund(payment, "50.00", by=asker, at=NOW), by=approver, at=NOW)
    pay_out_refund(refund, done_on=NOW.date(), by=asker, at=NOW)
    for _turn in range(2):
        back = return_refund(refund, reason="Account closed", by=asker, at=LATER)
    assert (back.state, back.problem) == ("failed", "Account closed")
    payment.refresh_from_db()
    assert (payment.unallocated_amount, account(customer).balance) == (Decimal(50), Decimal(-50))
    assert list(ReceivableEntry.objects.order_by("pk").values_list("kind", "amount")) == [
        ("payment", Decimal(-50)),
        ("refund", Decimal(50)),
        ("refund_back", Decimal(-50)),
    ]
    assert wrong_books() == []


def test_the_ageing_of_an_old_day_knows_where_the_money_was(customer, asker, approver):
    payment = pay(customer, "50.00", at=NOW)
    away = NOW + dt.timedelta(days=10)
    refund = approve_refund(ask_refund(payment, "20.00", by=asker, at=away), by=approver, at=away)
    return_refund(refund, reason="Came back", by=asker, at=LATER)
    unallocated = [
        age_of_account(account(customer), on=local_date(day)).unallocated
        for day in (NOW, away, LATER - dt.timedelta(days=1), LATER)
    ]
    assert unallocated == [50, 30, 30, 50]


@pytest.mark.parametrize(
    ("amount", "told", "code"),
    [
        ("60.01", {}, "more_than_unallocated"),
        ("0", {}, "more_than_unallocated"),
        ("10", {"reason": " "}, "no_reason"),
        ("10", {"method": "gold"}, "unknown_method"),
        ("10", {"method": "gateway"}, "not_online"),
    ],
)
def test_what_it_refuses(customer, asker, amount, told, code):
    payment = pay(customer, "100.00")
    ask_refund(payment, "40.00", by=asker)
    with pytest.raises(Refusal) as refusal:
        ask_refund(payment, amount, by=asker, **told)
    assert refusal.value.code == code
    assert Refund.objects.count() == 1


def test_who_asked_does_not_approve_and_authority_counts(customer, asker, approver):
    payment = pay(customer, "60000.00")
    small, large = ask_refund(payment, "10.00", by=approver), ask_refund(payment, "50000.01", by=asker)
    for refund, code in ((small, "own_request"), (large, "beyond_authority")):
        with pytest.raises(Refusal) as refusal:
            approve_refund(refund, by=approver, at=timezone.now())
        assert refusal.value.code == code
    assert account(customer).unallocated == 60000


def test_money_used_meanwhile_is_not_given_back(customer, asker, approver):
    payment = pay(customer, "50.00")
    refund = ask_refund(payment, "50.00", by=asker)
    bill(customer, total="30.00")
    with pytest.raises(Refusal, match=r"20\.00"):
        approve_refund(refund, by=approver, at=timezone.now())
    assert wrong_books() == []


def test_rejected_or_withdrawn_it_moves_nothing(customer, asker, approver):
    payment = pay(customer, "50.00")
    told: dict[str, Any] = {"reason": "Keep it for the next order", "at": timezone.now()}
    rejected = reject_refund(ask_refund(payment, "50.00", by=asker), by=approver, **told)
    withdrawn = reject_refund(ask_refund(payment, "50.00", by=asker), by=asker, **told)
    assert (rejected.state, withdrawn.state) == ("rejected", "withdrawn")
    assert account(customer).unallocated == 50


def test_a_refunded_payment_is_not_reversed_before_the_refund_is_undone(customer, asker, approver):
    payment = pay(customer, "50.00")
    refund = approve_refund(ask_refund(payment, "50.00", by=asker), by=approver, at=timezone.now())
    with pytest.raises(Refusal, match=str(refund.number)):
        reverse_payment(payment, reason="Bounced", by=asker, at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_pay_once(customer, asker):
    payment = pay(customer, "50.00")
    refund = ask_refund(payment, "50.00", by=asker)
    people = [UserFactory(role="Credit controller") for _one in range(2)]
    race([partial(approve_refund, refund, by=by, at=timezone.now()) for by in people])
    assert (account(customer).balance, account(customer).unallocated) == (Decimal(0), Decimal(0))
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_ask_for_no_more_than_there_is(customer, asker):
    payment = pay(customer, "50.00")
    outcomes = race([lambda: ask_refund(payment, "40.00", by=asker) for _one in range(2)])
    assert len(refused(outcomes, "more_than_unallocated")) == 1
