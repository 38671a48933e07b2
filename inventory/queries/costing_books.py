"""Do the costs add up? What lies in layers is what moved and what was paid for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.books import Discrepancy


def check_costs() -> Iterator[Discrepancy]:
    """Layers against moves, average against layers, receipts against layers, charges against shares, sales told."""
    for query, about in CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(query)
            for record, kept, counted in cursor.fetchall():
                yield Discrepancy(about, record, kept, counted)


PIECES = """
WITH layers AS (
    SELECT product_id, SUM(ends - begins) AS pieces, MAX(ends) AS ends FROM inventory_stocklayer GROUP BY 1
), issues AS (
    SELECT product_id, SUM(ends - begins) AS pieces, MAX(ends) AS ends FROM inventory_stockissue GROUP BY 1
), moved AS (
    SELECT product_id, SUM(quantity) AS pieces FROM inventory_stockmove GROUP BY 1
)
SELECT product.sku, COALESCE(layers.pieces, 0) - COALESCE(issues.pieces, 0), COALESCE(moved.pieces, 0)
FROM inventory_product product
LEFT JOIN layers ON layers.product_id = product.id
LEFT JOIN issues ON issues.product_id = product.id
LEFT JOIN moved ON moved.product_id = product.id
LEFT JOIN inventory_productcost cost ON cost.product_id = product.id
WHERE COALESCE(layers.pieces, 0) - COALESCE(issues.pieces, 0) <> COALESCE(moved.pieces, 0)
    OR COALESCE(layers.pieces, 0) <> COALESCE(layers.ends, 0) OR COALESCE(issues.pieces, 0) <> COALESCE(issues.ends, 0)
    OR COALESCE(layers.pieces, 0) <> COALESCE(cost.received, 0)
    OR COALESCE(issues.pieces, 0) <> COALESCE(cost.issued, 0)
ORDER BY product.sku
"""
AVERAGE = """
SELECT product.sku, cost.average, layer.average
FROM inventory_stocklayer layer
JOIN inventory_productcost cost ON cost.product_id = layer.product_id AND cost.received = layer.ends
JOIN inventory_product product ON product.id = layer.product_id
WHERE cost.average <> layer.average
ORDER BY product.sku
"""
PAID = """
SELECT receipt.number || ' ' || product.sku, round((layer.ends - layer.begins) * layer.unit_cost, 2),
    round(line.quantity * line.unit_cost + COALESCE(share.amount, 0), 2)
FROM inventory_goodsreceiptline line
JOIN inventory_goodsreceipt receipt ON receipt.id = line.receipt_id
JOIN inventory_product product ON product.id = line.product_id
LEFT JOIN inventory_stocklayer layer ON layer.move_id = line.move_id
LEFT JOIN (SELECT line_id, SUM(amount) AS amount FROM inventory_landedshare GROUP BY 1) share ON share.line_id = line.id
WHERE line.move_id IS NOT NULL AND abs(
    COALESCE((layer.ends - layer.begins) * layer.unit_cost, 0)
    - line.quantity * line.unit_cost - COALESCE(share.amount, 0)
) >= 0.005
ORDER BY receipt.number, product.sku
"""
SHARED = """
SELECT receipt.number, COALESCE(shared.amount, 0), charged.amount
FROM (SELECT receipt_id, SUM(amount) AS amount FROM inventory_landedcharge GROUP BY 1) charged
JOIN inventory_goodsreceipt receipt ON receipt.id = charged.receipt_id
LEFT JOIN (
    SELECT charge.receipt_id, SUM(share.amount) AS amount
    FROM inventory_landedshare share JOIN inventory_landedcharge charge ON charge.id = share.charge_id GROUP BY 1
) shared ON shared.receipt_id = charged.receipt_id
WHERE COALESCE(shared.amount, 0) <> charged.amount
ORDER BY receipt.number
"""
TOLD = """
SELECT move.reference, issue.unit_cost, COALESCE(move.unit_cost, 0) + COALESCE(told.each, 0)
FROM inventory_stockissue issue
JOIN inventory_stockmove move ON move.id = issue.move_id
LEFT JOIN (SELECT move_id, SUM(after - before) AS each FROM inventory_costvariance GROUP BY 1) told
    ON told.move_id = issue.move_id
WHERE COALESCE(issue.unit_cost, 0) <> COALESCE(move.unit_cost, 0) + COALESCE(told.each, 0)
ORDER BY move.reference
"""
# What was sold and came back lies there at what it left with (operations.costing.RETURNED).
BACK = """
SELECT back.reference, layer.unit_cost, round((
    COALESCE(known.amount, 0) + (issue.ends - issue.begins - COALESCE(known.pieces, 0)) * issue.unit_cost
) / (issue.ends - issue.begins), 10)
FROM inventory_stockmove back
JOIN inventory_stocklayer layer ON layer.move_id = back.id
JOIN inventory_stockissue issue ON issue.move_id = back.corrects_id AND issue.unit_cost IS NOT NULL
LEFT JOIN LATERAL (
    SELECT SUM(pieces) AS pieces, SUM(pieces * unit_cost) AS amount FROM (
        SELECT LEAST(mine.ends, issue.ends) - GREATEST(mine.begins, issue.begins) AS pieces, mine.unit_cost
        FROM inventory_stocklayer mine
        WHERE mine.product_id = issue.product_id AND mine.ends > issue.begins AND mine.begins < issue.ends
            AND mine.ends <= layer.begins
    ) under
) known ON true
WHERE back.kind = 'return' AND back.corrects_id IS NOT NULL AND layer.unit_cost <> round((
    COALESCE(known.amount, 0) + (issue.ends - issue.begins - COALESCE(known.pieces, 0)) * issue.unit_cost
) / (issue.ends - issue.begins), 10)
ORDER BY back.reference
"""
MORE_BACK = """
SELECT sale.reference, SUM(back.quantity), -sale.quantity
FROM inventory_stockmove back JOIN inventory_stockmove sale ON sale.id = back.corrects_id
WHERE back.kind = 'return'
GROUP BY sale.id HAVING SUM(back.quantity) > -sale.quantity OR bool_or(back.product_id <> sale.product_id)
ORDER BY sale.reference
"""
CHECKS = (
    (PIECES, "pieces in layers"),
    (AVERAGE, "average cost"),
    (PAID, "cost of a receipt's layer"),
    (SHARED, "shares of landed charges"),
    (TOLD, "cost of what left"),
    (BACK, "cost of what came back"),
    (MORE_BACK, "pieces that came back of a sale"),
)
