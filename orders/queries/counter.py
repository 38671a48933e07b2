"""What the counter asks while an order is typed: which products are meant, and what this customer would pay."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Sum
from django.utils import timezone

from customers.models import Customer
from inventory.models import Compatibility, Location, Product
from inventory.queries import Hit, availability, search_products
from orders.models import OrderLine
from pricing.queries import PricedLine, price_each

LATELY = dt.timedelta(days=31)


class Offer(NamedTuple):
    """A product that was found, as this customer would buy `pieces` of it.

    `line` None: it has no price here. `bought`: the pieces this customer took lately. `via` and `codes`: the phone it
    fits, and which of that phone's codes were typed.
    """

    product: Product
    via: str
    codes: tuple[str, ...]
    pieces: int
    here: int
    bought: int
    line: PricedLine | None
    exact: bool = False  # its SKU or barcode is just what was typed

    @property
    def fits(self) -> str:
        """The phone, unless the product's own name says it."""
        name = self.product.name.casefold()
        return "" if all(word in name for word in self.via.casefold().split()) else self.via

    @property
    def price(self) -> Decimal | None:
        return self.line.unit_price if self.line else None


class Asked(NamedTuple):
    """What was typed: pieces, and the words that name the product."""

    pieces: int
    words: str


def read_asked(text: str) -> list[Asked]:
    """How `5 note 10 incell`, `5x a50` or `a50 *5` may be meant, the likeliest first.

    A number before words that name a phone by themselves (they have a digit) is a quantity. Before other words
    (`12 pro max`) it is first taken for a part of the name.
    """
    text = text.strip()
    whole = Asked(1, text)
    if marked := re.fullmatch(r"(\d{1,4})\s*[x×*]\s+(.+)|(\d{1,4})\s*[×*]\s*(.+)", text, re.IGNORECASE):
        pieces, words = marked[1] or marked[3], marked[2] or marked[4]
        return [Asked(int(pieces), words)] if int(pieces) else [whole]
    if marked := re.fullmatch(r"(.+?)\s*[×*]\s*(\d{1,4})", text):
        return [Asked(int(marked[2]), marked[1])] if int(marked[2]) else [whole]
    if before := re.fullmatch(r"(\d{1,4})\s+(.+)", text):
        counted = Asked(int(before[1]), before[2])
        if not counted.pieces:
            return [whole]
        return [counted, whole] if re.search(r"\d", counted.words) else [whole, counted]
    return [whole]


def offers(
    text: str, customer: Customer, *, location: Location, on: dt.date, currency: str, limit: int = 8
) -> list[Offer]:
    """Products for what was typed, best first, each as this customer would buy it."""
    pieces, words, hits = 1, text, list[Hit]()
    for asked in read_asked(text):
        (pieces, words), hits = asked, search_products(asked.words, limit)
        if hits:
            break
    products = [hit.product.pk for hit in hits]
    lines = price_each(customer, [(pk, pieces) for pk in products], on=on, currency=currency)
    shelf = availability(products, location)
    bought = bought_lately(customer, products)
    return [
        Offer(
            hit.product,
            hit.via,
            hit.codes,
            pieces,
            shelf[hit.product.pk].available,
            bought.get(hit.product.pk, 0),
            line,
            words.casefold() in {hit.product.sku.casefold(), (hit.product.barcode or "").casefold()},
        )
        for hit, line in zip(hits, lines, strict=True)
    ]


def bought_lately(customer: Customer, products: Sequence[int]) -> dict[int, int]:
    """Pieces of each product in the customer's confirmed orders of the last month."""
    lines = OrderLine.objects.filter(
        product__in=products,
        order__customer=customer,
        order__created_at__gte=timezone.now() - LATELY,
        order__confirmed_at__isnull=False,
    ).exclude(order__status="cancelled")
    return dict(lines.order_by().values_list("product").annotate(Sum("quantity")))


def devices_of(products: Sequence[int], *, most: int = 12) -> dict[int, list[str]]:
    """The phones that each product fits, by brand and name; what was rejected fits nothing. One query."""
    rows = Compatibility.objects.filter(product__in=products, state__in=Compatibility.FITTING)
    named = rows.order_by("device_model__brand__name", "device_model__name").values_list(
        "product", "device_model__brand__name", "device_model__name"
    )
    found: dict[int, list[str]] = {}
    for product, brand, name in named:
        said = found.setdefault(product, [])
        if len(said) < most:
            said.append(f"{brand} {name}")
    return found
