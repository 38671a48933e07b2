"""What the counter asks while an order is typed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from customers.models import Customer
from inventory.models import Product
from inventory.queries import search_products
from pricing.queries import gather
from pricing.rules import resolve


class Offer(NamedTuple):
    """A product that was found, with its price of one piece for this customer (None: it has none)."""

    product: Product
    via: str
    price: Decimal | None
    why: dict[str, object]


def offers(text: str, customer: Customer, *, on: dt.date, currency: str, limit: int = 8) -> list[Offer]:
    """Products for what was typed, best first, each as this customer would buy it."""
    hits = search_products(text, limit)
    facts = gather(customer, [hit.product.pk for hit in hits], on=on, currency=currency)
    found = []
    for hit in hits:
        resolution = resolve(facts[hit.product.pk].candidates, quantity=1, on=on, currency=currency)
        found.append(Offer(hit.product, hit.via, resolution.unit_price, resolution.why))
    return found
