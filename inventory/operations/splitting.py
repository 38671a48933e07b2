"""Parts of a reservation: some of the pieces of a line go now, the rest stays promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection


class Split(NamedTuple):
    """`pieces` of the open reservation `reference` become one of their own, under `part`."""

    reference: str
    pieces: int
    part: str


def split_reservations(splits: Sequence[Split]) -> int:
    """Split open reservations; how many were. What is promised stays the same in sum, so no level changes.

    A part must leave something behind. One that stands already was split before. The caller holds the lock of the
    document, which alone closes its reservations. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            SPLIT,
            [
                [split.reference for split in splits],
                [split.pieces for split in splits],
                [split.part for split in splits],
            ],
        )
        return len(cursor.fetchall())


SPLIT = """
WITH wanted AS (
    SELECT * FROM unnest(%s::text[], %s::integer[], %s::text[]) AS w (reference, pieces, part)
    WHERE NOT EXISTS (SELECT FROM inventory_reservation known WHERE known.reference = w.part)
), less AS (
    UPDATE inventory_reservation mine SET quantity = mine.quantity - wanted.pieces
    FROM wanted
    WHERE mine.reference = wanted.reference AND mine.state = 'open' AND mine.quantity > wanted.pieces
    RETURNING mine.product_id, mine.location_id, mine.at, wanted.pieces, wanted.part
)
INSERT INTO inventory_reservation (product_id, location_id, quantity, state, reference, at)
SELECT product_id, location_id, pieces, 'open', part, at FROM less
RETURNING reference
"""
