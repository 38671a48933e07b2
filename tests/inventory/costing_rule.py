"""The rule of costs in plain Python: what happened in true order, and what everything costs then."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal


def rounded(value: Decimal, places: str = "0.0001") -> Decimal:
    return value.quantize(Decimal(places), ROUND_HALF_UP)


@dataclass
class Fact:
    """Pieces that came (with a cost, or at the average) or left, in the order booked; `charges` came on top.

    `back` is the place of the fact that took pieces which this one brings back, at what they left with. `booked` is
    what one of them was said to cost when they left: it stands where the average of that moment is not known.
    """

    hour: int
    pieces: int
    cost: Decimal | None = None
    charges: Decimal = Decimal(0)
    back: int | None = None
    booked: Decimal | None = None


@dataclass
class Told:
    """What the facts come to. `issued` has average and FIFO cost for each fact that took pieces, by its place."""

    average: Decimal = Decimal(0)
    layers: list[tuple[int, Decimal]] = field(default_factory=list)
    issued: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)


Row = list[tuple[int, int, Decimal]]
"""Layers as stretches of the row of all pieces that ever came: from, to, cost of one."""


def tell(facts: Iterable[Fact]) -> Told:
    """Go through the facts by their time (those of the same hour as they were booked)."""
    told, here, came, went = Told(), 0, 0, 0
    row: Row = []
    took: dict[int, tuple[int, int, Decimal]] = {}
    order = sorted(enumerate(facts), key=lambda pair: (pair[1].hour, pair[0]))
    for place, fact in order:
        if fact.pieces > 0:
            cost = fifo = fact.cost
            if cost is not None:
                cost = fifo = rounded(cost + fact.charges / fact.pieces, "0.0000000001")
            elif fact.back is not None and took[fact.back][2]:
                cost, fifo = took[fact.back][2], left_with(row, *took[fact.back])
            if cost is not None:
                if here <= 0 or not told.average:
                    told.average = rounded(cost)
                else:
                    value = here * told.average + fact.pieces * cost
                    told.average = rounded(value / (here + fact.pieces))
            row.append((came, came + fact.pieces, told.average if fifo is None else fifo))
            came += fact.pieces
        elif fact.pieces < 0:
            took[place] = (went, went - fact.pieces, told.average or fact.booked or Decimal(0))
            went -= fact.pieces
        here += fact.pieces
    for place, (start, end, average) in took.items():
        told.issued[place] = (average, under(row, start, end)[1])
    left = [(end - max(start, went), cost) for start, end, cost in row]
    told.layers = [(pieces, cost) for pieces, cost in left if pieces > 0]
    return told


def under(row: Row, start: int, end: int) -> tuple[int, Decimal]:
    """How many pieces of a stretch lie in the layers, and what those cost."""
    parts = [(min(end, ends) - max(start, begins), cost) for begins, ends, cost in row]
    met = [(pieces, cost) for pieces, cost in parts if pieces > 0]
    return sum(pieces for pieces, _cost in met), sum((pieces * cost for pieces, cost in met), Decimal(0))


def left_with(row: Row, start: int, end: int, average: Decimal) -> Decimal:
    """First in first out cost of one of the pieces that left; of those that had not come yet, the average."""
    known, amount = under(row, start, end)
    return rounded((amount + (end - start - known) * average) / (end - start), "0.0000000001")
