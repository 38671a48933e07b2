"""The documents under a figure of the ageing: open invoices of one account on a day, and what was unallocated."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from credit.models import Allocation, CreditAccount, CreditNote, Invoice, Payment, Refund, WriteOff

from .ageing import Basis
from .parts import open_parts


class OpenInvoice(NamedTuple):
    """An invoice, or one part of it, and what was still open of it that day. `bucket` 0 is not due, 1 the first."""

    invoice: Invoice
    open: Decimal
    days: int
    bucket: int
    due_on: dt.date
    part: int


class Spare(NamedTuple):
    """A payment or credit note with what no invoice had needed of it by that day."""

    document: Payment | CreditNote
    on: dt.date
    unallocated: Decimal


def open_invoices(account: CreditAccount, *, on: dt.date, by: Basis, buckets: list[int]) -> list[OpenInvoice]:
    """What adds up to the account's line of the ageing, the oldest first: invoices, or parts of them."""
    parts = open_parts([account.pk], on=on)
    shown = ("number", "account", "currency", "issued_on", "due_on", "in_parts")
    found = Invoice.objects.only(*shown).in_bulk({part.invoice_id for part in parts})
    starts = [1 if by == "due" else 0, *(bound + 1 for bound in buckets)]
    rows = []
    for part in parts:
        invoice = found[part.invoice_id]
        days = (on - (part.due_on if by == "due" else invoice.issued_on)).days
        bucket = sum(days >= start for start in starts)
        rows.append(OpenInvoice(invoice, part.outstanding, days, bucket, part.due_on, part.position))
    return rows if by == "due" else sorted(rows, key=lambda row: -row.days)


def unallocated_documents(account: CreditAccount, *, on: dt.date) -> list[Spare]:
    """Payments (a reversed one and its reversal cancel out) and credit notes with a rest on that day."""
    payments = _with_rest(
        Payment.objects.filter(account=account, received_on__lte=on, amount__gt=0).exclude(
            reversed_by__received_on__lte=on
        ),
        "payment",
        F("amount"),
        on,
    )
    notes = _with_rest(
        CreditNote.objects.filter(account=account, issued_on__lte=on), "credit_note", F("total"), on
    )
    found = [Spare(p, p.received_on, p.rest) for p in payments] + [
        Spare(n, n.issued_on, n.rest) for n in notes
    ]
    return sorted(found, key=lambda spare: spare.on)


def _with_rest(rows: QuerySet, what: str, whole: F, on: dt.date) -> QuerySet:
    """Less what went to invoices, what was given back and not returned, and what nobody asked back (below 0)."""
    given_back = Refund.objects.filter(taken_on__lte=on).exclude(returned_on__lte=on)
    left = (
        whole
        - _sum(Allocation.objects.filter(allocated_on__lte=on), what)
        - _sum(given_back, what)
        + _sum(WriteOff.objects.filter(written_on__lte=on), what)
    )
    return rows.annotate(rest=left).exclude(rest=0)


def _sum(rows: QuerySet, what: str) -> Coalesce:
    """Σ amounts of the rows that belong to a document, in a subquery."""
    sums = rows.filter(**{what: OuterRef("pk")}).order_by().values(what)
    money = DecimalField(max_digits=14, decimal_places=2)
    return Coalesce(Subquery(sums.annotate(s=Sum("amount")).values("s")), Value(ZERO), output_field=money)
