"""What is free of 2,000 products at once, of 20,000 in four locations, as the counter and the shop ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from benchmarks.stock._pairs import beside
from inventory.models import Product
from inventory.queries import Availability, availability

ASKED, PRODUCTS = 2_000, 20_000

SEED = """
INSERT INTO inventory_location (name, kind, is_default)
SELECT 'Bench ' || n, CASE WHEN n = 4 THEN 'damaged' ELSE 'sellable' END, false FROM generate_series(1, 4) n
ON CONFLICT DO NOTHING;
INSERT INTO inventory_product
    (sku, name, grade, colour, specifications, supplier_ref, warranty_months, warranty_terms, tax_category, is_active,
     created_at, updated_at)
SELECT 'BENCH-' || n, 'Bench part ' || n, '', '', '{}', '', 0, '', 'standard', true, now(), now()
FROM generate_series(1, %d) n
ON CONFLICT DO NOTHING;
INSERT INTO inventory_stocklevel (product_id, location_id, on_hand, reserved)
SELECT p.id, l.id, 10 + p.id %% 50, p.id %% 7
FROM inventory_product p CROSS JOIN inventory_location l
WHERE p.sku LIKE 'BENCH-%%' AND l.name LIKE 'Bench %%'
ON CONFLICT DO NOTHING;
ANALYZE inventory_product, inventory_stocklevel;
"""

BY_HAND = """
SELECT s.product_id, sum(s.on_hand), sum(s.reserved) FROM inventory_stocklevel s
JOIN inventory_location l ON l.id = s.location_id AND l.kind = 'sellable'
WHERE s.product_id = ANY (%s) GROUP BY 1
"""


def seed(say: Callable[[str], None]) -> None:
    """The products and what lies of them; nothing when they are there."""
    say(f"Seeding {PRODUCTS:,} products on four shelves …")
    with connection.cursor() as cursor:
        for statement in filter(str.strip, (SEED % PRODUCTS).split(";\n")):
            cursor.execute(statement)


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """2,000 products spread over the catalogue; the SQL by psycopg on the same connection."""
    seed(say)
    every = PRODUCTS // ASKED
    wanted = list(
        Product.objects.filter(sku__startswith="BENCH-").order_by("pk").values_list("pk", flat=True)
    )
    wanted = wanted[::every][:ASKED]

    def by_hand() -> dict[int, Availability]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, [wanted])
            found = {pk: Availability(here, held, here - held) for pk, here, held in cursor.fetchall()}
        return {pk: found.get(pk, Availability()) for pk in wanted}

    yield beside(
        "availability", lambda: availability(wanted), by_hand, rounds, asked=len(wanted), products=PRODUCTS
    )
