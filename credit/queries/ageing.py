"""Accounts receivable ageing as of any date, from documents and allocations by their dates (AGE-1).

An allocation made later gives its amount back to its invoice, money that came later is taken out of what is
unallocated, an invoice in parts is cut by the plan in force that day (`ageing_sql`). Today costs one pass over open
invoices; a day long ago costs what happened since. Σ buckets − unallocated = balance, for every day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from django.db import connection, transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO
from credit.models import CreditAccount
from customers.models import Address, Customer

from . import ageing_sql

Basis = Literal["due", "issued"]
Group = Literal["representative", "city"]
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


class Grouped(NamedTuple):
    """The sums of all customers of one representative or city, in one currency. An empty key: those without one."""

    key: str
    name: str
    currency: str
    customers: int
    not_due: Decimal
    buckets: tuple[Decimal, ...]
    unallocated: Decimal

    @property
    def overdue(self) -> Decimal:
        return sum(self.buckets, ZERO)

    @property
    def balance(self) -> Decimal:
        return self.not_due + self.overdue - self.unallocated


class Page(NamedTuple):
    """Some lines, the sums of all of them, and where the next page begins ("" at the end)."""

    rows: list[Aged]
    totals: list[Total]
    next: str


@dataclass(frozen=True)
class Question:
    """What is asked: the day, what age counts from, the bounds, and of whom.

    `by` "due": days since the due date; what is not due yet stands apart. `by` "issued": days since the invoice, and
    nothing stands apart. `buckets` are their upper bounds in days, ascending. `customers` narrows it to some keys,
    `representative` (0: without one) and `city` to theirs. Customers out of `user`'s sight are never in it.
    """

    on: dt.date
    user: Any
    by: Basis = "due"
    buckets: Sequence[int] = BUCKETS
    customers: Sequence[int] | None = None
    representative: int | None = None
    city: str | None = None

    @cached_property
    def accounts(self) -> list[int] | None:
        """The keys of the accounts to look at; None for all of them."""
        visible = Customer.objects.visible_to(self.user)
        if self.customers is not None:
            visible = visible.filter(pk__in=list(self.customers))
        if self.representative is not None:
            visible = visible.filter(representative=self.representative or None)
        if self.city is not None:
            with_city = Address.objects.filter(kind="billing", is_default=True).exclude(city="")
            if self.city:
                visible = visible.filter(pk__in=with_city.filter(city=self.city).values("customer"))
            else:
                visible = visible.exclude(pk__in=with_city.values("customer"))
        if not visible.query.where and not visible.query.is_empty():
            return None
        return list(
            CreditAccount.objects.filter(customer__in=visible.order_by()).values_list("pk", flat=True)
        )

    def ask(self, statement: str, **more: Any) -> tuple[str, dict[str, Any]]:
        """A statement of `ageing_sql` and its values."""
        bounds = checked_bounds(self.buckets)
        values = {
            "on": self.on,
            # width_bucket: 0 is not due. By invoice date day 0 belongs to the first bucket.
            "starts": [1 if self.by == "due" else 0, *(bound + 1 for bound in bounds)],
            "accounts": self.accounts,
        }
        some = self.accounts is not None
        return ageing_sql.written(statement, by=self.by, buckets=self.columns, some=some), values | more

    @property
    def columns(self) -> int:
        """Buckets beside "not due"; the statements always give six."""
        return len(self.buckets) + 1


def ageing(
    *,
    on: dt.date,
    by: Basis = "due",
    buckets: Sequence[int] = BUCKETS,
    user: Any,
    customers: Iterable[int] | None = None,
) -> list[Aged]:
    """What each customer in sight of `user` owed at the end of `on`, by age; the most overdue first. See `Question`.

    Customers who owe nothing and have nothing unallocated are left out.
    """
    some = None if customers is None else list(customers)
    question = Question(on, user, by, buckets, some)
    with connection.cursor() as cursor:
        cursor.execute(*question.ask(ageing_sql.ALL))
        return [_aged(row, question.columns) for row in cursor.fetchall()]


def all_lines(question: Question) -> Iterator[Aged]:
    """Every line, the most overdue first, read from the server as they are used. For files."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(*question.ask(ageing_sql.ALL))
        for row in cursor:
            yield _aged(row, question.columns)


def page(question: Question, *, after: str = "", most: int = 100) -> Page:
    """One page of lines and the sums of all, in one statement. `after` is the `next` of the page before."""
    place = _place(after)
    statement, values = question.ask(
        ageing_sql.PAGE, overdue=place[0], not_due=place[1], after=place[2], most=most + 1
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    count = question.columns
    sums = [
        Total(row[4], row[5], row[6], tuple(row[7 : 7 + count]), row[-1]) for row in found if row[0] is None
    ]
    rows = [_aged((*row[:5], *row[6:]), count) for row in found if row[0] is not None]
    more = len(rows) > most
    rows = rows[:most]
    return Page(rows, sorted(sums), _mark(rows[-1]) if more else "")


def grouped(question: Question, group: Group) -> list[Grouped]:
    """The lines added up by representative or city, the most overdue first. One query."""
    statement = ageing_sql.REPRESENTATIVE if group == "representative" else ageing_sql.CITY
    statement, values = question.ask(statement)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall()
    count = question.columns
    return [
        Grouped(row[0] or "", row[1], row[2], row[3], row[4], tuple(row[5 : 5 + count]), row[-1])
        for row in found
    ]


def age_of_account(account: CreditAccount, *, on: dt.date) -> Aged | None:
    """One account's line on a day, by due date and the usual buckets; None when it owed and had nothing."""
    statement = ageing_sql.written(ageing_sql.ALL, by="due", buckets=len(BUCKETS) + 1, some=True)
    values: dict[str, Any] = {
        "on": on,
        "starts": [1, *(bound + 1 for bound in BUCKETS)],
        "accounts": [account.pk],
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return _aged(row, len(BUCKETS) + 1) if row else None


def _aged(row: Sequence[Any], count: int) -> Aged:
    return Aged._make([*row[:6], tuple(row[6 : 6 + count]), row[-1]])


def _mark(row: Aged) -> str:
    return f"{row.overdue}_{row.not_due}_{row.account_id}"


def _place(after: str) -> tuple[Decimal | None, Decimal, int]:
    """What a page's address says; one that can't be read is the first page."""
    found = PLACE.fullmatch(after)
    return (Decimal(found[1]), Decimal(found[2]), int(found[3])) if found else (None, ZERO, 0)


PLACE = re.compile(r"(\d{1,14}(?:\.\d\d)?)_(\d{1,14}(?:\.\d\d)?)_(\d{1,18})")


def totals(rows: Iterable[Aged]) -> list[Total]:
    """The foot of a table, one line per currency: amounts of two currencies are never added."""
    return _totals((row, 1) for row in rows)


def totals_of(groups: Iterable[Grouped]) -> list[Total]:
    """The same for groups."""
    return _totals((row, row.customers) for row in groups)


def _totals(rows: Iterable[tuple[Any, int]]) -> list[Total]:
    by_currency: dict[str, list[tuple[Any, int]]] = {}
    for row, customers in rows:
        by_currency.setdefault(row.currency, []).append((row, customers))
    return [
        Total(
            currency,
            sum(customers for _row, customers in some),
            sum((row.not_due for row, _customers in some), ZERO),
            tuple(
                sum(amounts, ZERO) for amounts in zip(*(row.buckets for row, _customers in some), strict=True)
            ),
            sum((row.unallocated for row, _customers in some), ZERO),
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
