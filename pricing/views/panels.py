"""What other apps' pages show of prices."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.changes import Tracked, also
from core.charts import Series, compact, draw
from core.dates import local_date
from core.money import format_money
from core.screens import PanelScreen
from core.templatetags.figures import day as day_of
from inventory.models import Product
from inventory.queries import cost_history
from pricing.models import PriceList, PriceRule
from pricing.queries import price_course


class ProductPanel(PanelScreen):
    """The prices of a product in all lists, now and later. A long list is cut; its own pages have the rest."""

    permission_required = "pricing.view_pricerule"
    title = _("Prices")
    template_name = "pricing/product_panel.html"
    SHOWN = 30

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product = get_object_or_404(Product, pk=self.kwargs["pk"])
        rules = (
            PriceRule.objects.visible_to(self.request.user)
            .not_ended(on=timezone.localdate())
            .filter(product=product, price_list__is_active=True)
            .select_related("price_list", "customer")
            .order_by("price_list__name", "customer__name", "min_quantity", "valid_from", "pk")
        )
        found = list(rules[: self.SHOWN + 1])
        return super().get_context_data(
            product=product,
            rules=found[: self.SHOWN],
            has_more=len(found) > self.SHOWN,
            why_url=f"{reverse('pricing:price_explain')}?{urlencode({'product': product.sku})}",
            lists=PriceList.objects.filter(is_active=True)
            if self.request.user.has_perm("pricing.add_pricerule")
            else [],
            **kwargs,
        )


class PriceHistoryPanel(PanelScreen):
    """How the price of a product went: list price, base price, promotions; the cost for those who may see it."""

    permission_required = "pricing.view_pricerule"
    title = _("Prices over time")
    template_name = "pricing/price_history_panel.html"
    WEEKS = 26

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        product = get_object_or_404(Product, pk=self.kwargs["pk"])
        today = timezone.localdate()
        days = [today - dt.timedelta(weeks=n) for n in range(self.WEEKS, -1, -1)]
        costs = None
        if self.request.user.has_perm("inventory.view_cost"):
            costs = [(local_date(point.at), point.average) for point in reversed(cost_history(product))]
        course = price_course(product, days, currency=settings.CURRENCY, costs=costs)
        lines = [
            (_("List price"), course.list_price),
            (_("Base price"), course.base),
            (_("Promotion"), course.promotion),
            (_("Average cost"), course.cost),
        ]
        series = [Series(str(name), values) for name, values in lines if any(v is not None for v in values)]
        chart = draw(
            [day_of(day) for day in days],
            series,
            kind="line",
            write=lambda value: format_money(value, settings.CURRENCY),
            axis=lambda value: compact(value, settings.CURRENCY),
        )
        return super().get_context_data(chart=chart, promotions=course.promotions, **kwargs)


@also(Product, "pricing.view_pricerule")
def prices_in_history(product: Product) -> Tracked:
    """Prices for everybody, on the history of the product. What one customer pays stands on its own timeline."""
    told = ("min_quantity", "unit_price", "valid_from", "valid_to")
    return Tracked(PriceRule, {"product_id": product.pk, "customer_id": None}, named="price_list", tells=told)
