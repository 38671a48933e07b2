"""Do the stock books add up? Recomputed from the moves and the open reservations, for `manage.py verify_books`."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.books import Discrepancy

from .costing_books import check_costs


def check_books() -> Iterator[Discrepancy]:
    """Levels that differ from what happened: on_hand = Σ moves, reserved = Σ open reservations, none below zero.

    And purchase orders whose lines say other than their receipts, and costs that don't add up (`check_costs`).
    """
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        for sku, location, on_hand, moved, reserved, promised in cursor.fetchall():
            record = f"{sku} at {location}"
            if on_hand != moved:
                yield Discrepancy("stock on hand", record, on_hand, moved)
            if reserved != promised:
                yield Discrepancy("stock reserved", record, reserved, promised)
            if not 0 <= reserved <= on_hand:
                yield Discrepancy("stock reserved within on hand", record, reserved, f"0 to {on_hand}")
        cursor.execute(ARRIVED)
        for number, sku, received, came in cursor.fetchall():
            yield Discrepancy("received of a purchase order", f"{number}: {sku}", received, came)
    yield from check_costs()


ARRIVED = """
SELECT po.number, product.sku, line.received, COALESCE(SUM(got.quantity), 0)
FROM inventory_purchaseorderline line
JOIN inventory_purchaseorder po ON po.id = line.order_id
JOIN inventory_product product ON product.id = line.product_id
LEFT JOIN inventory_goodsreceiptline got ON got.order_line_id = line.id
GROUP BY line.id, po.number, product.sku
HAVING line.received <> COALESCE(SUM(got.quantity), 0)
ORDER BY po.number, product.sku
"""
DIFFERENCES = """
WITH moved AS (
    SELECT product_id, location_id, SUM(quantity) AS pieces FROM inventory_stockmove GROUP BY 1, 2
), promised AS (
    SELECT product_id, location_id, SUM(quantity) AS pieces
    FROM inventory_reservation WHERE state = 'open' GROUP BY 1, 2
), figures AS (
    SELECT product_id, location_id,
        COALESCE(level.on_hand, 0) AS on_hand, COALESCE(moved.pieces, 0) AS moved,
        COALESCE(level.reserved, 0) AS reserved, COALESCE(promised.pieces, 0) AS promised
    FROM inventory_stocklevel level
    FULL JOIN moved USING (product_id, location_id)
    FULL JOIN promised USING (product_id, location_id)
)
SELECT product.sku, location.name, on_hand, moved, reserved, promised
FROM figures
JOIN inventory_product product ON product.id = product_id
JOIN inventory_location location ON location.id = location_id
WHERE on_hand <> moved OR reserved <> promised OR reserved < 0 OR reserved > on_hand
ORDER BY product.sku, location.name
"""
