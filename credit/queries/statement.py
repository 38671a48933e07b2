"""The statement of account: what a customer owed at the start, what came on and off since, what it owes now (STM-1)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO
from credit.models import Cheque, CreditAccount, ReceivableEntry

LONGEST = dt.timedelta(days=5 * 366)


class StatementLine(NamedTuple):
    """One entry: what was billed or paid, and the balance after it."""

    on: dt.date
    kind: str
    document: str
    billed: Decimal
    paid: Decimal
    balance: Decimal


class Statement(NamedTuple):
    """An account between two days, both included. opening + Σ billed − Σ paid = closing."""

    account: CreditAccount
    first: dt.date
    last: dt.date
    opening: Decimal
    lines: list[StatementLine]
    in_hand: Decimal = ZERO
    """Cheques we hold that have not been deposited: part of the balance still, not paid."""

    @property
    def billed(self) -> Decimal:
        return sum((line.billed for line in self.lines), ZERO)

    @property
    def paid(self) -> Decimal:
        return sum((line.paid for line in self.lines), ZERO)

    @property
    def closing(self) -> Decimal:
        return self.lines[-1].balance if self.lines else self.opening

    @property
    def standing(self) -> Decimal:
        """The closing balance without its sign: owed, or ahead when `closing` is below nothing."""
        return abs(self.closing)

    @property
    def is_empty(self) -> bool:
        """Nothing owed, nothing moved: there is nothing to write about."""
        return not self.lines and not self.opening


def statement(account: CreditAccount, *, first: dt.date, last: dt.date) -> Statement:
    """The statement of an account. Two statements; refuses days the wrong way round, or more than five years."""
    if last < first:
        raise Refusal(_("The last day lies before the first."), code="days_reversed", field="last")
    if last - first > LONGEST:
        raise Refusal(_("Ask for five years at most."), code="too_long", field="first")
    entries = ReceivableEntry.objects.filter(account=account)
    opening, here = _before(account, first)
    balance, lines = opening, []
    for entry in entries.filter(posted_on__gte=first, posted_on__lte=last).order_by("posted_on", "pk"):
        balance += entry.amount
        lines.append(
            StatementLine(
                entry.posted_on,
                entry.get_kind_display(),
                entry.document,
                max(entry.amount, ZERO),
                max(-entry.amount, ZERO),
                balance,
            )
        )
    return Statement(account, first, last, opening, lines, here)


def _before(account: CreditAccount, first: dt.date) -> tuple[Decimal, Decimal]:
    """The balance brought forward, and what we hold in cheques today. One statement."""
    of_account = {"account": OuterRef("pk")}
    entries = ReceivableEntry.objects.filter(**of_account, posted_on__lt=first)
    cheques = Cheque.objects.in_hand().filter(**of_account)
    sums = [
        Subquery(rows.order_by().values("account").annotate(s=Sum("amount")).values("s"))
        for rows in (entries, cheques)
    ]
    found = CreditAccount.objects.filter(pk=account.pk).values_list(*sums).get()
    return found[0] or ZERO, found[1] or ZERO


def month_before(on: dt.date) -> tuple[dt.date, dt.date]:
    """The first and last day of the month before that of `on`."""
    last = on.replace(day=1) - dt.timedelta(days=1)
    return last.replace(day=1), last


def accounts_with_statement(*, first: dt.date, last: dt.date, after: int = 0, size: int = 500) -> list[Any]:
    """Accounts that owe or had movement between the days, by key after `after`: whom a month's statement goes to."""
    moved = ReceivableEntry.objects.filter(posted_on__gte=first, posted_on__lte=last).values("account")
    rows = CreditAccount.objects.filter(~Q(balance=0) | Q(pk__in=moved), pk__gt=after)
    return list(rows.select_related("customer").order_by("pk")[:size])
