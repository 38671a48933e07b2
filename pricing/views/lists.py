"""Price lists, and the prices in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Tab
from pricing import operations
from pricing.forms import CopyListForm, PriceListForm, PriceRuleFilter
from pricing.models import PriceList, PriceRule

LISTS = Crumb(_("Prices"), "pricing:pricelist_list")
NEW_LIST = Action(
    _("New list"), "pricing:pricelist_new", permission="pricing.add_pricelist", icon="plus", tone="primary"
)


class PriceListList(ListScreen):
    model = PriceList
    permission_required = "pricing.view_pricelist"
    title = _("Prices")
    columns = [
        Column(_("List"), "name", link=True, order="name", phone="title"),
        Column(_("Kind"), "get_kind_display", sub="segment", phone="show"),
        Column(_("Currency"), "currency", phone="show"),
        Column(_("Tax"), lambda row: _("included") if row.prices_include_tax else _("on top"), key="tax"),
        Column(_("Prices now"), "prices", kind="number", phone="figure"),
        Column(
            _("In use"), lambda row: _("yes") if row.is_active else _("no"), key="is_active", phone="label"
        ),
    ]
    ordering = ["name"]
    actions = [
        Action(_("Why this price"), "pricing:price_explain", permission="pricing.view_pricerule"),
        Action(_("Tax rates"), "pricing:taxrate_list", permission="pricing.view_taxrate"),
        NEW_LIST,
    ]
    export_permission = "pricing.view_pricelist"
    empty = _("Products sell at their own list price until there is a list.")
    empty_action = NEW_LIST

    def get_queryset(self) -> QuerySet[Any]:
        today = timezone.localdate()
        seen = PriceRule.objects.visible_to(self.request.user).valid(on=today)
        count = Count("rules", filter=Q(rules__in=seen))
        return super().get_queryset().select_related("segment").annotate(prices=count)


class PriceListDetail(ListScreen):
    model = PriceRule
    queryset = PriceRule.objects.select_related("product", "customer", "price_list")
    permission_required = "pricing.view_pricerule"
    columns = [
        Column(_("Product"), "product.name", sub="product.sku", order="product__name", phone="title"),
        Column(_("SKU"), "product.sku", kind="code", key="sku", hidden=True),
        Column(_("From pieces"), "min_quantity", kind="number", phone="label"),
        Column(_("Price"), "unit_price", kind="price", currency="price_list.currency", phone="figure"),
        Column(_("Only for"), "customer.name", phone="label"),
        Column(_("Customer code"), "customer.code", kind="code", key="customer_code", hidden=True),
        Column(_("First day"), "valid_from", kind="date", order="valid_from"),
        Column(_("Last day"), "valid_to", kind="date", order="valid_to", phone="label"),
        Column(
            _("Action"),
            lambda rule: rule.valid_to is None or rule.valid_to > timezone.localdate(),
            key="action",
            template="pricing/_end_link.html",
            permission="pricing.change_pricerule",
            phone="show",
            file=False,
        ),
    ]
    ordering = ["product__name", "product", "min_quantity"]
    search_hint = _("Product, SKU, customer…")
    tabs = [
        Tab("live", _("Now and later"), lambda rows, user: _live(rows)),
        Tab("now", _("Valid now"), lambda rows, user: rows.valid(on=timezone.localdate())),
        Tab("later", _("Later"), lambda rows, user: rows.filter(valid_from__gt=timezone.localdate())),
        Tab("ended", _("Ended"), lambda rows, user: rows.filter(valid_to__lt=timezone.localdate())),
        Tab("all", _("All")),
    ]
    filterset_class = PriceRuleFilter
    template_name = "pricing/list_detail.html"
    export_permission = "pricing.view_pricerule"
    empty = _("No prices in this list. Products sell at the next level's price.")
    crumbs = [LISTS]

    @cached_property
    def price_list(self) -> PriceList:
        return get_object_or_404(PriceList.objects.select_related("segment"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(price_list=self.price_list, **kwargs)

    def get_title(self) -> str:
        return self.price_list.name

    @property
    def actions(self) -> Sequence[Action]:  # type: ignore[override]
        """Here, because it needs the list."""
        return [
            Action(
                _("Copy"), "pricing:pricelist_copy", (self.price_list.pk,), permission="pricing.add_pricelist"
            ),
            Action(
                _("Import"),
                "pricing:priceimport_upload",
                (self.price_list.pk,),
                permission="pricing.import_pricerule",
                icon="arrow-up-tray",
            ),
            Action(
                _("Change many"),
                href=f"{reverse('pricing:pricechange_new')}?price_list={self.price_list.pk}",
                permission="pricing.add_pricechange",
            ),
            Action(
                _("Set a price"),
                "pricing:price_set",
                (self.price_list.pk,),
                permission="pricing.add_pricerule",
                tone="primary",
                icon="plus",
            ),
        ]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(price_list=self.price_list)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(
            Q(product__name__icontains=text)
            | Q(product__sku__istartswith=text)
            | Q(customer__name__icontains=text)
        )


def _live(rules: Any) -> Any:
    return rules.not_ended(on=timezone.localdate())


class PriceListNew(FormScreen):
    permission_required = "pricing.add_pricelist"
    title = _("New price list")
    form_class = PriceListForm
    button = _("Create")
    success_message = _("The list is there. Set its prices.")
    crumbs = [LISTS]

    def get_initial(self) -> dict[str, Any]:
        return {"currency": settings.CURRENCY, **super().get_initial()}

    def perform(self, form: Any) -> PriceList:
        return operations.create_list(**form.cleaned_data, by=self.request.user)


class PriceListCopy(FormScreen):
    model = PriceList
    permission_required = "pricing.add_pricelist"
    title = _("Copy the list")
    form_class = CopyListForm
    button = _("Copy")
    success_message = _("Copied, with the prices for everybody that count from that day on.")
    crumbs = [LISTS]

    def perform(self, form: Any) -> PriceList:
        return operations.copy_list(self.object, **form.cleaned_data, by=self.request.user)
