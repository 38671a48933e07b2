"""When what customers wait for will be here: pure rules, no database.

`arrival` says when a purchase order line should come, by the supplier's own record; `serve` which of the coming pieces
go to whom, in the order of the queue.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import NamedTuple


class Days(NamedTuple):
    """The day something is expected by, and the day by which it is here four times in five."""

    expected_on: dt.date
    likely_on: dt.date


class Coming(NamedTuple):
    """Pieces of a product on their way to a location. `days` None: nobody knows when."""

    pieces: int
    days: Days | None
    order_id: int = 0


class Part(NamedTuple):
    """Some of the pieces somebody waits for, and when they come. Not `ordered`: `days` is what the supplier usually
    takes, from today."""

    pieces: int
    days: Days | None
    ordered: bool
    order_id: int = 0


class Record(NamedTuple):
    """How many days a supplier takes: half of its deliveries, and four of five, came within these."""

    median: float
    p80: float


def arrival(
    ordered_on: dt.date, promised_on: dt.date | None, record: Record | None, *, today: dt.date
) -> Days | None:
    """When an order of that day should come: by the supplier's record, and not before what it promised this time.

    Nothing comes in the past: what is late is expected today, or by the day when four of five are here if that is
    still ahead. None when there is neither a record nor a promise.
    """
    if record is not None:
        expected = ordered_on + dt.timedelta(days=math.ceil(record.median))
        likely = ordered_on + dt.timedelta(days=math.ceil(max(record.p80, record.median)))
        if promised_on is not None:
            expected = max(expected, promised_on)
    elif promised_on is not None:
        expected = likely = promised_on
    else:
        return None
    likely = max(likely, expected, today)
    return Days(expected if expected >= today else likely, likely)


def serve(waiting: Sequence[int], coming: Sequence[Coming], otherwise: Days | None) -> list[list[Part]]:
    """Who gets which of the coming pieces: the first in the queue the earliest, and so on until none are left.

    `waiting` are the pieces each waits for, in turn. What nobody knows the day of comes last. Pieces that nothing on
    order covers are expected `otherwise`.
    """
    first = sorted(
        (each for each in coming if each.pieces > 0),
        key=lambda each: (each.days is None, each.days or Days(dt.date.max, dt.date.max), each.order_id),
    )
    left = [each.pieces for each in first]
    at, answer = 0, []
    for pieces in waiting:
        wanted, parts = pieces, list[Part]()
        while wanted > 0 and at < len(first):
            taken = min(wanted, left[at])
            parts.append(Part(taken, first[at].days, True, first[at].order_id))
            wanted -= taken
            left[at] -= taken
            at += left[at] == 0
        if wanted > 0:
            parts.append(Part(wanted, otherwise, False))
        answer.append(parts)
    return answer
