"""Disputes: raised on a line, upheld by a credit note, rejected with an answer."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core.errors import Refusal
from core.models import Attachment, Notification
from credit import operations
from credit.models import Dispute, Invoice
from credit.queries.disputes import disputed
from customers.models import TimelineEntry
from messaging.models import OutboundMessage
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, billed, pay, take_back

pytestmark = pytest.mark.django_db


@pytest.fixture
def invoice() -> Invoice:
    """Three displays at 100 and a battery at 50, taxed: 413 in all."""
    account = AccountFactory()
    return bill(account.customer, billed(quantity=3, rate="18"), billed("50", sku="BAT", rate="18"))


def raise_it(invoice: Invoice, **told) -> Dispute:
    values = {"reason": "faulty", "reference": f"test:{timezone.now()}", "by": None, "at": timezone.now()}
    return operations.raise_dispute(invoice, **(values | told))


def test_a_line_is_disputed_over_all_that_is_left_of_it(invoice):
    line = invoice.lines.first()
    dispute = raise_it(invoice, line=line, words="Two are cracked", by_retailer=True)
    assert (dispute.amount, dispute.state, dispute.raised_by_retailer) == (Decimal("354.00"), "open", True)
    assert disputed([invoice.pk]) == {invoice.pk: Decimal("354.00")}
    entry = TimelineEntry.objects.get(event="dispute.raised")
    assert entry.text == f"Disputed ₹354.00 of {invoice.number}: Faulty or broken: Two are cracked"
    assert entry.about == f"credit.dispute:{dispute.pk}"


def test_the_representative_and_who_decides_hear_of_it(invoice):
    representative: User = UserFactory(role="Sales representative")
    controller: User = UserFactory(role="Credit controller")
    invoice.account.customer.representative = representative
    invoice.account.customer.save()
    raise_it(invoice, by_retailer=True)
    told = Notification.objects.filter(event="dispute.raised").values_list("user", flat=True)
    assert set(told) == {representative.pk, controller.pk}


def test_a_second_open_dispute_of_one_line_is_refused_by_the_database_too(invoice):
    line = invoice.lines.first()
    dispute = raise_it(invoice, line=line, amount=Decimal(10))
    with pytest.raises(Refusal, match="disputed already"):
        raise_it(invoice, line=line, amount=Decimal(10))
    dispute.pk = None
    dispute.reference = "another"
    with pytest.raises(IntegrityError, match="one_open_dispute_per_line"), transaction.atomic():
        dispute.save(force_insert=True)


def test_sent_twice_is_raised_once(invoice):
    first = raise_it(invoice, reference="link:1:abc", by_retailer=True)
    assert raise_it(invoice, reference="link:1:abc", by_retailer=True) == first
    assert TimelineEntry.objects.filter(event="dispute.raised").count() == 1


@pytest.mark.parametrize("amount", ["0", "-5", "354.01"])
def test_an_amount_outside_of_the_line_is_refused(invoice, amount):
    with pytest.raises(Refusal):
        raise_it(invoice, line=invoice.lines.first(), amount=Decimal(amount))
    assert not Dispute.objects.exists()


def test_two_disputes_never_speak_of_the_same_money(invoice):
    raise_it(invoice, amount=Decimal("400"))
    assert operations.can_be_disputed(invoice, invoice.lines.first()) == Decimal("13.00")


def test_what_was_taken_back_can_not_be_disputed_again(invoice):
    line = invoice.lines.first()
    take_back(invoice, {line.pk: 2})
    assert operations.can_be_disputed(invoice, line) == Decimal("118.00")


def test_upholding_takes_the_line_back_and_tells_the_customer(invoice):
    by = UserFactory()
    line = invoice.lines.first()
    dispute = raise_it(invoice, line=line)
    done = operations.uphold_dispute(dispute, answer="Sorry.", by=by, at=timezone.now())
    assert (done.state, done.credit_note.total, done.answered_by) == ("upheld", Decimal("354.00"), by)
    assert done.credit_note.lines.get().quantity == 3
    invoice.refresh_from_db()
    assert invoice.outstanding == Decimal("59.00")
    assert disputed([invoice.pk]) == {}
    message = OutboundMessage.objects.get(event="dispute_answered")
    assert "We took ₹354.00 off this invoice." in message.body
    assert "Sorry." in message.body
    assert operations.uphold_dispute(dispute, by=by, at=timezone.now()).credit_note == done.credit_note
    assert not wrong_books()


def test_upholding_a_part_takes_back_money_and_no_pieces(invoice):
    line = invoice.lines.first()
    dispute = raise_it(invoice, line=line, reason="price")
    note = operations.uphold_dispute(dispute, amount=Decimal("35.40"), by=None, at=timezone.now()).credit_note
    taken = note.lines.get()
    assert (taken.quantity, taken.net, taken.tax, taken.gross) == (
        0,
        Decimal("30.00"),
        Decimal("5.40"),
        Decimal("35.40"),
    )
    one = take_back(invoice, {line.pk: 1})
    assert one.total == Decimal("106.20")  # a third of the 318.60 that were left
    assert take_back(invoice).total == Decimal("413") - Decimal("35.40") - Decimal("106.20")
    assert not wrong_books()


def test_upholding_part_of_a_whole_invoice_takes_from_its_first_lines(invoice):
    dispute = raise_it(invoice)
    assert dispute.amount == Decimal("413.00")
    note = operations.uphold_dispute(dispute, amount=Decimal("400"), by=None, at=timezone.now()).credit_note
    assert sorted(note.lines.values_list("gross", flat=True)) == [Decimal("46.00"), Decimal("354.00")]
    assert not wrong_books()


def test_upholding_a_paid_invoice_leaves_the_money_with_the_customer(invoice):
    pay(invoice.account.customer, "413")
    operations.uphold_dispute(raise_it(invoice), by=None, at=timezone.now())
    invoice.account.refresh_from_db()
    assert invoice.account.unallocated == Decimal("413.00")
    assert not wrong_books()


def test_rejecting_needs_an_answer_and_sends_it(invoice):
    dispute = raise_it(invoice)
    with pytest.raises(Refusal, match="Say why"):
        operations.reject_dispute(dispute, answer=" ", by=None, at=timezone.now())
    done = operations.reject_dispute(dispute, answer="They were tested.", by=None, at=timezone.now())
    assert (done.state, done.credit_note) == ("rejected", None)
    assert "They were tested." in OutboundMessage.objects.get(event="dispute_answered").body
    with pytest.raises(Refusal, match="rejected already"):
        operations.uphold_dispute(dispute, by=None, at=timezone.now())


def test_withdrawing_sends_nothing_and_lets_it_be_raised_again(invoice):
    dispute = raise_it(invoice)
    operations.withdraw_dispute(dispute, reason="A mistake", by=None, at=timezone.now())
    assert not OutboundMessage.objects.filter(event="dispute_answered").exists()
    assert raise_it(invoice).pk != dispute.pk


def test_disputed_is_at_most_what_is_outstanding(invoice):
    raise_it(invoice)
    pay(invoice.account.customer, "400")
    assert disputed([invoice.pk, 0]) == {invoice.pk: Decimal("13.00")}


def test_a_photo_is_kept_with_it_and_what_is_no_photo_is_refused(invoice, photo):
    dispute = raise_it(invoice, photo=photo)
    assert Attachment.objects.get(object_id=dispute.pk).is_photo
    fake = SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    with pytest.raises(Refusal):
        raise_it(bill(invoice.account.customer), photo=fake)
    assert Dispute.objects.count() == 1


@pytest.fixture
def photo():
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "JPEG")
    return SimpleUploadedFile("broken.jpg", out.getvalue(), content_type="image/jpeg")
