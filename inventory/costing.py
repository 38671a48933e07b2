"""Sharing a charge between the lines of a receipt, to the cent. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

CENT = Decimal("0.01")


def share_out(amount: Decimal, weights: Sequence[Decimal | int]) -> list[Decimal]:
    """`amount` in parts as large as the weights are, in cents, adding up exactly. No weight, no part.

    Every part is cut down to the cent; the cents that are left go to those that lost most, the first of equals first.
    All weights 0: every part the same. No weights at all is a ValueError, unless there is nothing to share.
    """
    if not weights:
        if amount:
            raise ValueError("Nobody to carry it.")
        return []
    weighed = [Decimal(weight) for weight in weights]
    total = sum(weighed)
    if not total:
        weighed, total = [Decimal(1)] * len(weighed), Decimal(len(weighed))
    sign = -1 if amount < 0 else 1
    cents = int(abs(amount) / CENT)
    exact = [cents * weight / total for weight in weighed]
    parts = [int(part) for part in exact]
    lost = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in lost[: cents - sum(parts)]:
        parts[place] += 1
    return [sign * part * CENT for part in parts]
