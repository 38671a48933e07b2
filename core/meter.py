"""The parts of a meter (a credit limit and what uses it), worked out here so that templates only draw."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple


class Part(NamedTuple):
    """One stretch of the bar, in percent of its length."""

    kind: str
    amount: Decimal
    start: Decimal
    width: Decimal


class Meter(NamedTuple):
    """A bar. `over` is what goes beyond the total; the bar then stands for everything used."""

    total: Decimal
    parts: list[Part]
    over: Decimal
    left: Decimal


def measured(*, total: Any, **amounts: Any) -> Meter:
    """Lay the amounts side by side in the order given; what exceeds `total` becomes a last part, "over"."""
    limit = max(Decimal(total or 0), Decimal(0))
    given = [(kind, max(Decimal(amount or 0), Decimal(0))) for kind, amount in amounts.items()]
    used = sum((amount for _kind, amount in given), Decimal(0))
    over = max(used - limit, Decimal(0))
    whole = max(limit, used)
    parts: list[Part] = []
    at = Decimal(0)
    for kind, amount in given:
        inside = min(amount, max(limit - at, Decimal(0)))
        if inside:
            parts.append(_part(kind, inside, at, whole))
        at += inside
    if over:
        parts.append(_part("over", over, limit, whole))
    return Meter(limit, parts, over, max(limit - used, Decimal(0)))


def _part(kind: str, amount: Decimal, at: Decimal, whole: Decimal) -> Part:
    share = Decimal(100) / whole
    return Part(kind, amount, round(at * share, 2), round(amount * share, 2))
