"""The documents under a figure of the ageing: open invoices of one account on a day, and what was unallocated."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.money import ZERO
from credit.models import Allocation, CreditAccount, CreditNote, Invoice, Payment

from .ageing import Basis


class OpenInvoice(NamedTuple):
    """An invoice and what was still open on it that day. `bucket` 0 is not due, 1 the first bucket."""

    invoice: Invoice
    open: Decimal
    days: int
    bucket: int


class Spare(NamedTuple):
    """A payment or credit note with what no invoice had needed of it by that day."""

    document: Payment | CreditNote
    on: dt.date
    unallocated: Decimal


def open_invoices(account: CreditAccount, *, on: dt.date, by: Basis, buckets: list[int]) -> list[OpenInvoice]:
    """The invoices that add up to the account's line of the ageing, the oldest first."""
    later = _allocated("invoice", allocated_on__gt=on)
    found = (
        Invoice.objects.filter(account=account, issued_on__lte=on)
        .only("number", "account", "currency", "issued_on", "due_on")
        .annotate(open_then=F("outstanding") + later)
        .exclude(open_then=0)
        .order_by("due_on" if by == "due" else "issued_on", "pk")
    )
    starts = [1 if by == "due" else 0, *(bound + 1 for bound in buckets)]
    rows = []
    for invoice in found:
        days = (on - (invoice.due_on if by == "due" else invoice.issued_on)).days
        rows.append(OpenInvoice(invoice, invoice.open_then, days, sum(days >= start for start in starts)))
    return rows


def unallocated_documents(account: CreditAccount, *, on: dt.date) -> list[Spare]:
    """Payments (a reversed one and its reversal cancel out) and credit notes with a rest on that day."""
    payments = _with_rest(
        Payment.objects.filter(account=account, received_on__lte=on, amount__gt=0).exclude(
            reversed_by__received_on__lte=on
        ),
        F("amount"),
        _allocated("payment", allocated_on__lte=on),
    )
    notes = _with_rest(
        CreditNote.objects.filter(account=account, issued_on__lte=on),
        F("total"),
        _allocated("credit_note", allocated_on__lte=on),
    )
    found = [Spare(p, p.received_on, p.rest) for p in payments] + [
        Spare(n, n.issued_on, n.rest) for n in notes
    ]
    return sorted(found, key=lambda spare: spare.on)


def _with_rest(rows: QuerySet, whole: F, allocated: Coalesce) -> QuerySet:
    return rows.annotate(rest=whole - allocated).exclude(rest=0)


def _allocated(what: str, **when: dt.date) -> Coalesce:
    """Σ allocations of a document, in a subquery."""
    sums = Allocation.objects.filter(**{what: OuterRef("pk")}, **when).order_by().values(what)
    money = DecimalField(max_digits=14, decimal_places=2)
    return Coalesce(Subquery(sums.annotate(s=Sum("amount")).values("s")), Value(ZERO), output_field=money)
