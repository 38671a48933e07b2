"""What was asked for and could not be sold."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.dates import local_date
from core.screens import Action, Column, Crumb, ListScreen, Screen, Tab
from inventory import queries
from inventory.forms import UnmetDemandFilter
from inventory.models import UnmetDemand

from .products import STOCK

DEMAND = Crumb(_("Unmet demand"), "inventory:demand_list")
PERIODS = (7, 30, 90, 365)


def _what(row: UnmetDemand) -> str:
    return str(row.product or row.device_model or f"“{row.words}”")


def _link(row: UnmetDemand) -> str:
    shown = row.product or row.device_model
    return shown.get_absolute_url() if shown else ""


class UnmetDemandList(ListScreen):
    model = UnmetDemand
    permission_required = "inventory.view_unmetdemand"
    title = _("Unmet demand")
    crumbs = [STOCK]
    queryset = queries.demand()
    columns = [
        Column(_("Wanted"), _what, key="wanted", link=_link, sub="words", phone="title"),
        Column(_("Last asked"), "at", kind="moment", order="at", phone="show"),
        Column(_("Why not"), "why", kind="status", phone="show"),
        Column(_("Pieces"), "pieces", kind="number", order="pieces", phone="figure"),
        Column(_("Asked"), "times", kind="number"),
        Column(_("Lost at list price"), "lost", kind="money", phone="figure"),
        Column(_("Customer"), "customer.name", phone="label"),
        Column(_("Asked by"), "by.name"),
    ]
    ordering = ["-at"]
    tabs = [
        Tab("all", _("All")),
        Tab("unknown", _("Nothing found"), lambda rows, user: rows.filter(product=None)),
        Tab("short", _("None or too few here"), lambda rows, user: rows.exclude(product=None)),
    ]
    actions = [Action(_("Most wanted"), "inventory:demand_top", permission="inventory.view_unmetdemand")]
    filterset_class = UnmetDemandFilter
    export_permission = "inventory.view_unmetdemand"
    search_hint = _("Words, SKU, phone, shop…")
    empty = _(
        "Nothing was asked for in vain. Searches that find nothing, and lines taken off orders, are counted."
    )

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(
            Q(words__icontains=text)
            | Q(product__sku__iexact=text)
            | Q(product__name__icontains=text)
            | Q(device_model__name__icontains=text)
            | Q(customer__name__icontains=text)
        )


class MostWanted(Screen):
    """`?days=30`: what was wanted most, what it would have brought, and where to order it."""

    permission_required = "inventory.view_unmetdemand"
    title = _("Most wanted, not sold")
    template_name = "inventory/most_wanted.html"
    crumbs = [STOCK, DEMAND]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = self.request.GET.get("days", "")
        days = int(asked) if asked in {str(period) for period in PERIODS} else 30
        today = local_date(timezone.now())
        rows = queries.most_wanted(since=today - dt.timedelta(days=days - 1), until=today)
        may_order = self.request.user.has_perms(["inventory.add_purchaseorder", "inventory.view_cost"])
        return super().get_context_data(rows=rows, days=days, periods=PERIODS, may_order=may_order, **kwargs)
