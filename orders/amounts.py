"""What part of an order line is worth. Pure arithmetic on lines, no queries."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

from core.money import ZERO, Taxed, round_money, taxed


class Line(Protocol):
    """What an order line and a priced line have in common, to be read."""

    @property
    def quantity(self) -> int: ...
    @property
    def unit_price(self) -> Decimal: ...
    @property
    def price_includes_tax(self) -> bool: ...
    @property
    def discount(self) -> Decimal: ...
    @property
    def tax_rate(self) -> Decimal: ...
    @property
    def net(self) -> Decimal: ...
    @property
    def tax(self) -> Decimal: ...
    @property
    def gross(self) -> Decimal: ...


class BilledLine(Line, Protocol):
    """A line some of whose pieces may have been invoiced."""

    @property
    def invoiced(self) -> int: ...


def worth(line: Line, pieces: int) -> Taxed:
    """What the first `pieces` of a line are worth, with their share of the discount; all of them: the line itself."""
    if pieces == line.quantity:
        return Taxed(line.net, line.tax, line.gross)
    if not pieces:
        return Taxed(ZERO, ZERO, ZERO)
    amount = line.unit_price * pieces - round_money(line.discount * pieces / line.quantity)
    return taxed(amount, line.tax_rate, inclusive=line.price_includes_tax)


def worth_between(line: Line, start: int, end: int) -> Taxed:
    """What pieces `start`..`end` are worth. Parts billed one after another add up to the line, to the cent."""
    first, last = worth(line, start), worth(line, end)
    return Taxed(last.net - first.net, last.tax - first.tax, last.gross - first.gross)


def discount_between(line: Line, start: int, end: int) -> Decimal:
    """The share of the line's discount that falls to pieces `start`..`end`."""
    upto = [
        line.discount if n == line.quantity else round_money(line.discount * n / line.quantity)
        for n in (start, end)
    ]
    return upto[1] - upto[0]


def unbilled(lines: Iterable[BilledLine]) -> Decimal:
    """What an order will still bill: the gross of the pieces not invoiced yet."""
    return sum((line.gross - worth(line, line.invoiced).gross for line in lines), ZERO)
