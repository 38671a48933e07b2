"""When an invoice is due, as pure arithmetic: dates from terms, and an amount cut into parts to the cent.

A day of the month that a month does not have is its last day. An instalment's day is found in three steps: so many
months on, then the day of the month, then so many days on.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import ZERO, round_money

PERCENT_PLACES = Decimal("0.000001")
HUNDRED = Decimal(100)


class Part(NamedTuple):
    """So much of an invoice is due on this day."""

    due_on: dt.date
    amount: Decimal


@dataclass(frozen=True)
class Share:
    """One line of instalment terms: how much (`percent` of the whole, a `fixed` amount, or the `remainder`), and when.

    With a `divisor` the share is exactly one in so many, and `percent` only says it in figures.
    """

    kind: str
    value: Decimal = ZERO
    months: int = 0
    days: int = 0
    day_of_month: int | None = None
    divisor: int | None = None

    def due_on(self, issued_on: dt.date) -> dt.date:
        day = add_months(issued_on, self.months)
        if self.day_of_month:
            day = on_day(day, self.day_of_month)
        return day + dt.timedelta(days=self.days)

    def of(self, amount: Decimal) -> Decimal:
        """What this share is of `amount`; a fixed one takes its sign from it. Not for the remainder."""
        if self.kind == "fixed":
            return self.value.copy_sign(amount)
        return round_money(amount / self.divisor if self.divisor else amount * self.value / HUNDRED)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months on; the last day of a month that is too short for it."""
    years, month = divmod(day.month - 1 + months, 12)
    return on_day(day.replace(day=1, year=day.year + years, month=month + 1), day.day)


def on_day(month: dt.date, day: int) -> dt.date:
    """The `day`-th of the month `month` lies in, or its last day when it has no such day."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))


def next_on_day(earliest: dt.date, day: int) -> dt.date:
    """The first `day`-th of a month that is not before `earliest`."""
    found = on_day(earliest, day)
    return found if found >= earliest else on_day(add_months(earliest.replace(day=1), 1), day)


def due_on(
    kind: str, issued_on: dt.date, *, days: int = 0, months: int = 0, day_of_month: int | None = None
) -> dt.date:
    """The day an invoice of `issued_on` is due by terms of one date; see `PaymentTerms.Kind` for the kinds."""
    match kind:
        case "end_of_month":
            return on_day(issued_on, 31) + dt.timedelta(days=days)
        case "then_day":
            return next_on_day(issued_on + dt.timedelta(days=days), day_of_month or 1)
        case "months":
            return add_months(issued_on, months)
        case "last_day":
            return on_day(add_months(issued_on.replace(day=1), months), 31)
        case "first_day":
            return add_months(issued_on.replace(day=1), months)
    return issued_on + dt.timedelta(days=days)


def percent_of(divisor: int) -> Decimal:
    """One in so many, in percent with six decimals."""
    return (HUNDRED / divisor).quantize(PERCENT_PLACES, rounding=ROUND_HALF_UP)


def check_shares(shares: Sequence[Share]) -> None:
    """Refuse terms that could not add up to any invoice: each case says which line to mend."""
    for share in shares:
        if share.divisor and share.kind == "percent" and share.value != percent_of(share.divisor):
            raise Refusal(
                _("One in %(divisor)d is %(percent)s percent, not %(typed)s. Give only one of the two.")
                % {"divisor": share.divisor, "percent": percent_of(share.divisor), "typed": share.value},
                code="percent_is_not_the_fraction",
            )
        if share.kind != "remainder" and share.value <= 0:
            raise Refusal(_("A part must be above zero."), code="empty_share")
    rests = [share for share in shares if share.kind == "remainder"]
    if len(rests) > 1:
        raise Refusal(_("Only one part can be the remainder."), code="two_remainders")
    if rests and shares[-1] is not rests[0]:
        raise Refusal(_("The remainder must be the last part."), code="remainder_not_last")
    whole = sum((_exact(share) for share in shares), Fraction(0))
    if whole > 100 or (whole == 100 and rests):
        raise Refusal(_("The parts come to more than the invoice."), code="more_than_the_whole")
    if not rests and (whole != 100 or any(share.kind == "fixed" for share in shares)):
        raise Refusal(
            _("These parts don't add up to every invoice. Let the last one be the remainder."),
            code="no_remainder",
        )


def _exact(share: Share) -> Fraction:
    """What a share is of a hundred, without rounding."""
    if share.kind != "percent":
        return Fraction(0)
    return Fraction(100, share.divisor) if share.divisor else Fraction(share.value)


def split(amount: Decimal, shares: Sequence[Share], issued_on: dt.date) -> list[Part]:
    """Cut an amount into its parts by terms, in the order of the lines. Σ parts = amount; the last takes the cents.

    A fixed part takes no more than is left. Parts that come to nothing are left out; of nothing there is one part of 0.
    """
    check_shares(shares)
    left = amount
    parts: list[Part] = []
    for number, share in enumerate(shares, start=1):
        last = number == len(shares)
        wanted = left if last else share.of(amount)
        got = left if abs(wanted) > abs(left) else wanted
        left -= got
        if got or (last and not parts):
            parts.append(Part(share.due_on(issued_on), got))
    return parts


def in_equal_parts(
    amount: Decimal, count: int, first: dt.date, *, every: int = 1, unit: str = "month"
) -> list[Part]:
    """So many equal parts, `every` so many months or weeks from `first`; the last takes the cents."""
    each = round_money(amount / count)
    rest = amount - each * (count - 1)
    if rest <= 0 or each <= 0:
        raise Refusal(
            _("That is too little for %(count)d parts.") % {"count": count},
            code="too_many_parts",
            field="count",
        )
    return [
        Part(later(first, step * every, unit), each if step < count - 1 else rest) for step in range(count)
    ]


def by_amount(
    amount: Decimal, each: Decimal, first: dt.date, *, every: int = 1, unit: str = "month", most: int = 120
) -> list[Part]:
    """Parts of `each`, and what is left in the last one."""
    if each <= 0 or amount / each > most:
        raise Refusal(
            _("That would be more than %(most)d parts.") % {"most": most}, code="too_many_parts", field="each"
        )
    parts: list[Part] = []
    while amount > 0:
        parts.append(Part(later(first, len(parts) * every, unit), min(each, amount)))
        amount -= each
    return parts


def later(first: dt.date, count: int, unit: str) -> dt.date:
    """So many weeks or months after `first`. Months are counted from `first`, so the 31st comes back after February."""
    return first + dt.timedelta(weeks=count) if unit == "week" else add_months(first, count)
