"""What a late fee comes to. Pure.

Months late begin the day after the grace days are over, and again each month. Each has a name of its own, so it is
charged once; a month that nobody charged in time is let go, never charged later.
"""

from __future__ import annotations

import calendar
import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO, round_money

FLAT, PER_MONTH, PER_DAY = "flat", "per_month", "per_day"
HUNDRED = Decimal(100)


class Terms(NamedTuple):
    """A policy: `amount` for a flat fee, `rate` percent for the others; `cap` None is no end."""

    kind: str
    amount: Decimal = ZERO
    rate: Decimal = ZERO
    grace_days: int = 0
    minimum: Decimal = ZERO
    cap: Decimal | None = None


class Fee(NamedTuple):
    """What to charge, before tax, and the name of the period it is for."""

    period: str
    net: Decimal


def fee_of(
    terms: Terms, overdue: Decimal, *, due_on: dt.date, on: dt.date, before: Decimal = ZERO
) -> Fee | None:
    """The fee for what is `overdue` on a day; None while there is none. `before` was charged about this invoice."""
    begins = due_on + dt.timedelta(days=terms.grace_days + 1)
    if on < begins or overdue <= 0:
        return None
    if terms.kind == FLAT:
        period, net = "once", terms.amount
    else:
        begun = months_begun(begins, on)
        period, net = f"m{begun}", overdue * terms.rate / HUNDRED
        if terms.kind == PER_DAY:
            if begun == 1:
                return None  # the first month is not over
            days = (add_months(begins, begun - 1) - add_months(begins, begun - 2)).days
            period, net = f"m{begun - 1}", net * days
    return _bounded(terms, f"{due_on}.{period}", net, before)


def level_fee(
    terms: Terms, overdue: Decimal, *, due_on: dt.date, level: int, before: Decimal = ZERO
) -> Fee | None:
    """The fee that comes with a dunning level, once, whatever the grace days: percent of what is overdue, or flat."""
    if overdue <= 0:
        return None
    net = terms.amount if terms.kind == FLAT else overdue * terms.rate / HUNDRED
    return _bounded(terms, f"{due_on}.level:{level}", net, before)


def _bounded(terms: Terms, period: str, net: Decimal, before: Decimal) -> Fee | None:
    net = max(round_money(net), terms.minimum)
    if terms.cap is not None:
        net = min(net, terms.cap - before)
    return Fee(period, net) if net > 0 else None


def months_begun(begins: dt.date, on: dt.date) -> int:
    """1 in the first month from `begins`, 2 in the second."""
    count = (on.year - begins.year) * 12 + on.month - begins.month
    return count + (on >= add_months(begins, count))


def add_months(day: dt.date, months: int) -> dt.date:
    """So many months later; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
