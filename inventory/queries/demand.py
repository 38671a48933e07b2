"""What was asked for and could not be sold, and what it would have brought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, DecimalField, ExpressionWrapper, F, Max, QuerySet, Sum

from inventory.models import UnmetDemand

from .devices import EXACT, Fit, phones_meant
from .search import Hit

AMOUNT = DecimalField(max_digits=16, decimal_places=2)
MOST_WANTED = 100


class Unmet(NamedTuple):
    """What a search did not find, or found only where none is left."""

    why: str
    product_id: int | None = None
    device_id: int | None = None


def unmet_search(text: str, hits: Sequence[Hit]) -> Unmet | None:
    """What was not met by what a search found; None when the best of it is here."""
    if not hits:
        meant = next(iter(phones_meant(text, slips=False)), None)
        device = meant.pk if meant and meant.how == EXACT else None
        return Unmet(UnmetDemand.Why.NOT_FOUND, None, device)
    best: Any = hits[0]
    if best.product.available > 0:
        return None
    return Unmet(UnmetDemand.Why.OUT_OF_STOCK, best.product.pk, best.device)


def unmet_fit(fits: Sequence[Fit]) -> Unmet | None:
    """The same for the page "What fits?": the first phone is what was asked for."""
    if not fits:
        return Unmet(UnmetDemand.Why.NOT_FOUND)
    products: list[Any] = fits[0].products
    if not products:
        return Unmet(UnmetDemand.Why.NOT_FOUND, None, fits[0].device.pk)
    if any(product.available > 0 for product in products):
        return None
    return Unmet(UnmetDemand.Why.OUT_OF_STOCK, products[0].pk, fits[0].device.pk)


def demand() -> QuerySet[UnmetDemand]:
    """Wants with what they would have brought at list price: `lost`, in the base currency; None without a price."""
    lost = ExpressionWrapper(F("pieces") * F("product__list_price"), output_field=AMOUNT)
    return UnmetDemand.objects.select_related("product", "device_model__brand", "customer", "by").annotate(
        lost=lost
    )


def most_wanted(*, since: dt.date, until: dt.date, limit: int = MOST_WANTED) -> list[dict[str, Any]]:
    """Per product, or phone or words where no product was found: pieces, asks, customers, lost value, last asked.

    What would have brought most comes first, then what most pieces were wanted of.
    """
    known: Any = UnmetDemand.objects.filter(day__gte=since, day__lte=until).order_by()
    figures: dict[str, Any] = {
        "pieces_wanted": Sum("pieces"),
        "asked": Sum("times"),
        "customers": Count("customer", distinct=True),
        "last": Max("at"),
    }
    lost = ExpressionWrapper(Sum("pieces") * F("product__list_price"), output_field=AMOUNT)
    products = (
        known.filter(product__isnull=False)
        .values("product_id", "product__sku", "product__name", "product__list_price")
        .annotate(**figures, lost=lost)
        .order_by(F("lost").desc(nulls_last=True), "-pieces_wanted", "product_id")[:limit]
    )
    phones = (
        known.filter(product__isnull=True, device_model__isnull=False)
        .values("device_model_id", "device_model__name", "device_model__brand__name")
        .annotate(**figures)
        .order_by("-pieces_wanted", "device_model_id")[:limit]
    )
    words = (
        known.filter(product__isnull=True, device_model__isnull=True)
        .values("words")
        .annotate(**figures)
        .order_by("-pieces_wanted", "words")[:limit]
    )
    rows: list[dict[str, Any]] = [dict(row) for found in (products, phones, words) for row in found]
    rows.sort(key=lambda row: (-(row.get("lost") or 0), -row["pieces_wanted"], -row["asked"]))
    return rows[:limit]
