"""Whom to call about money today, and what to say: customers ranked by what a call is expected to bring in.

    expected = money to ask for × likelihood by age × reliability × word kept × recency

*Money to ask for* is what is past due, part by part, less what is disputed, promised for a day still to come, lying
unallocated, or paused (an invoice, or all of a customer). *Likelihood by age* is the share of money of that age that a
call usually brings in (`BY_AGE`). *Reliability* is ½ + the share of the money that came due in twelve months and was
there on its day (1 where nothing came due). *Word kept* is 0.8 for each promise broken in that time, three at most.
*Recency* is small for whom somebody spoke with lately (`RECENCY`), and more than 1 on the day a call back was agreed.
Whom somebody called today, or agreed to call later, is not on the list. Figures are in the account's own currency.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from core.money import ZERO, round_money
from credit.models import CollectionCall, CreditAccount
from credit.rating import SINCE
from customers.models import Customer

BY_AGE: tuple[tuple[int, Decimal], ...] = (
    (30, Decimal("0.60")),
    (60, Decimal("0.45")),
    (90, Decimal("0.30")),
    (180, Decimal("0.15")),
)
OLDER = Decimal("0.05")
"""Share of money so many days late that comes after a call; what is older."""
RECENCY: tuple[tuple[int, Decimal], ...] = ((2, Decimal("0.3")), (6, Decimal("0.7")))
AGREED = Decimal("1.25")
"""By days since the last call; and when today is the day that was agreed."""
BROKEN, MOST_BROKEN = Decimal("0.8"), 3
MOST = 300
"""Customers on one list: more than a day of calls."""


class Candidate(NamedTuple):
    """A customer to call. `ask` is the money to ask for, `expected` what a call is expected to bring."""

    account_id: int
    customer_id: int
    name: str
    phone: str
    currency: str
    ask: Decimal
    overdue: Decimal
    disputed: Decimal
    promised: Decimal
    days: int
    invoices: int
    last_on: dt.date | None
    agreed: bool
    on_time: Decimal | None
    broken: int
    expected: Decimal


# What is asked for of each invoice and what that is worth by its age, summed for each customer; then what the customer
# promised or left lying is taken off in proportion, and who was spoken with lately comes later.
LIST = """
WITH late AS (
    SELECT p.account_id, p.invoice_id, min(p.due_on) AS due_on, sum(p.outstanding) AS amount
    FROM credit_openpart p
    WHERE p.due_on < %(on)s::date AND (%(accounts)s::bigint[] IS NULL OR p.account_id = ANY (%(accounts)s::bigint[]))
    GROUP BY 1, 2
), asked AS (
    SELECT l.account_id, l.due_on, l.amount,
           least(coalesce(d.amount, 0), l.amount) AS disputed,
           CASE WHEN z.id IS NULL THEN greatest(l.amount - coalesce(d.amount, 0), 0) ELSE 0 END AS ask
    FROM late l
    LEFT JOIN (SELECT invoice_id, sum(amount) AS amount FROM credit_dispute WHERE state = 'open' GROUP BY 1) d
      ON d.invoice_id = l.invoice_id
    LEFT JOIN LATERAL (
        SELECT id FROM credit_dunningpause
        WHERE account_id = l.account_id AND (invoice_id IS NULL OR invoice_id = l.invoice_id)
          AND ended_at IS NULL AND until >= %(on)s::date LIMIT 1
    ) z ON true
), summed AS (
    SELECT account_id, sum(amount) AS overdue, sum(disputed) AS disputed, sum(ask) AS ask, min(due_on) AS due_on,
           count(*) AS invoices, sum(ask * (CASE {ages} ELSE {older} END)) AS worth
    FROM asked GROUP BY 1 HAVING sum(ask) > 0
), told AS (
    SELECT s.*, a.customer_id, a.currency, coalesce(w.promised, 0) AS promised,
           greatest(s.ask - coalesce(w.promised, 0) - a.unallocated, 0) AS rest
    FROM summed s JOIN credit_creditaccount a ON a.id = s.account_id
    LEFT JOIN (
        SELECT account_id, sum(amount - received) AS promised FROM credit_promisetopay
        WHERE state = 'open' AND promised_on >= %(on)s::date GROUP BY 1
    ) w ON w.account_id = s.account_id
)
SELECT t.account_id, t.customer_id, c.name, c.phone, t.currency, t.rest, t.overdue, t.disputed, t.promised,
       %(on)s::date - t.due_on, t.invoices, k.day, coalesce(k.next_on = %(on)s::date, false),
       t.worth * t.rest / t.ask * (CASE {recency} ELSE 1 END) AS expected
FROM told t
JOIN customers_customer c ON c.id = t.customer_id
LEFT JOIN LATERAL (
    SELECT (at AT TIME ZONE %(zone)s)::date AS day, next_on FROM credit_collectioncall
    WHERE account_id = t.account_id ORDER BY at DESC LIMIT 1
) k ON true
WHERE t.rest > 0 AND (k.day IS NULL OR (k.day < %(on)s::date AND (k.next_on IS NULL OR k.next_on <= %(on)s::date)))
ORDER BY expected DESC, t.account_id
LIMIT %(most)s
"""

# Of these customers: the share of money that came due and was there on its day, and promises broken.
PAID = """
WITH due AS (
    SELECT id, account_id, due_on, outstanding FROM credit_invoice
    WHERE account_id = ANY (%(accounts)s::bigint[]) AND due_on > %(since)s::date AND due_on < %(on)s::date
), money AS (
    SELECT d.account_id, sum(a.amount) AS amount, p.received_on <= d.due_on AS on_time
    FROM due d JOIN credit_allocation a ON a.invoice_id = d.id JOIN credit_payment p ON p.id = a.payment_id
    GROUP BY d.account_id, d.id, p.id, 3 HAVING sum(a.amount) > 0
    UNION ALL
    SELECT account_id, outstanding, false FROM due WHERE outstanding > 0
), shares AS (
    SELECT account_id, coalesce(sum(amount) FILTER (WHERE on_time), 0) / nullif(sum(amount), 0) AS share
    FROM money GROUP BY 1
), words AS (
    SELECT account_id, count(*) AS broken FROM credit_promisetopay
    WHERE account_id = ANY (%(accounts)s::bigint[]) AND state = 'broken' AND promised_on > %(since)s::date GROUP BY 1
)
SELECT coalesce(s.account_id, w.account_id), s.share, coalesce(w.broken, 0)
FROM shares s FULL JOIN words w ON w.account_id = s.account_id
"""


def _sql() -> str:
    days = "%(on)s::date - due_on"
    since = "%(on)s::date - k.day"
    return LIST.format(
        ages=" ".join(f"WHEN {days} <= {most} THEN {share}" for most, share in BY_AGE),
        older=OLDER,
        recency=f"WHEN k.next_on = %(on)s::date THEN {AGREED} "
        + " ".join(f"WHEN {since} <= {most} THEN {factor}" for most, factor in RECENCY),
    )


def call_list(user: Any, *, on: dt.date, most: int = MOST) -> list[Candidate]:
    """Whom this person should call today, the most promising first. Three queries, however many customers."""
    found = _candidates(user, on=on, most=most)
    if not found:
        return []
    known: dict[int, tuple[Decimal | None, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(PAID, {"accounts": [row[0] for row in found], "since": on - SINCE, "on": on})
        known = {pk: (share, broken) for pk, share, broken in cursor.fetchall()}
    rows = []
    for row in found:
        on_time, broken = known.get(row[0], (None, 0))
        worth = expected(row[-1], on_time, broken)
        rows.append(Candidate._make((*row[:-1], on_time, broken, worth)))
    return sorted(rows, key=lambda each: (-each.expected, each.account_id))


def expected(worth: Decimal, on_time: Decimal | None, broken: int) -> Decimal:
    """What a call brings, from its worth by age and recency: how the customer pays, and keeps its word."""
    reliability = Decimal(1) if on_time is None else Decimal("0.5") + on_time
    factor = reliability * BROKEN ** min(broken, MOST_BROKEN)
    return round_money(worth * factor)


def calls_today(user: Any, *, on: dt.date) -> tuple[int, Decimal, str]:
    """How many calls wait, the money to ask for in the first one's currency, and that currency."""
    found = _candidates(user, on=on, most=MOST)
    currency = found[0][4] if found else ""
    return len(found), sum((row[5] for row in found if row[4] == currency), ZERO), currency


def _candidates(user: Any, *, on: dt.date, most: int) -> list[tuple[Any, ...]]:
    accounts = None
    visible = Customer.objects.visible_to(user)
    if visible.query.where or visible.query.is_empty():
        rows = CreditAccount.objects.filter(customer__in=visible, balance__gt=0)
        accounts = list(rows.values_list("pk", flat=True))
    zone = settings.TIME_ZONE
    with connection.cursor() as cursor:
        cursor.execute(_sql(), {"on": on, "accounts": accounts, "zone": zone, "most": most})
        return list(cursor.fetchall())


class Points(NamedTuple):
    """What to say on the phone."""

    oldest: Sequence[Any]
    words: list[CollectionCall]
    broken: list[Any]
    open_promises: list[Any]
    bounced: list[Any]
    disputes: list[Any]
    last_payment: Any
    contacts: list[Any]


def talking_points(account: CreditAccount) -> Points:
    """What a call needs to know, in eight small queries."""
    return Points(
        oldest=list(account.invoices.open().order_by("due_on", "pk")[:3]),
        words=list(account.calls.select_related("by").order_by("-at")[:3]),
        broken=list(account.promises.broken().order_by("-promised_on")[:3]),
        open_promises=list(account.promises.open().order_by("promised_on")),
        bounced=list(account.cheques.filter(state="bounced").order_by("-dated_on")[:3]),
        disputes=list(
            account.invoices.model.objects.filter(account=account, disputes__state="open").distinct()[:3]
        ),
        last_payment=account.payments.filter(reversed_at=None, amount__gt=0)
        .order_by("-received_on", "-pk")
        .first(),
        contacts=list(account.customer.contacts.all()[:3]),
    )
