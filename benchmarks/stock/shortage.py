"""The shortage report of 50,000 products with 5 million moves behind them: judging all of them, and its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.stock._pairs import beside
from customers.models import Customer
from inventory.operations import watch_stock
from inventory.queries.shortage_report import report_lines
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
# The same page as a person would write it: the rows first, then each figure of them by index.
FIRST_PAGE = """
SELECT h.product_id, p.name, s.on_hand, s.reserved, w.pieces, w.shops, c.pieces, c.first_on, u.pieces
FROM (SELECT * FROM inventory_shortage ORDER BY since, product_id LIMIT 50) h
JOIN inventory_product p ON p.id = h.product_id
LEFT JOIN LATERAL (
    SELECT sum(l.on_hand) on_hand, sum(l.reserved) reserved FROM inventory_stocklevel l
    JOIN inventory_location o ON o.id = l.location_id AND o.kind = 'sellable' WHERE l.product_id = p.id
) s ON true
LEFT JOIN LATERAL (
    SELECT sum(pieces) pieces, count(DISTINCT customer_id) shops FROM inventory_waiting WHERE product_id = p.id
) w ON true
LEFT JOIN LATERAL (
    SELECT sum(l.outstanding) pieces, min(l.expected_on) first_on FROM inventory_purchaseorderline l
    JOIN inventory_purchaseorder o ON o.id = l.order_id AND o.status IN ('sent', 'part_received')
    WHERE l.product_id = p.id AND l.outstanding > 0
) c ON true
LEFT JOIN LATERAL (
    SELECT sum(pieces) pieces FROM inventory_unmetdemand WHERE product_id = p.id AND day > now() - interval '30 days'
) u ON true
ORDER BY h.since, h.product_id
"""


# All that the table says, in one statement; who waits as the database would join it.
TABLE = FIGURES.replace("ORDER BY p.id", "").join(
    [
        """SELECT h.product_id, p.sku, p.name, h.since, h.uncovered_since, f.available, f.waited, f.coming, f.projected,
        p.reorder_point, q.shops, q.since, q.who, k.first_on, k.late, u.pieces, p.reorder_quantity, o.least, o.name
        FROM inventory_shortage h JOIN inventory_product p ON p.id = h.product_id
        JOIN (""",
        """) f (id, available, waited, coming, projected) ON f.id = p.id
        LEFT JOIN (
            SELECT w.product_id, count(DISTINCT customer_id) shops, min(w.since) since,
                string_agg(c.name || ' (' || pieces || ')', ', ' ORDER BY w.priority, w.since, w.turn) who
            FROM inventory_waiting w JOIN customers_customer c ON c.id = w.customer_id GROUP BY 1
        ) q ON q.product_id = p.id
        LEFT JOIN (
            SELECT l.product_id, min(l.expected_on) first_on,
                sum(l.outstanding) FILTER (WHERE l.expected_on < current_date) late
            FROM inventory_purchaseorderline l
            JOIN inventory_purchaseorder o ON o.id = l.order_id AND o.status IN ('sent', 'part_received')
            WHERE l.outstanding > 0 GROUP BY 1
        ) k ON k.product_id = p.id
        LEFT JOIN (
            SELECT product_id, sum(pieces) pieces FROM inventory_unmetdemand WHERE day > now() - interval '30 days'
            GROUP BY 1
        ) u ON u.product_id = p.id
        LEFT JOIN (
            SELECT DISTINCT ON (e.product_id) e.product_id, e.minimum_quantity least, s.name
            FROM inventory_supplierproduct e JOIN inventory_supplier s ON s.id = e.supplier_id
            WHERE NOT e.is_gone ORDER BY e.product_id, e.is_preferred DESC, e.price, e.id
        ) o ON o.product_id = p.id
        ORDER BY p.id""",
    ]
)


def table_by_hand() -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)
        return [(row[0], *map(int, row[5:9])) for row in cursor.fetchall()]


def by_hand() -> list[tuple[int, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES)
        return [tuple(map(int, row)) for row in cursor.fetchall()]


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """All products judged anew, then the report's lines, each beside one statement over the same tables."""
    say(f"Seeding {PRODUCTS:,} products and {PRODUCTS * MOVES_EACH:,} moves …")
    if not Customer.objects.exists():
        Customer.objects.create(name="Short shop", kind="business")
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
        """With all else that its table says: who waits, what was lost, what to order from whom."""
        lines = sorted(report_lines())
        return [(x.product_id, x.available, x.backordered, x.incoming, x.projected) for x in lines]

    def first_page() -> list[tuple[int, int]]:
        return [(row.product_id, row.projected) for row in shortages().order_by("since", "product_id")[:50]]

    def first_by_hand() -> list[tuple[int, int]]:
        with connection.cursor() as cursor:
            cursor.execute(FIRST_PAGE)
            return [
                (row[0], (row[2] or 0) - (row[3] or 0) - (row[4] or 0) + (row[6] or 0))
                for row in cursor.fetchall()
            ]

    about: dict[str, Any] = {"products": PRODUCTS, "moves": PRODUCTS * MOVES_EACH, "short": len(known)}
    yield beside("shortage watch", judge, lambda: len(by_hand()), rounds, **about)
    yield beside("shortage report", report, table_by_hand, rounds, **about)
    yield beside("shortage page", first_page, first_by_hand, rounds, **about)
