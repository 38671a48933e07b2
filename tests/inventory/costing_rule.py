"""The rule of costs in plain Python: what happened in true order, and what everything costs then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


def rounded(value: Decimal, places: str = "0.0001") -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


@dataclass
class Fact:
    """Pieces that came (with a cost, or at the average) or left, in the order booked; `charges` came on top."""

    hour: int
    pieces: int
    cost: Decimal | None = None
    charges: Decimal = Decimal(0)


@dataclass
class Told:
    """What the facts come to. `issued` has average and FIFO cost for each fact that took pieces, by its place."""

    average: Decimal = Decimal(0)
    layers: list[tuple[int, Decimal]] = field(default_factory=list)
    issued: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)


def tell(facts: Iterable[Fact]) -> Told:
    """Go through the facts by their time (those of the same hour as they were booked)."""
    told, here = Told(), 0
    rows: list[list[Any]] = []
    order = sorted(enumerate(facts), key=lambda pair: (pair[1].hour, pair[0]))
    order = [(place, fact) for place, fact in order if fact.pieces]
    for _place, fact in order:
        if fact.pieces > 0:
            cost = fact.cost
            if cost is not None:
                cost = rounded(cost + fact.charges / fact.pieces, "0.0000000001")
                if here <= 0 or not told.average:
                    told.average = rounded(cost)
                else:
                    value = here * told.average + fact.pieces * cost
                    told.average = rounded(value / (here + fact.pieces))
            rows.append([fact.pieces, told.average if cost is None else cost])
        else:
            told.issued[_place] = (told.average, Decimal(0))
        here += fact.pieces
    for place, fact in order:
        asked, fifo = -fact.pieces, Decimal(0)
        while asked > 0:
            taken = min(asked, rows[0][0])
            fifo += taken * rows[0][1]
            rows[0][0] -= taken
            asked -= taken
            if not rows[0][0]:
                rows.pop(0)
        if fact.pieces < 0:
            told.issued[place] = (told.issued[place][0], fifo)
    told.layers = [(pieces, cost) for pieces, cost in rows]
    return told
