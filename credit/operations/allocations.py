"""What pays what. All of it under the account's lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from credit.models import Allocation, CreditNote, Invoice, Payment, WriteOff
from credit.queries import parts

from .accounts import move_account

Source = Payment | CreditNote
Settling = Source | WriteOff


def allocate(
    source: Source, shares: Iterable[tuple[Invoice, Decimal]], *, by: Any, at: dt.datetime, reason: str = ""
) -> list[Allocation]:
    """Give parts of a payment or credit note to invoices of the same account, which must be locked.

    Refuses more than the source still has or an invoice still needs. The database refuses it too.
    """
    rows = []
    for invoice, amount in shares:
        if invoice.account_id != source.account_id:
            raise Refusal(_("%s is another customer's invoice.") % invoice.number, code="other_customer")
        if amount <= 0 or amount > invoice.outstanding:
            raise Refusal(
                _("%(number)s needs %(outstanding)s, not %(amount)s.")
                % {
                    "number": invoice.number,
                    "outstanding": format_money(invoice.outstanding, invoice.currency),
                    "amount": format_money(amount, invoice.currency),
                },
                code="more_than_outstanding",
            )
        if amount > source.unallocated_amount:
            raise Refusal(
                _("%(number)s has only %(left)s left to allocate.")
                % {
                    "number": source.number,
                    "left": format_money(source.unallocated_amount, source.currency),
                },
                code="more_than_unallocated",
            )
        source.unallocated_amount -= amount
        invoice.outstanding -= amount
        rows.append(_row(source, invoice, amount, reason, by=by, at=at))
        Invoice.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") - amount)
    if rows:
        live.touch_all("credit.invoice", [row.invoice_id for row in rows])
        Allocation.objects.bulk_create(rows)
        given = sum((row.amount for row in rows), ZERO)
        type(source)._default_manager.filter(pk=source.pk).update(
            unallocated_amount=F("unallocated_amount") - given
        )
        move_account(source.account_id, unallocated=-given)
    return rows


def write_down(
    write_off: WriteOff, shares: Iterable[tuple[Invoice, Decimal]], *, by: Any, at: dt.datetime
) -> None:
    """Take what is given up off its invoices, whose account must be locked. Negative shares bring it back."""
    rows = []
    for invoice, amount in shares:
        rows.append(_row(write_off, invoice, amount, by=by, at=at))
        Invoice.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") - amount)
    live.touch_all("credit.invoice", [row.invoice_id for row in rows])
    Allocation.objects.bulk_create(rows)


def take_back_allocations(payment: Payment, *, by: Any, at: dt.datetime) -> Decimal:
    """Undo what a payment paid, by negative rows: its invoices are open again at their own due dates."""
    paid = now_on(payment)
    live.touch_all("credit.invoice", paid)
    rows = []
    for invoice in Invoice.objects.filter(pk__in=paid).order_by("pk"):
        rows.append(_row(payment, invoice, -paid[invoice.pk], by=by, at=at))
        Invoice.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") + paid[invoice.pk])
    Allocation.objects.bulk_create(rows)
    return sum(paid.values(), ZERO)


def now_on(source: Source) -> dict[int, Decimal]:
    """What a payment or credit note pays now, `{invoice_pk: amount}`: its rows and what was taken back, together."""
    paid: dict[int, Decimal] = {}
    for row in source.allocations.all():
        paid[row.invoice_id] = paid.get(row.invoice_id, ZERO) + row.amount
    return {pk: amount for pk, amount in paid.items() if amount}


def take_off(
    source: Source, shares: Iterable[tuple[Invoice, Decimal]], *, reason: str, by: Any, at: dt.datetime
) -> None:
    """Take parts of a payment or credit note off its invoices again, whose account must be locked."""
    rows = []
    for invoice, amount in shares:
        source.unallocated_amount += amount
        invoice.outstanding += amount
        rows.append(_row(source, invoice, -amount, reason, by=by, at=at))
        Invoice.objects.filter(pk=invoice.pk).update(outstanding=F("outstanding") + amount)
    if rows:
        live.touch_all("credit.invoice", [row.invoice_id for row in rows])
        Allocation.objects.bulk_create(rows)
        back = -sum((row.amount for row in rows), ZERO)
        type(source)._default_manager.filter(pk=source.pk).update(
            unallocated_amount=F("unallocated_amount") + back
        )
        move_account(source.account_id, unallocated=back)


def oldest_first(account_id: int, amount: Decimal) -> list[tuple[Invoice, Decimal]]:
    """Share an amount over the account's open invoices, what is longest due first: an invoice, or a part of one."""
    shares = parts.oldest_first(account_id, amount)
    found = Invoice.objects.in_bulk(shares)
    return [(found[pk], share) for pk, share in shares.items()]


def apply_unallocated(account_id: int, *, by: Any, at: dt.datetime) -> None:
    """Use money paid ahead and credit notes for the open invoices, oldest money and oldest invoice first."""
    sources: list[Source] = [
        *CreditNote.objects.filter(account_id=account_id, unallocated_amount__gt=0).order_by("pk"),
        *Payment.objects.filter(account_id=account_id, unallocated_amount__gt=0).order_by("pk"),
    ]
    for source in sorted(sources, key=_came_on):
        allocate(source, oldest_first(account_id, source.unallocated_amount), by=by, at=at)


def _came_on(source: Settling) -> dt.date:
    if isinstance(source, WriteOff):
        assert source.written_on is not None, "only an approved write-off settles anything"
        return source.written_on
    return source.received_on if isinstance(source, Payment) else source.issued_on


def _row(
    source: Settling, invoice: Invoice, amount: Decimal, reason: str = "", *, by: Any, at: dt.datetime
) -> Allocation:
    step = source.allocations.filter(invoice=invoice).count() + 1
    return Allocation(
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, CreditNote) else None,
        write_off=source if isinstance(source, WriteOff) else None,
        invoice=invoice,
        amount=amount,
        allocated_on=max(local_date(at), invoice.issued_on, _came_on(source)),
        reference=f"{source.number}>{invoice.number}:{step}",
        reason=reason,
        by=by,
        at=at,
    )
