"""The figures of a product: what is here, what of it is promised, what customers wait for, what is on its way.

    available = on_hand - reserved
    projected = available - backordered + incoming

Over all locations we sell from, or at each location. The SQL is shared with the watch over reorder points, so that a
page, an alert and a report can't disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection


class Figures(NamedTuple):
    """Pieces of a product, at one location or at all we sell from."""

    on_hand: int = 0
    reserved: int = 0
    backordered: int = 0
    incoming: int = 0

    @property
    def available(self) -> int:
        """On hand, and promised to nobody."""
        return self.on_hand - self.reserved

    @property
    def projected(self) -> int:
        """What is left when everything promised has gone and everything ordered has come; below nought: too little."""
        return self.available - self.backordered + self.incoming


def figures(product_ids: Iterable[int]) -> dict[int, Figures]:
    """The figures over all locations we sell from. Every product asked for is in the answer; one statement."""
    wanted = list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(OF_SOME, {"products": wanted})
        found = {row[0]: Figures(*row[1:]) for row in cursor.fetchall()}
    return {product: found.get(product, Figures()) for product in wanted}


def figures_by_location(product_ids: Iterable[int]) -> dict[tuple[int, int], Figures]:
    """The figures at each location, of every kind, where there is anything to say; one statement."""
    with connection.cursor() as cursor:
        cursor.execute(BY_LOCATION, {"products": list(product_ids)})
        return {(product, place): Figures(*rest) for product, place, *rest in cursor.fetchall()}


SOME = "product_id = ANY (%(products)s::bigint[])"
OPEN_LINES = """
    SELECT line.product_id, po.location_id, line.outstanding AS pieces, line.expected_on
    FROM inventory_purchaseorderline line JOIN inventory_purchaseorder po ON po.id = line.order_id
    WHERE po.status IN ('sent', 'part_received') AND line.outstanding > 0
"""


def figures_sql(*, some: bool) -> str:
    """Rows of (product_id, sku, reorder_point, is_active, on_hand, reserved, backordered, incoming): of the products
    in the parameter `products`, or of all that have a reorder point or are waited for."""
    here = f"AND {SOME}" if some else ""
    which = (
        "p.id = ANY (%(products)s::bigint[])"
        if some
        else "p.reorder_point IS NOT NULL OR waiting.product_id IS NOT NULL"
    )
    return f"""
    SELECT p.id AS product_id, p.reorder_point, p.is_active,
        COALESCE(shelf.on_hand, 0)::int AS on_hand, COALESCE(shelf.reserved, 0)::int AS reserved,
        COALESCE(waiting.pieces, 0)::int AS backordered, COALESCE(coming.pieces, 0)::int AS incoming
    FROM inventory_product p
    LEFT JOIN (
        SELECT product_id, SUM(on_hand) AS on_hand, SUM(reserved) AS reserved FROM inventory_stocklevel
        WHERE location_id IN (SELECT id FROM inventory_location WHERE kind = 'sellable') {here} GROUP BY 1
    ) shelf ON shelf.product_id = p.id
    LEFT JOIN (
        SELECT product_id, SUM(pieces) AS pieces FROM inventory_waiting WHERE true {here} GROUP BY 1
    ) waiting ON waiting.product_id = p.id
    LEFT JOIN (
        SELECT product_id, SUM(pieces) AS pieces FROM ({OPEN_LINES}) line
        WHERE location_id IN (SELECT id FROM inventory_location WHERE kind = 'sellable') {here} GROUP BY 1
    ) coming ON coming.product_id = p.id
    WHERE {which}
    """  # noqa: S608


BY_LOCATION = f"""
SELECT product_id, location_id, SUM(on_hand)::int, SUM(reserved)::int, SUM(backordered)::int, SUM(incoming)::int
FROM (
    SELECT product_id, location_id, on_hand, reserved, 0 AS backordered, 0 AS incoming FROM inventory_stocklevel
    WHERE {SOME}
    UNION ALL
    SELECT product_id, location_id, 0, 0, pieces, 0 FROM inventory_waiting WHERE {SOME}
    UNION ALL
    SELECT product_id, location_id, 0, 0, 0, pieces FROM ({OPEN_LINES}) line WHERE {SOME}
) part
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: S608
OF_SOME = f"SELECT product_id, on_hand, reserved, backordered, incoming FROM ({figures_sql(some=True)}) f"  # noqa: S608
