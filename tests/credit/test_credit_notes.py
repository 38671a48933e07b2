"""Credit notes: whole and partial, against what is paid and what is not; voiding."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from credit.models import CreditAccount, CreditNote
from credit.operations import void_invoice
from credit.queries.ageing import age_of_account
from tests.books import wrong_books
from tests.factories.credit import AccountFactory, bill, billed, pay, take_back
from tests.racing import race, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return AccountFactory().customer


def void(invoice, **told):
    return void_invoice(invoice, **{"reason": "Wrong customer", "by": None, "at": timezone.now()} | told)


def standing(customer) -> tuple[Decimal, Decimal]:
    account = CreditAccount.objects.get(customer=customer)
    return account.balance, account.unallocated


def test_an_unpaid_invoice_taken_back_whole_vanishes_from_the_ageing(customer):
    invoice = bill(customer, total="100.00")
    take_back(invoice)
    account = CreditAccount.objects.get(customer=customer)
    assert age_of_account(account, on=local_date(timezone.now())) is None
    assert wrong_books() == []


def test_a_part_taken_back_lowers_what_is_open_after_a_payment(customer):
    invoice = bill(customer, billed("100.00", 2))
    pay(customer, "40.00")
    line = invoice.lines.get()
    take_back(invoice, {line.pk: 1})
    invoice.refresh_from_db()
    assert (invoice.outstanding, *standing(customer)) == (Decimal(60), Decimal(60), Decimal(0))
    assert wrong_books() == []


def test_what_was_paid_stays_unallocated_and_is_said(customer):
    invoice = bill(customer, total="100.00")
    pay(customer, "40.00")
    note = take_back(invoice)
    note.refresh_from_db()
    invoice.refresh_from_db()
    assert (note.unallocated_amount, invoice.outstanding) == (Decimal(40), Decimal(0))
    assert standing(customer) == (Decimal(-40), Decimal(40))
    assert "40.00 of it unallocated" in customer.timeline.get(event="credit_note.issued").text
    assert wrong_books() == []


def test_a_return_that_is_not_to_settle_leaves_the_invoice_open_beside_the_note(customer):
    """Invoice 100 of which 40 is paid, all of it returned: 60 stays open, 100 stands against it, −40 in sum."""
    invoice = bill(customer, total="100.00")
    pay(customer, "40.00")
    note = take_back(invoice, settle=False)
    invoice.refresh_from_db()
    assert (invoice.outstanding, note.unallocated_amount) == (Decimal(60), Decimal(100))
    aged = age_of_account(CreditAccount.objects.get(customer=customer), on=local_date(timezone.now()))
    assert aged is not None
    assert (aged.not_due + aged.overdue, aged.unallocated, aged.balance) == (
        Decimal(60),
        Decimal(100),
        Decimal(-40),
    )
    assert wrong_books() == []


def test_void_takes_back_everything_once(customer):
    invoice = bill(customer, billed("33.33", 3, rate="18"), billed("10.00"))
    notes = [void(invoice) for _turn in range(2)]
    assert notes[0].pk == notes[1].pk
    assert (notes[0].total, standing(customer)[0]) == (invoice.total, Decimal(0))
    assert wrong_books() == []


def test_void_of_a_paid_invoice_keeps_the_money_on_the_account(customer):
    invoice = bill(customer, total="100.00")
    pay(customer, "100.00")
    void(invoice)
    assert standing(customer) == (Decimal(-100), Decimal(100))
    assert wrong_books() == []


def test_what_was_partly_taken_back_is_not_voided_whole(customer):
    invoice = bill(customer, billed("100.00", 2))
    note = take_back(invoice, {invoice.lines.get().pk: 1})
    with pytest.raises(Refusal) as refusal:
        void(invoice)
    assert refusal.value.code == "taken_back_in_part"
    assert note.number in str(refusal.value)
    assert CreditNote.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "  "])
def test_it_says_why(customer, reason):
    with pytest.raises(Refusal) as refusal:
        void(bill(customer), reason=reason)
    assert refusal.value.code == "no_reason"


@pytest.mark.django_db(transaction=True)
def test_a_void_and_a_return_at_once_take_back_no_more_than_was_billed(customer):
    invoice = bill(customer, billed("100.00", 2))
    pieces = {invoice.lines.get().pk: 1}
    outcomes = race([lambda: void(invoice), lambda: take_back(invoice, pieces)])
    assert len(refused(outcomes)) == 1
    assert sum(note.total for note in CreditNote.objects.all()) <= Decimal("200.00")
    assert wrong_books() == []
