"""What the database knows about the prices of products for one customer on one day: one statement for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from customers.models import Customer
from pricing.rules import Candidate

NEAR = dt.timedelta(days=30)
"""A line keeps the prices of its day, and those that ended or start this close to it: what people ask about."""


class Facts(NamedTuple):
    """What the database knows about one product for this customer and day. `tax_rate` None: not set up."""

    product_id: int
    sku: str
    name: str
    is_active: bool
    tax_category: str
    tax_rate: Decimal | None
    unit_cost: Decimal | None
    candidates: list[Candidate]


def gather(
    customer: Customer, products: Iterable[int], *, on: dt.date, currency: str, all_rules: bool = False
) -> dict[int, Facts]:
    """Facts and candidate prices by product id; unknown products are missing. One statement.

    Candidates are rules of active lists, for this customer or for all; of a segment's list only while the customer is
    in the segment. Without `all_rules`, only those near the day and in the currency.
    """
    asked = {
        "customer": customer.pk,
        "treatment": customer.tax_treatment,
        "products": sorted(set(products)),
        "on": on,
        "ends_after": None if all_rules else on - NEAR,
        "starts_before": None if all_rules else on + NEAR,
        "currency": None if all_rules else currency,
        "base": settings.CURRENCY,
    }
    found: dict[int, Facts] = {}
    with connection.cursor() as cursor:
        cursor.execute(GATHER, asked)
        for product, sku, name, active, category, price, inclusive, rate, cost, *rule in cursor.fetchall():
            if product not in found:
                listed = Candidate(0, "list_price", "", settings.CURRENCY, price, bool(inclusive))
                known_cost = cost if currency == settings.CURRENCY else None
                found[product] = Facts(
                    product,
                    sku,
                    name,
                    active,
                    category,
                    rate,
                    known_cost,
                    [listed] if price is not None else [],
                )
            if rule[0] is not None:
                found[product].candidates.append(Candidate(*rule))
    return found


# The ids are read through a sub-select on purpose. PostgreSQL then expects the same number of them with and without
# their values, finds its generic plan as cheap as one made for the values, and stops planning anew at every quote:
# planning was measured at three times the execution.
GATHER = """
SELECT p.id, p.sku, p.name, p.is_active, p.tax_category, p.list_price, base.prices_include_tax, tax.rate,
       nullif(cost.average, 0), rule.*
FROM unnest((SELECT %(products)s::bigint[])) AS asked(id)
JOIN inventory_product p ON p.id = asked.id
LEFT JOIN inventory_productcost cost ON cost.product_id = p.id
LEFT JOIN pricing_pricelist base ON base.kind = 'base' AND base.is_active AND base.currency = %(base)s
LEFT JOIN pricing_taxrate tax
       ON tax.product_category = p.tax_category AND tax.customer_treatment = %(treatment)s
      AND daterange(tax.valid_from, tax.valid_to, '[]') @> %(on)s::date
LEFT JOIN LATERAL (
    SELECT r.id, l.kind, l.name, l.currency, r.unit_price, l.prices_include_tax, r.min_quantity,
           r.valid_from, r.valid_to, r.customer_id IS NOT NULL
    FROM pricing_pricerule r
    JOIN pricing_pricelist l ON l.id = r.price_list_id AND l.is_active
    WHERE r.product_id = p.id
      AND (r.customer_id = %(customer)s
           OR (r.customer_id IS NULL
               AND (l.kind <> 'segment'
                    OR EXISTS (SELECT FROM customers_segmentmembership m
                               WHERE m.segment_id = l.segment_id AND m.customer_id = %(customer)s
                                 AND m.entered_on <= %(on)s::date
                                 AND (m.expires_on IS NULL OR m.expires_on >= %(on)s::date)))))
      AND (%(currency)s::text IS NULL OR l.currency = %(currency)s::text)
      AND (%(ends_after)s::date IS NULL OR r.valid_to IS NULL OR r.valid_to >= %(ends_after)s::date)
      AND (%(starts_before)s::date IS NULL OR r.valid_from IS NULL OR r.valid_from <= %(starts_before)s::date)
) rule ON true
"""
