"""Accounts receivable ageing as of any date, from documents and allocations by their dates (AGE-1).

The figures of a day are those of now, less what happened after it: an allocation made later gives its amount back to
its invoice, a payment or credit note that came later is taken out of what is unallocated, a refund that went out later
is put back. Today costs one pass over
open invoices; a day long ago costs what happened since. Σ buckets − unallocated = balance, for every day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO
from credit.models import CreditAccount
from customers.models import Customer

Basis = Literal["due", "issued"]
BUCKETS = (30, 60, 90)
MOST_BUCKETS = 6


class Aged(NamedTuple):
    """One customer's receivables on a day. `buckets` has one amount more than there are bounds: the last is open."""

    account_id: int
    customer_id: int
    name: str
    code: str
    currency: str
    not_due: Decimal
    buckets: tuple[Decimal, ...]
    unallocated: Decimal

    @property
    def overdue(self) -> Decimal:
        """What stands in the buckets: past its due date, or, by invoice date, everything."""
        return sum(self.buckets, ZERO)

    @property
    def balance(self) -> Decimal:
        return self.not_due + self.overdue - self.unallocated


class Total(NamedTuple):
    """The sums of one currency."""

    currency: str
    customers: int
    not_due: Decimal
    buckets: tuple[Decimal, ...]
    unallocated: Decimal

    @property
    def balance(self) -> Decimal:
        return self.not_due + sum(self.buckets, ZERO) - self.unallocated


def ageing(
    *,
    on: dt.date,
    by: Basis = "due",
    buckets: Sequence[int] = BUCKETS,
    user: Any,
    customers: Iterable[int] | None = None,
) -> list[Aged]:
    """What each customer in sight of `user` owed at the end of `on`, by age; the most overdue first.

    `by` "due": days since the due date; what is not due yet stands apart. `by` "issued": days since the invoice, and
    nothing stands apart. `buckets` are their upper bounds in days, ascending. Customers who owe nothing and have
    nothing unallocated are left out. `customers` narrows it to some keys.
    """
    bounds = checked_bounds(buckets)
    values = {
        "on": on,
        "by": by,
        # width_bucket: 0 is not due. By invoice date day 0 belongs to the first bucket.
        "starts": [1 if by == "due" else 0, *(bound + 1 for bound in bounds)],
        "customers": _in_sight(user, customers),
    }
    with connection.cursor() as cursor:
        cursor.execute(AGEING, values)
        rows = cursor.fetchall()
    count = len(bounds) + 1
    return [Aged._make([*row[:6], tuple(row[6 : 6 + count]), row[-1]]) for row in rows]


def age_of_account(account: CreditAccount, *, on: dt.date) -> Aged | None:
    """One account's line on a day, by due date and the usual buckets; None when it owed and had nothing."""
    return _first(
        {"on": on, "by": "due", "starts": [1, *(bound + 1 for bound in BUCKETS)]}, account.customer_id
    )


def _first(values: dict[str, Any], customer_id: int) -> Aged | None:
    with connection.cursor() as cursor:
        cursor.execute(AGEING, values | {"customers": [customer_id]})
        row = cursor.fetchone()
    count = len(BUCKETS) + 1
    return Aged._make([*row[:6], tuple(row[6 : 6 + count]), row[-1]]) if row else None


def totals(rows: Iterable[Aged]) -> list[Total]:
    """The foot of the table, one line per currency: amounts of two currencies are never added."""
    by_currency: dict[str, list[Aged]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return [
        Total(
            currency,
            len(some),
            sum((row.not_due for row in some), ZERO),
            tuple(sum(amounts, ZERO) for amounts in zip(*(row.buckets for row in some), strict=True)),
            sum((row.unallocated for row in some), ZERO),
        )
        for currency, some in sorted(by_currency.items())
    ]


def checked_bounds(buckets: Sequence[int]) -> list[int]:
    """The bounds as given. Refuses none, too many, and such that don't ascend."""
    bounds = list(buckets)
    if not 1 <= len(bounds) <= MOST_BUCKETS - 1 or bounds != sorted(set(bounds)) or bounds[0] < 1:
        raise Refusal(
            _("Give one to %(most)d ascending numbers of days, such as 30, 60, 90.")
            % {"most": MOST_BUCKETS - 1},
            code="bad_buckets",
        )
    return bounds


def _in_sight(user: Any, customers: Iterable[int] | None) -> list[int] | None:
    """The keys of the customers to look at; None for all of them."""
    visible = Customer.objects.visible_to(user)
    if customers is not None:
        visible = visible.filter(pk__in=list(customers))
    elif not visible.query.where and not visible.query.is_empty():
        return None
    return list(visible.order_by().values_list("pk", flat=True))


AGEING = """
WITH later AS MATERIALIZED (
    SELECT i.account_id, i.issued_on, i.due_on, sum(a.amount) AS amount
    FROM credit_allocation a JOIN credit_invoice i ON i.id = a.invoice_id
    WHERE a.allocated_on > %(on)s::date
    GROUP BY i.id
), piece AS (
    SELECT account_id, issued_on, due_on, outstanding AS amount FROM credit_invoice WHERE outstanding > 0
    UNION ALL
    SELECT account_id, issued_on, due_on, amount FROM later
), aged AS (
    SELECT account_id, amount, width_bucket(
        %(on)s::date - CASE %(by)s::text WHEN 'due' THEN due_on ELSE issued_on END, %(starts)s::int[]) AS bucket
    FROM piece WHERE issued_on <= %(on)s::date
), summed AS (
    SELECT account_id,
        sum(amount) FILTER (WHERE bucket = 0) AS b0, sum(amount) FILTER (WHERE bucket = 1) AS b1,
        sum(amount) FILTER (WHERE bucket = 2) AS b2, sum(amount) FILTER (WHERE bucket = 3) AS b3,
        sum(amount) FILTER (WHERE bucket = 4) AS b4, sum(amount) FILTER (WHERE bucket = 5) AS b5,
        sum(amount) FILTER (WHERE bucket = 6) AS b6
    FROM aged GROUP BY account_id
), moved AS (
    SELECT account_id, sum(amount) AS amount FROM (
        SELECT account_id, -amount AS amount FROM credit_payment WHERE received_on > %(on)s::date
        UNION ALL SELECT account_id, -total FROM credit_creditnote WHERE issued_on > %(on)s::date
        UNION ALL SELECT account_id, -amount FROM credit_writeoff WHERE written_on > %(on)s::date
        UNION ALL SELECT account_id, amount FROM credit_refund WHERE taken_on > %(on)s::date
        UNION ALL SELECT account_id, -amount FROM credit_refund WHERE returned_on > %(on)s::date
        UNION ALL SELECT account_id, amount FROM later
    ) change GROUP BY account_id
)
SELECT a.id, c.id, c.name, c.code, a.currency, coalesce(b0, 0), coalesce(b1, 0), coalesce(b2, 0), coalesce(b3, 0),
    coalesce(b4, 0), coalesce(b5, 0), coalesce(b6, 0), a.unallocated + coalesce(m.amount, 0) AS spare
FROM credit_creditaccount a
JOIN customers_customer c ON c.id = a.customer_id
LEFT JOIN summed s ON s.account_id = a.id
LEFT JOIN moved m ON m.account_id = a.id
WHERE (%(customers)s::bigint[] IS NULL OR a.customer_id = ANY (%(customers)s::bigint[]))
  AND (b0 <> 0 OR b1 <> 0 OR b2 <> 0 OR b3 <> 0 OR b4 <> 0 OR b5 <> 0 OR b6 <> 0
       OR a.unallocated + coalesce(m.amount, 0) <> 0)
ORDER BY coalesce(b1, 0) + coalesce(b2, 0) + coalesce(b3, 0) + coalesce(b4, 0) + coalesce(b5, 0) + coalesce(b6, 0)
    DESC, coalesce(b0, 0) DESC, c.name, a.id
"""
