"""Pricing an order of 200 lines among 10,000 rules: each kind of price, breaks, and prices that ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks.stock._pairs import beside
from core.money import taxed
from customers.models import Customer, Segment
from inventory.models import Product
from pricing.models import PriceList, TaxRate
from pricing.queries import quote

LINES, PRODUCTS = 200, 2_000

SEED = """
INSERT INTO inventory_product
    (sku, name, grade, colour, specifications, supplier_ref, warranty_months, warranty_terms, tax_category, is_active,
     list_price, created_at, updated_at)
SELECT 'PRICED-' || n, 'Priced part ' || n, '', '', '{}', '', 0, '', 'standard', true, 100 + n, now(), now()
FROM generate_series(1, %(products)s) n
"""
# Five rules a product: a base price that ended, the base price, a break, one of a segment or a promotion, a customer's.
RULES = """
INSERT INTO pricing_pricerule (price_list_id, product_id, customer_id, min_quantity, unit_price, valid_from, valid_to)
SELECT kind.list, p.id, CASE WHEN kind.n = 5 THEN CASE WHEN p.id %% 3 = 0 THEN %(customer)s ELSE %(other)s END END,
    CASE WHEN kind.n = 3 THEN 10 ELSE 1 END, 90 + p.id %% 50 + kind.n,
    CASE WHEN kind.n = 1 THEN %(on)s::date - 20 ELSE %(on)s::date - 5 END,
    CASE WHEN kind.n = 1 THEN %(on)s::date - 6 WHEN kind.n = 4 THEN %(on)s::date + (p.id %% 9)::int END
FROM inventory_product p
CROSS JOIN (VALUES (1, %(base)s), (2, %(base)s), (3, %(base)s), (4, 0), (5, %(base)s)) AS raw (n, list)
CROSS JOIN LATERAL (SELECT raw.n, CASE WHEN raw.n <> 4 THEN raw.list WHEN p.id %% 2 = 0 THEN %(segment)s
                                       ELSE %(promotion)s END AS list) AS kind
WHERE p.sku LIKE 'PRICED-%%'
"""
BY_HAND = """
SELECT DISTINCT ON (asked.id) asked.id, asked.quantity, COALESCE(rule.unit_price, p.list_price), tax.rate
FROM unnest(%(products)s::bigint[], %(quantities)s::int[]) AS asked (id, quantity)
JOIN inventory_product p ON p.id = asked.id
JOIN pricing_taxrate tax ON tax.product_category = p.tax_category AND tax.customer_treatment = 'standard'
    AND daterange(tax.valid_from, tax.valid_to, '[]') @> %(on)s::date
LEFT JOIN LATERAL (
    SELECT r.unit_price, r.min_quantity, r.valid_from, r.id,
        CASE WHEN r.customer_id IS NOT NULL THEN 1 WHEN l.kind = 'segment' THEN 2 WHEN l.kind = 'promotion' THEN 4
             WHEN r.min_quantity > 1 THEN 3 ELSE 5 END AS level
    FROM pricing_pricerule r JOIN pricing_pricelist l ON l.id = r.price_list_id AND l.is_active
    WHERE r.product_id = asked.id AND r.min_quantity <= asked.quantity AND l.currency = %(currency)s
        AND (r.valid_from IS NULL OR r.valid_from <= %(on)s) AND (r.valid_to IS NULL OR r.valid_to >= %(on)s)
        AND (r.customer_id = %(customer)s OR r.customer_id IS NULL AND (l.kind <> 'segment' OR EXISTS (
            SELECT FROM customers_segmentmembership m WHERE m.segment_id = l.segment_id
                AND m.customer_id = %(customer)s AND m.entered_on <= %(on)s
                AND (m.expires_on IS NULL OR m.expires_on >= %(on)s))))
) rule ON true
ORDER BY asked.id, rule.level, rule.min_quantity DESC, rule.valid_from DESC NULLS LAST, rule.unit_price, rule.id
"""


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """200 products, every third line above the break. Both sides give price and amounts of each line."""
    say(f"Seeding {5 * PRODUCTS:,} price rules of {PRODUCTS:,} products …")
    on, currency = timezone.localdate(), settings.CURRENCY
    customer, other = (Customer.objects.create(name=name) for name in ("Bench shop", "Other bench shop"))
    segment = Segment.objects.create(name="Bench segment")
    segment.memberships.create(customer=customer, entered_on=on)
    TaxRate.objects.get_or_create(
        product_category="standard", customer_treatment="standard", defaults={"rate": Decimal(18)}
    )
    base, _made = PriceList.objects.get_or_create(kind="base", currency=currency, is_active=True)
    lists = {
        "segment": PriceList.objects.create(name="Bench segment", kind="segment", segment=segment),
        "promotion": PriceList.objects.create(name="Bench promotion", kind="promotion"),
    }
    with connection.cursor() as cursor:
        cursor.execute(SEED, {"products": PRODUCTS})
        named: dict[str, Any] = {"base": base.pk, "customer": customer.pk, "other": other.pk, "on": on}
        cursor.execute(RULES, named | {kind: each.pk for kind, each in lists.items()})
        cursor.execute("ANALYZE inventory_product, pricing_pricerule, pricing_pricelist")
    products = Product.objects.filter(sku__startswith="PRICED-").order_by("pk").values_list("pk", flat=True)
    items = [(pk, 10 if place % 3 == 0 else 2) for place, pk in enumerate(products[:: PRODUCTS // LINES])]
    asked = {
        "products": [pk for pk, _quantity in items],
        "quantities": [quantity for _pk, quantity in items],
        "customer": customer.pk,
        "currency": currency,
        "on": on,
    }

    def product() -> list[tuple[int, Decimal, Decimal, Decimal]]:
        priced = quote(customer, items, on=on, currency=currency)
        return [(line.product_id, line.unit_price, line.net, line.tax) for line in priced]

    def by_hand() -> list[tuple[int, Decimal, Decimal, Decimal]]:
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, asked)
            rows = cursor.fetchall()
        amounts = [
            (pk, price, taxed(price * pieces, rate, inclusive=False)) for pk, pieces, price, rate in rows
        ]
        return [(pk, price, each.net, each.tax) for pk, price, each in amounts]

    yield beside("prices of an order", product, by_hand, rounds, lines=LINES, rules=5 * PRODUCTS)
