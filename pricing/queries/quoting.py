"""What lines cost a customer on a day, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import LARGEST_AMOUNT, ZERO, format_money, taxed
from customers.models import Customer
from inventory.models import Product
from pricing.rules import Candidate, Resolution, resolve

from .candidates import Facts, gather
from .lines import PricedLine
from .missing import refuse_unknown, refuse_unpriced, refuse_untaxed


class Explanation(NamedTuple):
    """One price taken apart: which rule won, what the others lack, and the line or why there is none."""

    currency: str
    resolution: Resolution
    line: PricedLine | None
    refusal: str


def quote(
    customer: Customer,
    items: Sequence[tuple[int, int]],
    *,
    on: dt.date,
    currency: str,
    discounts: Mapping[int, Decimal] | None = None,
    promised: Mapping[int, Candidate] | None = None,
) -> list[PricedLine]:
    """Price (product id, pieces) for a customer, in the order given. One round trip for all lines.

    `discounts` takes an amount off a product's line: off the net, or off the gross where prices include tax.
    `promised` are prices that stand on a quotation, by product.
    Refuses, naming the product, what is unknown, no longer sold, without a price or a tax rate, or absurd.
    """
    facts = gather(customer, [product for product, _quantity in items], on=on, currency=currency)
    refuse_unknown(items, facts)
    for product, candidate in (promised or {}).items():
        if product in facts:
            facts[product].candidates.append(candidate)
    resolved = [
        (
            facts[product],
            quantity,
            resolve(facts[product].candidates, quantity=quantity, on=on, currency=currency),
        )
        for product, quantity in items
    ]
    refuse_unpriced([fact for fact, _quantity, resolution in resolved if not resolution.winner], currency)
    refuse_untaxed([fact for fact, _quantity, _resolution in resolved], customer, on)
    discounts = discounts or {}
    return [
        _priced(fact, quantity, resolution, discounts.get(fact.product_id, ZERO))
        for fact, quantity, resolution in resolved
    ]


def price_each(
    customer: Customer,
    items: Sequence[tuple[int, int]],
    *,
    on: dt.date,
    currency: str,
    discounts: Mapping[int, Decimal] | None = None,
) -> list[PricedLine | None]:
    """What each (product id, pieces) would cost alone; None for what has no price or tax rate. Refuses nothing.

    A product may be asked for several times, with other pieces. One round trip for all.
    """
    facts = gather(customer, [product for product, _quantity in items], on=on, currency=currency)
    discounts = discounts or {}
    return [
        _alone(facts.get(product), quantity, on, currency, discounts.get(product, ZERO))
        for product, quantity in items
    ]


def _alone(
    fact: Facts | None, quantity: int, on: dt.date, currency: str, discount: Decimal
) -> PricedLine | None:
    if fact is None or fact.tax_rate is None:
        return None
    resolution = resolve(fact.candidates, quantity=quantity, on=on, currency=currency)
    try:
        return _priced(fact, quantity, resolution, discount) if resolution.winner else None
    except Refusal:  # a discount above the price, or more than can be booked
        return None


def explain(
    customer: Customer, product: Product, quantity: int, *, on: dt.date, currency: str | None = None
) -> Explanation:
    """Why this customer pays what it pays for a product: every rule that ever spoke of it, with what became of it."""
    currency = currency or customer.currency
    fact = gather(customer, [product.pk], on=on, currency=currency, all_rules=True)[product.pk]
    resolution = resolve(fact.candidates, quantity=quantity, on=on, currency=currency)
    try:
        (line,) = quote(customer, [(product.pk, quantity)], on=on, currency=currency)
    except Refusal as refusal:
        return Explanation(currency, resolution, None, refusal.text)
    return Explanation(currency, resolution, line, "")


def _priced(fact: Facts, quantity: int, resolution: Resolution, discount: Decimal) -> PricedLine:
    assert resolution.unit_price is not None  # both refused before
    assert fact.tax_rate is not None
    full = resolution.unit_price * quantity
    if not 0 <= discount <= full:
        raise Refusal(
            _("The discount on %(product)s must be between nothing and %(amount)s.")
            % {"product": fact.name, "amount": format_money(full)},
            code="bad_discount",
            products=[fact.product_id],
        )
    amounts = taxed(full - discount, fact.tax_rate, inclusive=bool(resolution.includes_tax))
    if amounts.gross > LARGEST_AMOUNT:
        raise Refusal(
            _("%(product)s comes to more than we can book.") % {"product": fact.name},
            code="amount_too_large",
            products=[fact.product_id],
        )
    return PricedLine(
        product_id=fact.product_id,
        quantity=quantity,
        unit_price=resolution.unit_price,
        price_includes_tax=bool(resolution.includes_tax),
        tax_rate=fact.tax_rate,
        net=amounts.net,
        tax=amounts.tax,
        gross=amounts.gross,
        why=resolution.why,
        unit_cost=fact.unit_cost,
        discount=discount,
        sku=fact.sku,
        name=fact.name,
    )
