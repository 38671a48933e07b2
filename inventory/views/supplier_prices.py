"""What suppliers asked for a product over time: on the page of the product, and of what a supplier sells."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.charts import Chart, Series, compact, draw
from core.screens import PanelScreen
from core.templatetags.figures import day as day_of
from core.templatetags.figures import price
from inventory.models import Product, SupplierProduct
from inventory.queries.supplier_prices import PriceThen, price_lines, prices_over_time, supplier_prices

WEEKS = 26
SHOWN = 15
TONES = ("", "other", "quiet", "warn", "good", "bad")


class ProductSupplierPrices(PanelScreen):
    """All suppliers of a product, a line for each; a chart for each currency, as they can't be compared."""

    permission_required = ("inventory.view_supplierproduct", "inventory.view_cost")
    title = _("Suppliers' prices over time")
    template_name = "inventory/_supplier_prices.html"

    def prices(self) -> list[PriceThen]:
        return supplier_prices(get_object_or_404(Product, pk=self.kwargs["pk"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        prices = self.prices()
        currencies = sorted({then.currency for then in prices})
        return super().get_context_data(
            prices=prices[::-1][:SHOWN],
            unsaid=max(len(prices) - SHOWN, 0),
            charts=[(code, chart) for code in currencies if (chart := chart_of(prices, code))],
            **kwargs,
        )


class OfferPrices(ProductSupplierPrices):
    """One supplier's prices of one product; the pk is that of what they sell."""

    title = _("Price over time")

    def prices(self) -> list[PriceThen]:
        return prices_over_time(get_object_or_404(SupplierProduct, pk=self.kwargs["pk"]))


def chart_of(prices: list[PriceThen], currency: str) -> Chart | None:
    """The last half year in one currency, week by week; none where there is but one moment to show."""
    today = timezone.localdate()
    days = [today - dt.timedelta(weeks=n) for n in range(WEEKS, -1, -1)]
    lines = price_lines(prices, days, currency)[: len(TONES)]
    if not any(sum(value is not None for value in line.prices) > 1 for line in lines):
        return None
    return draw(
        [day_of(day) for day in days],
        [Series(line.supplier, line.prices, tone) for line, tone in zip(lines, TONES, strict=False)],
        kind="line",
        write=lambda value: price(value, currency),
        axis=lambda value: compact(value, currency),
    )
