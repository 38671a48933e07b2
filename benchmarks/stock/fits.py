"""What fits a name or a code, right or one letter off, among 40,000 phones, each tenth with a product of ours."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from benchmarks.stock._pairs import beside
from benchmarks.what_fits import misspell
from inventory.models import DeviceModel
from inventory.queries import what_fits

PHONES, ASKED = 40_000, 100

SEED = """
INSERT INTO inventory_brand (name) VALUES ('Benchphone') ON CONFLICT DO NOTHING;
INSERT INTO inventory_devicemodel (brand_id, name, codes, aliases)
SELECT b.id,
    initcap(translate(left(md5('name' || n), 7), '0123456789', 'ghijklmnop')) || ' ' || n %% 50
        || (ARRAY['', ' Pro', ' Plus', ' Lite', ' 5G'])[1 + n %% 5],
    jsonb_build_array(
        upper(left(md5('code' || n), 4)) || '-' || translate(left(md5('more' || n), 5), 'abcdef', 'uvwxyz')
    ),
    '[]'
FROM generate_series(1, %d) n CROSS JOIN inventory_brand b WHERE b.name = 'Benchphone'
ON CONFLICT DO NOTHING;
INSERT INTO inventory_location (name, kind, is_default) VALUES ('Bench 1', 'sellable', false) ON CONFLICT DO NOTHING;
INSERT INTO inventory_product
    (sku, name, grade, colour, specifications, supplier_ref, warranty_months, warranty_terms, tax_category, is_active,
     created_at, updated_at)
SELECT 'BENCHFIT-' || d.id, 'Combo', '', '', '{}', '', 0, '', 'standard', true, now(), now()
FROM inventory_devicemodel d JOIN inventory_brand b ON b.id = d.brand_id AND b.name = 'Benchphone'
WHERE d.id %% 10 = 0
ON CONFLICT DO NOTHING;
INSERT INTO inventory_compatibility (product_id, device_model_id, confidence, state)
SELECT p.id, split_part(p.sku, '-', 2)::bigint, 1, 'confirmed' FROM inventory_product p WHERE p.sku LIKE 'BENCHFIT-%%'
ON CONFLICT DO NOTHING;
INSERT INTO inventory_stocklevel (product_id, location_id, on_hand, reserved)
SELECT p.id, l.id, 5 + p.id %% 9, p.id %% 5
FROM inventory_product p CROSS JOIN inventory_location l WHERE p.sku LIKE 'BENCHFIT-%%' AND l.name = 'Bench 1'
ON CONFLICT DO NOTHING;
ANALYZE inventory_devicemodel, inventory_devicespelling, inventory_product, inventory_compatibility,
    inventory_stocklevel;
"""

# One statement for the closest phone and what of ours fits it; of two as close, one we sell for, the lowest number.
BY_HAND = """
WITH near AS MATERIALIZED (
    SELECT device_model_id AS id, min((key <> device_key(%(text)s))::int) AS off
    FROM inventory_devicespelling WHERE near && one_letter_less(device_key(%(text)s)) GROUP BY 1
), best AS (
    SELECT near.id FROM near
    ORDER BY off, NOT EXISTS (
        SELECT FROM inventory_compatibility c WHERE c.device_model_id = near.id AND c.state <> 'rejected'
    ), near.id LIMIT 1
)
SELECT best.id, p.id, coalesce(sum(s.on_hand - s.reserved), 0) FROM best
LEFT JOIN inventory_compatibility c ON c.device_model_id = best.id AND c.state <> 'rejected'
LEFT JOIN inventory_product p ON p.id = c.product_id AND p.is_active
LEFT JOIN inventory_stocklevel s ON s.product_id = p.id
    AND s.location_id IN (SELECT id FROM inventory_location WHERE kind = 'sellable')
GROUP BY 1, 2
"""

Answer = list[tuple[int, list[tuple[int, int]]]]


def seed(say: Callable[[str], None]) -> None:
    """The phones and their products; nothing when they are there."""
    if DeviceModel.objects.filter(brand__name="Benchphone").count() == PHONES:
        return
    say(f"Seeding {PHONES:,} phones …")
    with connection.cursor() as cursor:
        for statement in filter(str.strip, (SEED % PHONES).split(";\n")):
            cursor.execute(statement)


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """100 phones we sell for, half by name and half by code, each once right and once misspelt."""
    seed(say)
    chance = random.Random(ASKED)
    known = DeviceModel.objects.filter(brand__name="Benchphone", products__isnull=False).order_by("pk")
    phones = chance.sample(list(known), ASKED)
    right = [phone.name if place % 2 else phone.codes[0] for place, phone in enumerate(phones)]
    for name, texts in (
        ("as written", right),
        ("one letter wrong", [misspell(text, chance) for text in right]),
    ):
        took: list[float] = []

        def ask(texts: list[str] = texts, took: list[float] = took) -> Answer:
            answer: Answer = []
            for text in texts:
                begun = time.perf_counter()
                fits = what_fits(text)
                took.append((time.perf_counter() - begun) * 1000)
                products: list[Any] = fits[0].products if fits else []
                answer.append((fits[0].device.pk if fits else 0, [(p.pk, p.available) for p in products]))
            return answer

        def by_hand(texts: list[str] = texts) -> Answer:
            answer: Answer = []
            with connection.cursor() as cursor:
                for text in texts:
                    cursor.execute(BY_HAND, {"text": text})
                    rows = cursor.fetchall()
                    answer.append(
                        (rows[0][0], [(row[1], row[2]) for row in rows if row[1]]) if rows else (0, [])
                    )
            return answer

        result = beside(f"what fits, {name}", ask, by_hand, rounds, asked=len(texts), phones=PHONES)
        each = sorted(took)
        result["each_milliseconds"] = {
            "median": round(statistics.median(each), 2),
            "p95": round(each[int(len(each) * 0.95)], 2),
        }
        yield result
