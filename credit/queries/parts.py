"""What is open of invoices by the day it is due: an invoice without instalments once, one with a plan by its parts.

Everything that speaks of lateness reads it from here, or from the view behind `OpenPart` for today: ageing, overdue
figures, reminders, the credit decision. What is paid of an invoice counts against its oldest part. On a day in the past
it is the plan that was in force at the end of that day, with what was allocated by then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from credit.models import Instalment, Invoice, OpenPart


class Open(NamedTuple):
    """An open part. Position 0 is a whole invoice, or what had been paid before its plan and was taken back."""

    invoice_id: int
    position: int
    due_on: dt.date
    outstanding: Decimal
    account_id: int

    def days_late(self, on: dt.date) -> int:
        return max(0, (on - self.due_on).days)


class State(NamedTuple):
    """One part of an invoice's plan as it stands: what of it is open, and since how many days it is late."""

    position: int
    due_on: dt.date
    amount: Decimal
    outstanding: Decimal
    days_late: int

    @property
    def paid(self) -> Decimal:
        return self.amount - self.outstanding


# What was open that day is what is open now, and what was allocated since. Σ parts = total, so `later` tells how much
# of the rest belongs to the parts after this one.
OPEN_PARTS = """
WITH told AS (
    SELECT id AS invoice_id, outstanding AS amount FROM credit_invoice
    WHERE outstanding > 0 AND (%(accounts)s::bigint[] IS NULL OR account_id = ANY (%(accounts)s::bigint[]))
    UNION ALL
    SELECT a.invoice_id, a.amount FROM credit_allocation a JOIN credit_invoice i ON i.id = a.invoice_id
    WHERE a.allocated_on > %(on)s::date
      AND (%(accounts)s::bigint[] IS NULL OR i.account_id = ANY (%(accounts)s::bigint[]))
), open AS (
    SELECT invoice_id, sum(amount) AS amount FROM told GROUP BY invoice_id HAVING sum(amount) > 0
)
SELECT i.id, 0 AS position, i.due_on, o.amount, i.account_id
FROM open o JOIN credit_invoice i ON i.id = o.invoice_id
WHERE NOT i.in_parts AND i.issued_on <= %(on)s::date
UNION ALL
SELECT i.id, t.position, t.due_on, least(t.amount, o.amount - t.later), i.account_id
FROM open o JOIN credit_invoice i ON i.id = o.invoice_id
JOIN credit_instalmentplan p ON p.invoice_id = i.id
  AND p.from_on <= %(on)s::date AND (p.until_on IS NULL OR p.until_on > %(on)s::date)
JOIN credit_instalment t ON t.plan_id = p.id AND t.later < o.amount
WHERE i.in_parts AND i.issued_on <= %(on)s::date
ORDER BY 3, 1, 2
"""


def open_parts(account_ids: Iterable[int] | None = None, *, on: dt.date) -> list[Open]:
    """The open parts at the end of `on`, the longest due first; of some accounts, or of all. One query."""
    accounts = None if account_ids is None else list(account_ids)
    with connection.cursor() as cursor:
        cursor.execute(OPEN_PARTS, {"accounts": accounts, "on": on})
        return [Open._make(row) for row in cursor.fetchall()]


class Due(NamedTuple):
    """An open part of an invoice with instalments, for lists of a whole account."""

    number: str
    due_on: dt.date
    outstanding: Decimal
    days_late: int


def instalments_of(account_id: int, *, on: dt.date) -> list[Due]:
    """What is open of an account's invoices in parts at the end of a day, the longest due first."""
    parts = [part for part in open_parts([account_id], on=on) if part.position]
    several = Invoice.objects.filter(pk__in={part.invoice_id for part in parts}, in_parts=True)
    numbers = dict(several.values_list("pk", "number"))
    return [
        Due(numbers[part.invoice_id], part.due_on, part.outstanding, part.days_late(on)) for part in parts
    ]


def plan_states(invoice: Invoice, *, on: dt.date) -> list[State]:
    """The parts of the plan in force, as they stand today; none for an invoice that is due at once."""
    if not invoice.in_parts:
        return []
    rows = Instalment.objects.filter(invoice=invoice, plan__until_on=None).order_by("position")
    return [state_of(part, invoice.outstanding, on=on) for part in rows]


def state_of(part: Instalment, outstanding: Decimal, *, on: dt.date) -> State:
    """How a part stands when so much of its invoice is open."""
    left = min(part.amount, max(outstanding - part.later, Decimal(0)))
    return State(
        part.position, part.due_on, part.amount, left, max(0, (on - part.due_on).days) if left else 0
    )


def oldest_first(account_id: int, amount: Decimal) -> dict[int, Decimal]:
    """How an amount is shared over an account's open invoices: `{invoice: share}`, the longest due part first."""
    shares: dict[int, Decimal] = {}
    parts = OpenPart.objects.filter(account=account_id).order_by("due_on", "invoice_id", "position")
    for invoice_id, outstanding in parts.values_list("invoice_id", "outstanding").iterator(500):
        if amount <= 0:
            break
        share = min(amount, outstanding)
        shares[invoice_id] = shares.get(invoice_id, Decimal(0)) + share
        amount -= share
    return shares
