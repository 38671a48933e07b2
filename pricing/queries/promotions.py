"""Promotions, and how the price of a product went."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    Max,
    Min,
    Q,
    QuerySet,
    When,
)

from core.dates import local_date
from inventory.models import Product
from pricing.models import PriceList, PriceRule


def with_runs(lists: QuerySet[Any], *, on: dt.date) -> QuerySet[Any]:
    """Promotions with their first and last day, products, and prices that count on a day, come later or are over.

    `last_day` is of those that have one; `endless` says that some have none.
    """
    rules = Q(rules__customer__isnull=True)
    now = Q(rules__valid_from__isnull=True) | Q(rules__valid_from__lte=on)
    still = Q(rules__valid_to__isnull=True) | Q(rules__valid_to__gte=on)
    return lists.annotate(
        first_day=Min("rules__valid_from", filter=rules),
        last_day=Max("rules__valid_to", filter=rules),
        products=Count("rules__product", filter=rules, distinct=True),
        running=Count("rules", filter=rules & now & still),
        coming=Count("rules", filter=rules & Q(rules__valid_from__gt=on)),
        endless=Count("rules", filter=rules & Q(rules__valid_to__isnull=True)),
    )


class Stretch(NamedTuple):
    """A price from a day until a day; both count, None is open."""

    price: Decimal
    first: dt.date | None
    last: dt.date | None
    name: str


def _in_force(rules: list[Stretch], day: dt.date) -> Stretch | None:
    """Of several the one that resolution would take: the later first day, then the lower price."""
    there = [r for r in rules if (r.first or dt.date.min) <= day <= (r.last or dt.date.max)]
    return max(there, key=lambda r: (r.first or dt.date.min, -r.price), default=None)


class Course(NamedTuple):
    """What one piece of a product cost everybody on each of some days, in the base currency; None where nothing."""

    days: list[dt.date]
    list_price: list[Decimal | None]
    base: list[Decimal | None]
    promotion: list[Decimal | None]
    promotions: list[str]
    cost: list[Decimal | None]


def price_course(
    product: Product,
    days: list[dt.date],
    *,
    currency: str,
    costs: list[tuple[dt.date, Decimal]] | None = None,
) -> Course:
    """How its prices went. `costs` are averages from a day on, given only for people who may see them."""
    rules = (
        PriceRule.objects.filter(
            product=product, customer__isnull=True, min_quantity=1, price_list__currency=currency
        )
        .exclude(price_list__kind=PriceList.Kind.SEGMENT)
        .annotate(list_name=F("price_list__name"), kind=F("price_list__kind"))
    )
    base: list[Stretch] = []
    offers: list[Stretch] = []
    for rule in rules:
        stretch = Stretch(rule.unit_price, rule.valid_from, rule.valid_to, rule.list_name)
        (base if rule.kind == PriceList.Kind.BASE else offers).append(stretch)
    listed = list_prices(product)
    on = [_in_force(offers, day) for day in days]
    return Course(
        days,
        [_since(listed, day) for day in days],
        [found.price if (found := _in_force(base, day)) else None for day in days],
        [found.price if found else None for found in on],
        sorted({found.name for found in on if found}),
        [_since(costs or [], day) for day in days],
    )


def _since(known: list[tuple[dt.date, Decimal]], day: dt.date) -> Decimal | None:
    """The last value that was known on a day."""
    return next((value for since, value in reversed(known) if since <= day), None)


def list_prices(product: Product) -> list[tuple[dt.date, Decimal]]:
    """The list price from each day it was another, oldest first, from the history that the database keeps."""
    history: Any = product.history  # type: ignore[attr-defined]
    rows = history.filter(list_price__isnull=False).order_by("pgh_id")
    found: list[tuple[dt.date, Decimal]] = []
    for at, price in rows.values_list("pgh_created_at", "list_price"):
        if not found or found[-1][1] != price:
            found.append((local_date(at), price))
    return found


def with_margin(rules: QuerySet[Any]) -> QuerySet[Any]:
    """Prices with `margin`, percent of the price over the average cost; None for what was never bought, for prices in
    another currency and for lists whose prices include tax."""
    cost = F("product__cost__average")
    comparable = Q(
        unit_price__gt=0,
        product__cost__average__gt=0,
        price_list__currency=settings.CURRENCY,
        price_list__prices_include_tax=False,
    )
    share = ExpressionWrapper(
        (F("unit_price") - cost) * 100 / F("unit_price"), DecimalField(max_digits=12, decimal_places=2)
    )
    return rules.annotate(margin=Case(When(comparable, then=share), default=None))
