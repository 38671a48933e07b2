"""The shortage report of 50,000 products with 5 million moves behind them: judging all of them, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.stock._pairs import beside
from inventory.operations import watch_stock
from inventory.queries.shortages import shortages

PRODUCTS, MOVES_EACH = 50_000, 100

SEED = """
INSERT INTO inventory_location (name, kind, is_default)
VALUES ('Short here', 'sellable', false), ('Short there', 'sellable', false)
ON CONFLICT DO NOTHING;
INSERT INTO inventory_product
    (sku, name, grade, colour, specifications, supplier_ref, warranty_months, warranty_terms, tax_category, is_active,
     reorder_point, reorder_quantity, created_at, updated_at)
SELECT 'SHORT-' || n, 'Short part ' || n, '', '', '{}', '', 0, '', 'standard', true, n %% 12, 20, now(), now()
FROM generate_series(1, %d) n
ON CONFLICT DO NOTHING;
INSERT INTO inventory_stocklevel (product_id, location_id, on_hand, reserved)
SELECT p.id, l.id, p.id %% 40, (p.id %% 40) / 2
FROM inventory_product p CROSS JOIN inventory_location l
WHERE p.sku LIKE 'SHORT-%%' AND l.name LIKE 'Short %%'
ON CONFLICT DO NOTHING;
INSERT INTO inventory_stockmove (product_id, location_id, kind, quantity, reference, document, reason, at)
SELECT p.id, (SELECT min(id) FROM inventory_location WHERE name = 'Short here'), 'receipt', 1,
    'bench:short:' || p.id || ':' || n, '', '', now() - n * interval '1 day'
FROM inventory_product p CROSS JOIN generate_series(1, %d) n WHERE p.sku LIKE 'SHORT-%%'
    AND NOT EXISTS (SELECT FROM inventory_stockmove m WHERE m.reference = 'bench:short:' || p.id || ':1');
INSERT INTO customers_customer (name, created_at, updated_at)
SELECT 'Short shop', now(), now() WHERE NOT EXISTS (SELECT FROM customers_customer);
INSERT INTO inventory_waiting
    (reference, product_id, location_id, customer_id, pieces, priority, since, turn, document, url)
SELECT 'bench:short:' || p.id, p.id, (SELECT min(id) FROM inventory_location WHERE name = 'Short here'),
    (SELECT min(id) FROM customers_customer), 1 + p.id %% 5, 5, now(), p.id, '', ''
FROM inventory_product p WHERE p.sku LIKE 'SHORT-%%' AND p.id %% 10 = 0
ON CONFLICT DO NOTHING;
ANALYZE inventory_product, inventory_stocklevel, inventory_stockmove, inventory_waiting
"""

FIGURES = """
WITH s AS (
    SELECT l.product_id, sum(l.on_hand - l.reserved) AS available FROM inventory_stocklevel l
    JOIN inventory_location o ON o.id = l.location_id AND o.kind = 'sellable' GROUP BY 1
), w AS (
    SELECT product_id, sum(pieces) AS pieces FROM inventory_waiting GROUP BY 1
), c AS (
    SELECT l.product_id, sum(l.outstanding) AS pieces FROM inventory_purchaseorderline l
    JOIN inventory_purchaseorder o ON o.id = l.order_id AND o.status IN ('sent', 'part_received')
    JOIN inventory_location k ON k.id = o.location_id AND k.kind = 'sellable'
    WHERE l.outstanding > 0 GROUP BY 1
)
SELECT p.id, coalesce(s.available, 0), coalesce(w.pieces, 0), coalesce(c.pieces, 0),
    coalesce(s.available, 0) - coalesce(w.pieces, 0) + coalesce(c.pieces, 0) AS projected
FROM inventory_product p
LEFT JOIN s ON s.product_id = p.id LEFT JOIN w ON w.product_id = p.id LEFT JOIN c ON c.product_id = p.id
WHERE w.pieces > 0 OR p.is_active AND coalesce(s.available, 0) - coalesce(w.pieces, 0) <= p.reorder_point
ORDER BY p.id
"""


def by_hand() -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        return [tuple(map(int, row)) for row in cursor.fetchall()]


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """All products judged anew, then the report's lines, each beside one statement over the same tables."""
    say(f"Seeding {PRODUCTS:,} products and {PRODUCTS * MOVES_EACH:,} moves …")
    with connection.cursor() as cursor:
        for statement in filter(str.strip, (SEED % (PRODUCTS, MOVES_EACH)).split(";\n")):
            cursor.execute(statement)
    with transaction.atomic():
        watch_stock(at=timezone.now())
    known = by_hand()

    def judge() -> int:
        watch_stock(at=timezone.now())
        return len(known)

    def report() -> list[tuple[int, ...]]:
        fields = ("product_id", "available", "backordered", "incoming", "projected")
        return list(shortages().order_by("product_id").values_list(*fields))

    about: dict[str, Any] = {"products": PRODUCTS, "moves": PRODUCTS * MOVES_EACH, "short": len(known)}
    yield beside("shortage watch", judge, lambda: len(by_hand()), rounds, **about)
    yield beside("shortage report", report, by_hand, rounds, **about)
