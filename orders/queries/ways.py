"""What would make an order go through: what to take off, what to sell instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

from core.money import ZERO
from customers.models import Customer
from inventory.models import Location, Product
from inventory.queries import Availability, substitutes_of
from pricing.queries import PricedLine, price_each

LOOKED_AT = 12
"""Lines tried, the dearest first, and quantities tried of each."""


class Fit(NamedTuple):
    """A line made smaller so that the order fits: `pieces` off, `left` remain, `less` is what the total loses."""

    product_id: int
    name: str
    pieces: int
    left: int
    less: Decimal


class Substitute(NamedTuple):
    """Another product for the same phone, that is here, as this customer would buy it."""

    product: Product
    here: int
    line: PricedLine


def fits(
    customer: Customer,
    lines: Sequence[PricedLine],
    shelf: dict[int, Availability],
    excess: Decimal,
    *,
    on: dt.date,
    currency: str,
    most: int = 2,
) -> list[Fit]:
    """The smallest cuts of one line that take at least `excess` off the total; what waits for stock goes first.

    Fewer pieces may cost more each, so every cut is priced, all in one round trip.
    """
    if excess <= 0:
        return []
    dear = sorted((line for line in lines if line.gross >= excess), key=lambda line: -line.gross)[:LOOKED_AT]
    tried: list[tuple[PricedLine, int]] = []
    for line in dear:
        least = int((excess * line.quantity / line.gross).to_integral_value(ROUND_CEILING))
        start = line.quantity - max(1, least)
        tried += [(line, left) for left in range(start, max(start - LOOKED_AT, 0), -1) if left > 0]
        tried.append((line, 0))
    priced = price_each(
        customer,
        [(line.product_id, left) for line, left in tried if left],
        on=on,
        currency=currency,
        discounts={line.product_id: line.discount for line in dear if line.discount},
    )
    prices = iter(priced)
    found: dict[int, Fit] = {}
    for line, left in tried:
        smaller = next(prices) if left else None
        if left and smaller is None:
            continue
        less = line.gross - (smaller.gross if smaller else ZERO)
        if less >= excess and line.product_id not in found:
            found[line.product_id] = Fit(line.product_id, line.name, line.quantity - left, left, less)

    def cost(fit: Fit) -> tuple[bool, Decimal]:
        waits = shelf[fit.product_id].available < fit.left + fit.pieces
        return not waits, fit.less

    return sorted(found.values(), key=cost)[:most]


def substitutes_for(
    customer: Customer,
    short: Sequence[tuple[Product, int]],
    *,
    location: Location,
    on: dt.date,
    currency: str,
) -> dict[int, list[Substitute]]:
    """For each (product, pieces) that is short, what is here instead, priced for those pieces; four queries for all."""
    alike = substitutes_of([product for product, _pieces in short], location)
    wanted = {product.pk: pieces for product, pieces in short}
    pairs = [(pk, other, shelf) for pk, found in alike.items() for other, shelf in found]
    lines = price_each(customer, [(other.pk, wanted[pk]) for pk, other, _ in pairs], on=on, currency=currency)
    answer: dict[int, list[Substitute]] = {}
    for (pk, other, shelf), line in zip(pairs, lines, strict=True):
        if line is not None:
            answer.setdefault(pk, []).append(Substitute(other, shelf.available, line))
    return answer
