"""How many pieces to order. Pure; the report of shortages says the same in SQL, and a test holds the two together."""

from __future__ import annotations


def missing(projected: int, reorder_point: int | None) -> int:
    """Pieces until projected is above the reorder point, or at nought where there is none."""
    return max((-1 if reorder_point is None else reorder_point) + 1 - projected, 0)


def to_order(lacks: int, *, reorder_quantity: int | None, least: int, pack: int = 1) -> int:
    """At least the reorder quantity and what the supplier sends at all, in whole packs; nothing where nothing is
    missing."""
    wanted = max(lacks, reorder_quantity or 0, least) if lacks else 0
    return -(-wanted // pack) * pack
