"""Write-offs: nothing moves until somebody else approves; then it is a document, and can be taken back."""

import datetime as dt
import re
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from credit.models import CreditAccount, Invoice, ReceivableEntry, WriteOff
from credit.operations import (
    approve_write_off,
    make_link,
    recover_write_off,
    reject_write_off,
    request_surplus_write_off,
    reverse_payment,
)
from credit.queries.ageing import age_of_account
from credit.queries.paid import shares_of_invoice
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, ask_write_off, bill, pay
from tests.racing import race

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


def test_a_request_moves_nothing_and_has_no_number(customer, asker, approver):
    invoice = bill(customer, total="100.00", at=NOW)
    write_off = ask_write_off(customer, {invoice.pk: None}, by=asker, at=NOW)
    assert (write_off.number, write_off.amount, write_off.state) == (None, Decimal(100), "requested")
    assert account(customer).balance == 100
    assert approver.notifications.get().event == "write_off.requested"
    assert wrong_books() == []


def test_approved_by_another_it_leaves_the_debt(customer, asker, approver):
    first, second = bill(customer, total="100.00", at=NOW), bill(customer, total="50.00", at=NOW)
    asked = ask_write_off(customer, {first.pk: None, second.pk: Decimal("20.01")}, by=asker, at=NOW)
    done = approve_write_off(asked, by=approver, at=NOW)
    assert (done.number, done.amount, done.state) == ("WOF-2026-00001", Decimal("120.01"), "approved")
    assert list(Invoice.objects.order_by("pk").values_list("outstanding", flat=True)) == [
        Decimal("0.00"),
        Decimal("29.99"),
    ]
    assert account(customer).balance == Decimal("29.99")
    entry = ReceivableEntry.objects.get(kind="write_off")
    assert (entry.document, entry.amount) == ("WOF-2026-00001", Decimal("-120.01"))
    assert customer.timeline.filter(event="write_off.approved").count() == 1
    assert wrong_books() == []


def test_who_asked_does_not_approve(customer, approver):
    asked = ask_write_off(customer, {bill(customer).pk: None}, by=approver)
    with pytest.raises(Refusal) as refusal:
        approve_write_off(asked, by=approver, at=timezone.now())
    assert refusal.value.code == "own_request"


def test_nobody_approves_beyond_their_authority(customer, asker, approver):
    asked = ask_write_off(customer, {bill(customer, total="50000.01").pk: None}, by=asker)
    with pytest.raises(Refusal) as refusal:
        approve_write_off(asked, by=approver, at=timezone.now())
    assert refusal.value.code == "beyond_authority"
    asked.refresh_from_db()
    assert asked.state == "requested"


def test_what_was_paid_meanwhile_is_not_written_off(customer, asker, approver):
    invoice = bill(customer, total="100.00")
    asked = ask_write_off(customer, {invoice.pk: None}, by=asker)
    pay(customer, "30.00")
    with pytest.raises(Refusal, match=r"70\.00"):
        approve_write_off(asked, by=approver, at=timezone.now())
    assert account(customer).balance == 70
    assert wrong_books() == []


def test_no_more_is_asked_for_than_is_open_and_not_asked_for_yet(customer, asker):
    invoice = bill(customer, total="100.00")
    ask_write_off(customer, {invoice.pk: Decimal("60.00")}, by=asker)
    with pytest.raises(Refusal) as refusal:
        ask_write_off(customer, {invoice.pk: Decimal("40.01")}, by=asker)
    assert refusal.value.code == "more_than_outstanding"
    assert ask_write_off(customer, {invoice.pk: None}, by=asker).amount == Decimal("40.00")


def test_a_request_told_twice_is_one(customer, asker):
    invoice = bill(customer)
    asked = [ask_write_off(customer, {invoice.pk: None}, by=asker, reference="form:1") for _turn in range(2)]
    assert asked[0].pk == asked[1].pk


def test_rejected_it_says_why_to_who_asked(customer, asker, approver):
    asked = ask_write_off(customer, {bill(customer).pk: None}, by=asker)
    said = reject_write_off(asked, reason="They pay on Friday", by=approver, at=timezone.now())
    assert (said.state, said.decision_note, said.number) == ("rejected", "They pay on Friday", None)
    assert asker.notifications.get().event == "write_off.rejected"
    with pytest.raises(Refusal, match="decided already"):
        approve_write_off(asked, by=approver, at=timezone.now())


def test_who_asked_can_withdraw(customer, asker):
    asked = ask_write_off(customer, {bill(customer).pk: None}, by=asker)
    assert reject_write_off(asked, reason="Mistake", by=asker, at=timezone.now()).state == "withdrawn"


def test_taken_back_the_debt_is_there_again_on_its_old_due_day(customer, asker, approver):
    invoice = bill(customer, total="100.00", at=NOW)
    done = approve_write_off(
        ask_write_off(customer, {invoice.pk: None}, by=asker, at=NOW), by=approver, at=NOW
    )
    rows = [recover_write_off(done, reason="Paid after all", by=asker, at=LATER) for _turn in range(2)]
    assert rows[0].pk == rows[1].pk
    assert (rows[0].amount, rows[0].number) == (Decimal(-100), "WOF-2026-00002")
    invoice.refresh_from_db()
    assert (invoice.outstanding, account(customer).balance) == (Decimal(100), Decimal(100))
    assert ReceivableEntry.objects.get(kind="recovery").amount == 100
    done.refresh_from_db()
    assert done.reversed_at == LATER
    assert wrong_books() == []


def test_an_invoice_says_what_was_given_up_and_to_the_customer_not_that_it_was_paid(
    client, customer, asker, approver
):
    """Its pages name the write-off beside the payment; taken back, nothing of it stands there."""
    invoice = bill(customer, total="100.00", at=NOW)
    paid = pay(customer, "60.00", at=NOW)
    done = approve_write_off(ask_write_off(customer, {invoice.pk: None}, by=asker), by=approver, at=LATER)
    shares = [(share.source, share.amount, share.on) for share in shares_of_invoice(invoice)]
    assert shares == [(paid, Decimal(60), local_date(NOW)), (done, Decimal(40), local_date(LATER))]
    client.force_login(approver)
    page = client.get(invoice.get_absolute_url()).content.decode()
    assert done.get_absolute_url() in page
    assert str(done.number) in page
    url = make_link(invoice.account, invoice, at=timezone.now()).url
    told = " ".join(re.sub("<[^>]*>", " ", client.get(urlsplit(url).path).content.decode()).split())
    assert re.search(rf"Paid [^<]{{6,20}} {paid.number} −60.00", told)
    assert re.search(rf"Credited [^<]{{6,20}} {done.number} −40.00", told)
    recover_write_off(done, reason="Paid after all", by=asker, at=LATER)
    assert sum(share.amount for share in shares_of_invoice(invoice)) == 60


def test_the_ageing_of_an_old_day_knows_what_was_not_written_off_yet(customer, asker, approver):
    invoice = bill(customer, total="100.00", at=NOW)
    written = NOW + dt.timedelta(days=5)
    done = approve_write_off(
        ask_write_off(customer, {invoice.pk: None}, by=asker, at=written), by=approver, at=written
    )
    recover_write_off(done, reason="Paid after all", by=asker, at=LATER)
    owed = {}
    for day in (NOW, written, LATER - dt.timedelta(days=1), LATER):
        line = age_of_account(account(customer), on=local_date(day))
        owed[local_date(day)] = (line.balance, line.unallocated) if line else None
    assert list(owed.values()) == [(Decimal(100), Decimal(0)), None, None, (Decimal(100), Decimal(0))]


def test_small_money_paid_too_much_can_be_kept(customer, asker, approver):
    """An invoice of 100 is paid with 110: without a write-off the customer is 10 ahead; with one of −10, even."""
    bill(customer, total="100.00", at=NOW)
    payment = pay(customer, "110.00", at=NOW)
    assert (account(customer).balance, account(customer).unallocated) == (Decimal(-10), Decimal(10))
    asked = request_surplus_write_off(payment, reason="Rounded up", reference="x", by=asker, at=NOW)
    done = approve_write_off(asked, by=approver, at=LATER)
    assert (done.amount, account(customer).balance, account(customer).unallocated) == (
        Decimal(-10),
        Decimal(0),
        Decimal(0),
    )
    payment.refresh_from_db()
    assert payment.unallocated_amount == 0
    assert wrong_books() == []
    before = age_of_account(account(customer), on=local_date(NOW))
    assert before is not None
    assert (before.unallocated, before.balance) == (Decimal(10), Decimal(-10))
    recover_write_off(done, reason="They asked for it", by=asker, at=LATER)
    assert (account(customer).balance, account(customer).unallocated) == (Decimal(-10), Decimal(10))
    assert wrong_books() == []


def test_a_payment_whose_rest_was_kept_is_not_reversed_before_that_is_undone(customer, asker, approver):
    payment = pay(customer, "10.00")
    asked = request_surplus_write_off(payment, reason="Small", reference="x", by=asker, at=timezone.now())
    done = approve_write_off(asked, by=approver, at=timezone.now())
    with pytest.raises(Refusal, match=str(done.number)):
        reverse_payment(payment, reason="Bounced", by=asker, at=timezone.now())
    recover_write_off(done, reason="Bounced", by=asker, at=timezone.now())
    reverse_payment(payment, reason="Bounced", by=asker, at=timezone.now())
    assert account(customer).balance == 0
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_write_off_once(customer, asker):
    invoice = bill(customer, total="100.00")
    asked = ask_write_off(customer, {invoice.pk: None}, by=asker)
    people = [UserFactory(role="Credit controller") for _one in range(2)]
    race([partial(approve_write_off, asked, by=by, at=timezone.now()) for by in people])
    assert WriteOff.objects.get().number is not None
    assert account(customer).balance == 0
    assert ReceivableEntry.objects.filter(kind="write_off").count() == 1
    assert wrong_books() == []
