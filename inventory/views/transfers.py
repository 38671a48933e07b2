"""Transfers: goods are scanned or searched, counted, and carried to another location under one number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, Figure, FormScreen, ListScreen, RecordScreen, Screen
from core.templatetags.figures import moment
from inventory import operations, slips
from inventory.forms import CarryForm, TransferFilter, TransferForm
from inventory.models import Location, Product, StockTransfer, StockTransferLine

from .products import STOCK
from .receiving import GoodsReceive

TRANSFERS = Crumb(_("Transfers"), "inventory:transfer_list")
NEW = Action(
    _("New transfer"),
    "inventory:transfer_new",
    permission="inventory.transfer_stock",
    tone="primary",
    icon="plus",
)
WHOLE = StockTransfer.objects.select_related("source", "destination", "by")


def _of_lines(figure: Any) -> Subquery:
    lines = StockTransferLine.objects.filter(transfer=OuterRef("pk")).order_by().values("transfer")
    return Subquery(lines.annotate(figure=figure).values("figure"))


class TransferList(ListScreen):
    permission_required = "inventory.view_stocktransfer"
    title = _("Transfers")
    crumbs = [STOCK]
    queryset = WHOLE.annotate(products=_of_lines(Count("pk")), pieces=_of_lines(Sum("quantity")))
    columns = [
        Column(_("Transfer"), "number", kind="code", link=True, sub="reason", phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("From"), "source.name", phone="show"),
        Column(_("To"), "destination.name", phone="show"),
        Column(_("Products"), "products", kind="number"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("By"), "by.name"),
    ]
    ordering = ["-at"]
    search_hint = _("Number, reason, SKU…")
    filterset_class = TransferFilter
    actions = [NEW]
    export_permission = "inventory.view_stocktransfer"
    empty = _("Nothing has been carried from one location to another yet.")
    empty_action = NEW

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        of_product = StockTransferLine.objects.filter(product__sku__iexact=text).values("transfer")
        return (
            rows.filter(number__icontains=text)
            | rows.filter(reason__icontains=text)
            | rows.filter(pk__in=of_product)
        )


class TransferDetail(RecordScreen):
    queryset = WHOLE.prefetch_related("lines__product")
    permission_required = "inventory.view_stocktransfer"
    template_name = "inventory/transfer_detail.html"
    crumbs = [STOCK, TRANSFERS]
    context_object_name = "transfer"
    attachments = "inventory.transfer_stock"

    def subtitle(self, obj: StockTransfer) -> str:
        return f"{obj.source} → {obj.destination}"

    def figures(self, obj: StockTransfer) -> Sequence[Figure]:
        lines = obj.lines.all()
        return [
            Figure(_("Pieces"), sum(line.quantity for line in lines), kind="number"),
            Figure(_("Products"), len(lines), kind="number"),
        ]

    def actions(self, obj: StockTransfer) -> Sequence[Action]:
        return [Action(_("Slip"), "inventory:transfer_pdf", (obj.pk,), icon="document-arrow-down")]

    def details(self, obj: StockTransfer) -> dict[str, Any]:
        return {
            "transfer": [
                (_("From"), obj.source),
                (_("To"), obj.destination),
                (_("Why"), obj.reason),
                (_("Carried"), " · ".join(filter(None, [moment(obj.at), str(obj.by or "")]))),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(has_aside=True, **kwargs)


class TransferPdf(Screen):
    queryset = WHOLE
    permission_required = "inventory.view_stocktransfer"
    title = _("Transfer slip as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        transfer = self.get_object()
        return HttpResponse(
            slips.transfer_slip(transfer),
            content_type="application/pdf",
            headers={"Content-Disposition": f'inline; filename="{transfer.number}.pdf"'},
        )


class TransferNew(GoodsReceive):
    """The form of a receipt, with two places and no costs."""

    permission_required = "inventory.transfer_stock"
    title = _("Transfer goods")
    crumbs = [STOCK, TRANSFERS]
    lines_template_name = "inventory/_transfer_lines.html"
    form_class = CarryForm
    head = ("source", "destination", "reason")
    asked = ("product", "quantity")
    button = _("Transfer")
    success_message = _("Goods transferred.")

    def get_initial(self) -> dict[str, Any]:
        places = list(Location.objects.filter(is_active=True, kind=Location.Kind.SELLABLE))
        said = {name: self.request.GET.get(name) or None for name in self.head}
        found = {"source": places[0] if places else None, "destination": places[1] if places[1:] else None}
        return found | {name: value for name, value in said.items() if value}

    def perform(self, form: CarryForm) -> StockTransfer:
        return operations.transfer_goods(
            **form.cleaned_data, reference=self.idempotency_key, by=self.request.user, at=timezone.now()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"fields_template": "inventory/_transfer_fields.html"}


class StockTransferOne(FormScreen):
    """Pieces of one product, from its page."""

    model = Product
    permission_required = "inventory.transfer_stock"
    title = _("Transfer stock")
    crumbs = [STOCK]
    form_class = TransferForm
    button = _("Transfer")
    success_message = _("Stock transferred.")

    def perform(self, form: TransferForm) -> StockTransfer:
        values = form.cleaned_data
        return operations.transfer_goods(
            [(self.object.pk, values["quantity"])],
            source=values["source"],
            destination=values["destination"],
            reason=values["reason"],
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: StockTransfer) -> str:
        return str(self.object.get_absolute_url())
