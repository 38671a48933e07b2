"""What paid what, summed over allocations and what was taken back of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO
from credit.models import Allocation, CreditNote, Invoice, Payment, WriteOff


class Share(NamedTuple):
    """So much of a payment, credit note or write-off stands on an invoice. 0 when all of it was taken back."""

    source: Payment | CreditNote | WriteOff
    invoice: Invoice
    amount: Decimal
    on: dt.date
    taken_back: Decimal


def shares_of_invoice(invoice: Invoice) -> list[Share]:
    """What an invoice was paid by, the first first."""
    return _summed(invoice.allocations.select_related("payment", "credit_note", "write_off", "invoice"))


def shares_of_payment(payment: Payment) -> list[Share]:
    """What a payment paid, the first first."""
    return _summed(payment.allocations.select_related("payment", "credit_note", "write_off", "invoice"))


def shares_of_credit_note(note: CreditNote) -> list[Share]:
    """What a credit note settled, the first first."""
    return _summed(note.allocations.select_related("payment", "credit_note", "write_off", "invoice"))


def shares_of_write_off(write_off: WriteOff) -> list[Share]:
    """What was given up, by invoice."""
    return _summed(write_off.allocations.select_related("payment", "credit_note", "write_off", "invoice"))


def moves_of_payment(payment: Payment) -> list[Allocation]:
    """Every row of what a payment paid, in order, when some of it was taken back; nothing when it only paid."""
    rows = list(payment.allocations.select_related("invoice", "by").order_by("pk"))
    return rows if any(row.amount < 0 for row in rows) else []


def _summed(rows: Iterable[Allocation]) -> list[Share]:
    shares: dict[tuple[int | None, int | None, int | None, int], Share] = {}
    for row in rows:
        key = (row.payment_id, row.credit_note_id, row.write_off_id, row.invoice_id)
        back = max(-row.amount, ZERO)
        if key in shares:
            share = shares[key]
            shares[key] = share._replace(amount=share.amount + row.amount, taken_back=share.taken_back + back)
        else:
            shares[key] = Share(_source(row), row.invoice, row.amount, row.allocated_on, back)
    return list(shares.values())


def _source(row: Allocation) -> Payment | CreditNote | WriteOff:
    source = row.payment or row.credit_note or row.write_off
    assert source is not None  # allocation_has_one_source
    return source
