"""What the counter asks while an order is typed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from customers.models import Customer
from inventory.models import Location, Product
from inventory.queries import availability, search_products
from pricing.queries import gather
from pricing.rules import resolve


class Offer(NamedTuple):
    """A product that was found: its price of one piece for this customer (None: it has none), and what is here."""

    product: Product
    via: str
    price: Decimal | None
    why: dict[str, object]
    here: int


def offers(
    text: str, customer: Customer, *, location: Location, on: dt.date, currency: str, limit: int = 8
) -> list[Offer]:
    """Products for what was typed, best first, each as this customer would buy it."""
    hits = search_products(text, limit)
    products = [hit.product.pk for hit in hits]
    facts = gather(customer, products, on=on, currency=currency)
    shelf = availability(products, location)
    found = []
    for hit in hits:
        resolution = resolve(facts[hit.product.pk].candidates, quantity=1, on=on, currency=currency)
        here = shelf[hit.product.pk].available
        found.append(Offer(hit.product, hit.via, resolution.unit_price, resolution.why, here))
    return found
