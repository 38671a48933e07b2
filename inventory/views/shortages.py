"""What is short, and who hears of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Screen, Tab
from inventory import operations, queries
from inventory.forms.shortages import NewReaderForm, ShortageFilter, ShortageReaderForm
from inventory.models import Product, ShortageReader
from inventory.operations.shortage_report import as_pdf
from inventory.queries.shortage_report import report_lines
from inventory.queries.shortages import shortages, who_waits

from .ordering import ORDER_THESE
from .products import STOCK

SHORTAGES = Crumb(_("Shortages"), "inventory:shortage_list")


class ShortageList(ListScreen):
    permission_required = "inventory.view_shortage"
    title = _("Shortages")
    crumbs = [STOCK]
    columns = [
        Column(_("Product"), "product.name", link=True, sub="product.sku", order="product__name", phone="title"),
        Column(_("Short since"), "since", kind="ago", order="since", phone="label"),
        Column(_("Available"), "available", kind="number", phone="label"),
        Column(_("Waited for"), "backordered", kind="number", order="backordered", phone="figure"),
        Column(_("On its way"), "incoming", kind="number", order="incoming", phone="label"),
        Column(_("Projected"), "projected", kind="number", phone="figure"),
        Column(_("Reorder point"), "product.reorder_point", kind="number", hidden=True),
        Column(_("Who waits"), who_waits, phone="show"),
        Column(_("Waits since"), "waits_since", kind="ago", hidden=True),
        Column(_("Expected"), "coming_on", kind="date", phone="label"),
        Column(_("Late"), "late", kind="number", hidden=True),
        Column(_("Lost in 30 days"), "lost", kind="number", order="lost", hidden=True),
        Column(_("Order"), "suggested", kind="number", phone="label"),
        Column(_("From"), "supplier_name", phone="label"),
        Column(_("Category"), "product.category.path", hidden=True),
        Column(_("Brand"), "product.brand.name", hidden=True),
    ]  # fmt: skip
    ordering = ["since", "product_id"]
    search_hint = _("Name or SKU…")
    filterset_class = ShortageFilter
    tabs = [
        Tab("all", _("All")),
        Tab("order", _("To order"), lambda rows, user: rows.filter(uncovered_since__isnull=False)),
        Tab("waited", _("Customers wait"), lambda rows, user: rows.filter(backordered__gt=0)),
        Tab("coming", _("On its way"), lambda rows, user: rows.filter(uncovered_since__isnull=True)),
        Tab("late", _("Late"), lambda rows, user: rows.filter(late__gt=0)),
    ]
    actions = [
        Action(
            _("PDF"), "inventory:shortage_pdf", permission="inventory.view_shortage", icon="document-text"
        ),
        Action(_("How I hear of it"), "inventory:shortage_reader_mine", permission="inventory.view_shortage"),
        Action(_("Who hears"), "inventory:shortage_reader_list", permission="inventory.view_shortagereader"),
    ]
    bulk = [ORDER_THESE]
    export_permission = "inventory.view_shortage"
    empty = _("Nothing is short: every product is above its reorder point, and nobody waits.")

    def get_queryset(self) -> QuerySet[Any]:
        return shortages(self.request.user)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        products = queries.narrow(Product.objects.all(), text)
        return rows.filter(product__in=products.values("pk"))


class ShortagePdf(Screen):
    """The list of now as a paper."""

    permission_required = "inventory.view_shortage"
    title = _("Shortages")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        now = timezone.now()
        response = HttpResponse(as_pdf(report_lines(request.user), at=now), content_type="application/pdf")
        day = timezone.localtime(now).date().isoformat()
        response["Content-Disposition"] = f'inline; filename="shortages-{day}.pdf"'
        return response


ADD_READER = Action(
    _("Add"),
    "inventory:shortage_reader_new",
    permission="inventory.change_shortagereader",
    tone="primary",
    icon="plus",
)


class ReaderList(ListScreen):
    """Who is told of shortages, and how."""

    queryset = ShortageReader.objects.select_related("user")
    permission_required = "inventory.view_shortagereader"
    title = _("Who hears of shortages")
    crumbs = [STOCK, SHORTAGES]
    columns = [
        Column(_("Who"), "user.name", link=True, sub="user.email", order="user__name", phone="title"),
        Column(_("Alert: bell"), "alert_by_bell", phone="label"),
        Column(_("Alert: e-mail"), "alert_by_email", phone="label"),
        Column(_("Report: bell"), "report_by_bell", phone="label"),
        Column(_("Report: e-mail"), "report_by_email", phone="label"),
        Column(_("Report: WhatsApp"), "report_by_whatsapp", phone="label"),
    ]
    ordering = ["user__name"]
    actions = [ADD_READER]
    empty_action = ADD_READER
    empty = _("Nobody is set up: who may see shortages is told of low stock by the bell.")


class ReaderAdd(FormScreen):
    form_class = NewReaderForm
    permission_required = "inventory.change_shortagereader"
    title = _("Who hears of shortages")
    crumbs = [STOCK, SHORTAGES]
    button = _("Save")
    success_message = _("Kept.")

    def perform(self, form: Any) -> ShortageReader:
        return operations.set_reader(form.cleaned_data.pop("user"), **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return "/stock/shortages/people/"


class ReaderChange(FormScreen):
    model = ShortageReader
    form_class = ShortageReaderForm
    permission_required = "inventory.change_shortagereader"
    title = _("How to hear of shortages")
    crumbs = [STOCK, SHORTAGES]
    button = _("Save")
    success_message = _("Kept.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": self.object}

    def perform(self, form: Any) -> ShortageReader:
        return operations.set_reader(self.object.user, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return "/stock/shortages/people/"


class ReaderMine(FormScreen):
    """How the person who is logged in hears of shortages."""

    form_class = ShortageReaderForm
    permission_required = "inventory.view_shortage"
    title = _("How I hear of shortages")
    crumbs = [STOCK, SHORTAGES]
    button = _("Save")
    success_message = _("Kept.")

    def get_form_kwargs(self) -> dict[str, Any]:
        mine = ShortageReader.objects.filter(user=self.request.user.pk).first()
        return super().get_form_kwargs() | {"instance": mine}

    def perform(self, form: Any) -> ShortageReader:
        return operations.set_reader(self.request.user, **form.cleaned_data)

    def success_url(self, result: Any) -> str:
        return "/stock/shortages/"
