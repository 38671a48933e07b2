"""What suppliers asked for a product, from when on: read from the history. For who sees costs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from core.dates import local_date
from inventory.models import Product, SupplierProduct

TENTH = Decimal("0.1")


class PriceThen(NamedTuple):
    """A price that a supplier asked from a moment on; `before` what it was until then, None when it was the first or in
    another currency. `by` made it so."""

    at: dt.datetime
    price: Decimal
    currency: str
    supplier_id: int
    supplier: str
    before: Decimal | None
    by: str

    @property
    def percent(self) -> Decimal | None:
        """By how much it rose or fell."""
        if not self.before:
            return None
        return ((self.price - self.before) * 100 / self.before).quantize(TENTH, ROUND_HALF_UP)


def prices_over_time(supplier_product: SupplierProduct) -> list[PriceThen]:
    """Every price this supplier had for the product, oldest first."""
    return _prices(pgh_obj=supplier_product.pk)


def supplier_prices(product: Product) -> list[PriceThen]:
    """Every price that any supplier had for the product, oldest first; one statement."""
    return sorted(_prices(pgh_obj__in=product.suppliers.order_by().values("pk")), key=lambda then: then.at)


def _prices(**which: Any) -> list[PriceThen]:
    history: Any = SupplierProduct.history.rel.related_model  # type: ignore[attr-defined]
    rows = history.objects.filter(price__isnull=False, **which).order_by("pgh_obj", "pgh_id")
    told = rows.values_list(
        "pgh_created_at", "price", "currency", "supplier", "supplier__name", "pgh_context"
    )
    found: list[PriceThen] = []
    for at, price, currency, supplier, name, context in told:
        last = found[-1] if found and found[-1].supplier_id == supplier else None
        if last is None or (last.price, last.currency) != (price, currency):
            before = last.price if last and last.currency == currency else None
            by = (context or {}).get("name", "")
            found.append(PriceThen(at, price, currency, supplier, name, before, by))
    return found


class PriceLine(NamedTuple):
    """What one supplier asked on each of some days; None before the first price and in another currency."""

    supplier: str
    prices: list[Decimal | None]


def price_lines(prices: Iterable[PriceThen], days: Sequence[dt.date], currency: str) -> list[PriceLine]:
    """A line for each supplier who asked a price in this currency."""
    of: dict[int, list[PriceThen]] = {}
    for then in prices:
        of.setdefault(then.supplier_id, []).append(then)
    lines = []
    for mine in of.values():
        values = [_on(mine, day, currency) for day in days]
        if any(value is not None for value in values):
            lines.append(PriceLine(mine[0].supplier, values))
    return lines


def _on(prices: Sequence[PriceThen], day: dt.date, currency: str) -> Decimal | None:
    last = next((then for then in reversed(prices) if local_date(then.at) <= day), None)
    return last.price if last and last.currency == currency else None
