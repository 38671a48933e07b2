"""What somebody who approves a payment should know before."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum

from core.money import ZERO
from credit.models import CreditAccount, Invoice, Payment, PaymentNotice


class Meant(NamedTuple):
    """An invoice a notice shall pay, with so much; `fits` says whether it still needs that."""

    invoice: Invoice
    amount: Decimal

    @property
    def fits(self) -> bool:
        return self.amount <= self.invoice.outstanding


def meant_by(notice: PaymentNotice) -> list[Meant]:
    """The invoices that were chosen, the longest due first."""
    shares = {int(pk): Decimal(amount) for pk, amount in notice.shares or []}
    invoices = Invoice.objects.filter(pk__in=shares).order_by("due_on", "pk")
    return [Meant(invoice, shares[invoice.pk]) for invoice in invoices]


def same_reference(notice: PaymentNotice) -> list[Payment | PaymentNotice]:
    """Payments and other notices with the same bank or UPI reference: this money may be booked already."""
    if not notice.method_reference:
        return []
    alike = {"method_reference__iexact": notice.method_reference}
    payments = Payment.objects.filter(**alike, amount__gt=0, reversed_at=None)
    if notice.payment_id is not None:
        payments = payments.exclude(pk=notice.payment_id)
    notices = PaymentNotice.objects.filter(**alike, state=PaymentNotice.State.WAITING).exclude(pk=notice.pk)
    return [*payments.order_by("-pk")[:3], *notices.order_by("pk")[:3]]


def waiting_amount(account: CreditAccount) -> Decimal:
    """What was announced for this account and waits for approval."""
    if not account.pk:
        return ZERO
    found: Decimal | None = account.notices.waiting().aggregate(sum=Sum("amount"))["sum"]
    return found or ZERO
