"""What prices a bulk change would start from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from customers.models.choices import TaxTreatment
from pricing.models import PriceList
from pricing.repricing import Source


class Starting(NamedTuple):
    """One price that would be changed: what it is now in the list, and what the new one is made from.

    `before`: its price in the list; where there is none, the price it starts from or the list price on the product.
    `cost` is the average; None when unknown or in another currency.
    """

    product_id: int
    min_quantity: int
    before: Decimal | None
    source: Decimal
    cost: Decimal | None
    tax_rate: Decimal


def starting_prices(
    price_list: PriceList,
    products: Iterable[int],
    *,
    source: str,
    source_list: PriceList | None,
    on: dt.date,
) -> list[Starting]:
    """Every price that a change of these products would start from on a day, in one statement.

    From a list: each of its prices for everybody that counts on that day, quantity breaks too; in the base list of
    the base currency a product without one brings its list price. From a cost or the list price: one price per product.
    What has no price to start from is left out.
    """
    base = price_list if source_list is None else source_list
    at_home = price_list.currency == settings.CURRENCY
    values = {
        "products": sorted(products),
        "on": on,
        "list": price_list.pk,
        "source_list": base.pk if source == Source.LIST else None,
        "list_price_too": source == Source.LIST and base.kind == PriceList.Kind.BASE and at_home,
        "source": source,
        "treatment": TaxTreatment.STANDARD,
        "at_home": at_home,
        "home": settings.CURRENCY,
    }
    with connection.cursor() as cursor:
        cursor.execute(STARTING, values)
        return [Starting._make(row) for row in cursor.fetchall()]


STARTING = """
WITH asked AS (SELECT unnest(%(products)s::bigint[]) AS id), started AS (
    SELECT r.product_id, r.min_quantity, r.unit_price AS price
    FROM pricing_pricerule r JOIN asked ON asked.id = r.product_id
    WHERE r.price_list_id = %(source_list)s::bigint AND r.customer_id IS NULL
      AND daterange(r.valid_from, r.valid_to, '[]') @> %(on)s::date
    UNION ALL
    SELECT p.id, 1, CASE %(source)s::text
        WHEN 'average' THEN nullif(c.average, 0) WHEN 'last' THEN nullif(c.last, 0)
        WHEN 'supplier' THEN (
            SELECT nullif(s.price, 0) FROM inventory_supplierproduct s
            WHERE s.product_id = p.id AND NOT s.is_gone AND s.currency = %(home)s::text AND s.price > 0
            ORDER BY s.is_preferred DESC, s.price, s.id LIMIT 1)
        ELSE p.list_price END
    FROM asked JOIN inventory_product p ON p.id = asked.id
    LEFT JOIN inventory_productcost c ON c.product_id = p.id
    WHERE %(source)s::text <> 'list' OR (%(list_price_too)s::bool AND NOT EXISTS (
        SELECT FROM pricing_pricerule r
        WHERE r.product_id = p.id AND r.price_list_id = %(source_list)s::bigint AND r.customer_id IS NULL
          AND r.min_quantity = 1 AND daterange(r.valid_from, r.valid_to, '[]') @> %(on)s::date))
)
SELECT s.product_id, s.min_quantity,
       coalesce(before.unit_price, CASE WHEN %(source)s::text = 'list' THEN s.price END,
                CASE WHEN %(at_home)s::bool AND s.min_quantity = 1 THEN p.list_price END),
       s.price, CASE WHEN %(at_home)s::bool THEN nullif(c.average, 0) END, coalesce(tax.rate, 0)
FROM started s
JOIN inventory_product p ON p.id = s.product_id
LEFT JOIN inventory_productcost c ON c.product_id = p.id
LEFT JOIN pricing_pricerule before
       ON before.price_list_id = %(list)s::bigint AND before.product_id = s.product_id AND before.customer_id IS NULL
      AND before.min_quantity = s.min_quantity AND daterange(before.valid_from, before.valid_to, '[]') @> %(on)s::date
LEFT JOIN pricing_taxrate tax
       ON tax.product_category = p.tax_category AND tax.customer_treatment = %(treatment)s::text
      AND daterange(tax.valid_from, tax.valid_to, '[]') @> %(on)s::date
WHERE s.price IS NOT NULL
ORDER BY p.name, p.id, s.min_quantity
"""
