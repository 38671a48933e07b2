"""Promotions and seasons, the prices of customers, files of prices."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.importing import preview
from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Tab
from core.tabular import open_table
from pricing import operations, queries
from pricing.forms import CustomerPriceFilter, PriceColumnsForm, PriceFileForm, PromotionForm
from pricing.models import PriceChange, PriceImport, PriceList, PriceRule

from .changes import PriceChangeNew
from .lists import LISTS

PROMOTIONS = Crumb(_("Promotions"), "pricing:promotion_list")
NEW = Action(
    _("New promotion"),
    "pricing:promotion_new",
    permission="pricing.add_pricechange",
    tone="primary",
    icon="plus",
)


def _today() -> Any:
    return timezone.localdate()


def _state(row: Any) -> str:
    if not row.is_active:
        return gettext("not in use")
    if row.running:
        return gettext("runs")
    if row.coming:
        return gettext("to come")
    return gettext("over") if row.products else gettext("empty")


class PromotionList(ListScreen):
    """Each promotion with its days, and whether it runs."""

    queryset = PriceList.objects.filter(kind=PriceList.Kind.PROMOTION)
    permission_required = "pricing.view_pricerule"
    title = _("Promotions and seasons")
    crumbs = [LISTS]
    columns = [
        Column(_("Promotion"), "name", link=True, order="name", phone="title"),
        Column(_("State"), _state, key="state", phone="show"),
        Column(_("First day"), "first_day", kind="date", phone="label"),
        Column(
            _("Last day"),
            lambda row: None if row.endless else row.last_day,
            key="last_day",
            kind="date",
            phone="label",
        ),
        Column(_("Products"), "products", kind="number", phone="figure"),
        Column(_("Prices now"), "running", kind="number"),
        Column(_("Currency"), "currency", hidden=True),
    ]
    ordering = ["name"]
    tabs = [
        Tab("all", _("All")),
        Tab("running", _("Running"), lambda rows, user: rows.filter(running__gt=0, is_active=True)),
        Tab("coming", _("To come"), lambda rows, user: rows.filter(coming__gt=0, running=0, is_active=True)),
        Tab(
            "over",
            _("Over"),
            lambda rows, user: rows.filter(running=0, coming=0, last_day__lt=_today()),
        ),
    ]
    actions = [NEW]
    search_hint = _("Name…")
    export_permission = "pricing.view_pricerule"
    empty = _("No promotion yet. One is a price for a while, shown with what it does before it counts.")
    empty_action = NEW

    def get_queryset(self) -> QuerySet[Any]:
        return queries.with_runs(super().get_queryset(), on=_today())

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(name__icontains=text)


class PromotionNew(PriceChangeNew):
    """A draft of a promotion: its preview is that of any change of prices, with margins by right."""

    title = _("New promotion")
    form_class = PromotionForm
    crumbs = [LISTS, PROMOTIONS]

    def perform(self, form: Any) -> PriceChange:
        asked = form.cleaned_data
        plain = ("name", "starts_on", "ends_on", "method", "value", "ending", "direction", "reason")
        return operations.propose_promotion(
            products=form.products.values_list("pk", flat=True),
            **{name: asked[name] for name in plain},
            chosen=form.chosen,
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )


class CustomerPriceList(ListScreen):
    """What single customers pay by a price of their own, of the customers a person may see."""

    queryset = PriceRule.objects.filter(customer__isnull=False).select_related(
        "product", "customer", "price_list"
    )
    permission_required = ["pricing.view_pricerule", "customers.view_customer"]
    title = _("Customers' own prices")
    crumbs = [LISTS]
    columns = [
        Column(
            _("Customer"),
            "customer.name",
            sub="customer.code",
            order="customer__name",
            phone="title",
            link=lambda rule: rule.customer.get_absolute_url(),
        ),
        Column(_("Product"), "product.name", sub="product.sku", order="product__name", phone="show"),
        Column(_("From pieces"), "min_quantity", kind="number", phone="label"),
        Column(_("Price"), "unit_price", kind="price", currency="price_list.currency", phone="figure"),
        Column(_("List price"), "product.list_price", kind="price", hidden=True),
        Column(_("First day"), "valid_from", kind="date"),
        Column(_("Last day"), "valid_to", kind="date", phone="label"),
        Column(_("List"), "price_list.name", hidden=True),
        Column(_("Margin, %"), "margin", kind="percent", key="margin", permission="inventory.view_cost"),
        Column(
            _("Action"),
            lambda rule: rule.valid_to is None or rule.valid_to > _today(),
            key="action",
            template="pricing/_end_link.html",
            permission="pricing.change_pricerule",
            phone="show",
            file=False,
        ),
    ]
    ordering = ["customer__name", "product__name", "pk"]
    search_hint = _("Customer, product, SKU…")
    filterset_class = CustomerPriceFilter
    tabs = [
        Tab("live", _("Now and later"), lambda rows, user: rows.not_ended(on=_today())),
        Tab("now", _("Valid now"), lambda rows, user: rows.valid(on=_today())),
        Tab("ended", _("Ended"), lambda rows, user: rows.filter(valid_to__lt=_today())),
        Tab("all", _("All")),
    ]
    export_permission = "pricing.view_pricerule"
    empty = _("No customer has a price of its own. Set one in any list, for that customer.")

    def get_queryset(self) -> QuerySet[Any]:
        return queries.with_margin(super().get_queryset())

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(
            Q(customer__name__icontains=text)
            | Q(customer__code__iexact=text)
            | Q(product__name__icontains=text)
            | Q(product__sku__istartswith=text)
        )


class PriceImportUpload(FormScreen):
    """A file of prices for one list."""

    permission_required = "pricing.import_pricerule"
    title = _("Import prices")
    form_class = PriceFileForm
    button = _("Next")

    @cached_property
    def price_list(self) -> PriceList:
        return get_object_or_404(PriceList, pk=self.kwargs["pk"])

    def get_crumbs(self) -> list[Crumb]:
        return [LISTS, Crumb(self.price_list.name, "pricing:pricelist_detail", (self.price_list.pk,))]

    def perform(self, form: PriceFileForm) -> PriceImport:
        return operations.accept_prices(
            self.price_list,
            form.cleaned_data["file"],
            by=self.request.user,
            at=timezone.now(),
            reference=f"form:{self.idempotency_key}",
        )


class PriceImportColumns(FormScreen):
    queryset = PriceImport.objects.select_related("price_list", "job")
    permission_required = "pricing.import_pricerule"
    title = _("Which column is what?")
    template_name = "pricing/import_columns.html"
    button = _("Import")
    crumbs = [LISTS]

    def get_form(self) -> PriceColumnsForm:
        with self.object.file.open("rb") as file, open_table(file.file, self.object.file_name) as table:
            self.preview = preview(table)
        return PriceColumnsForm(
            self.request.POST or None, headers=self.preview.headers, initial=self.object.mapping
        )

    def perform(self, form: PriceColumnsForm) -> PriceImport:
        return operations.start_price_import(
            self.object, form.mapping, by=self.request.user, at=timezone.now()
        )

    def success_url(self, result: PriceImport) -> str:
        return str(result.job.get_absolute_url() if result.job else result.price_list.get_absolute_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(preview=self.preview, **kwargs)
