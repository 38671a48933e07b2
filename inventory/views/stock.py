"""Goods that came, went, or lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.money import ZERO, round_money
from core.screens import Action, Column, Crumb, Figure, ListScreen, RecordScreen
from core.templatetags.figures import moment
from inventory.forms import StockMoveFilter
from inventory.models import GoodsReceipt, GoodsReceiptLine, StockMove

from .products import STOCK

RECEIPTS = Crumb(_("Goods receipts"), "inventory:receipt_list")
RECEIVE = Action(
    _("Receive goods"),
    "inventory:goods_receive",
    permission="inventory.receive_goods",
    tone="primary",
    icon="plus",
)


class StockMoveList(ListScreen):
    model = StockMove
    permission_required = "inventory.view_stockmove"
    title = _("Stock moves")
    crumbs = [STOCK]
    queryset = StockMove.objects.select_related("product", "location", "by")
    columns = [
        Column(_("Product"), "product.name", link=lambda move: move.product.get_absolute_url(), sub="product.sku",
               phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("Kind"), "kind", kind="status", phone="show"),
        Column(_("Location"), "location.name", phone="show"),
        Column(_("Pieces"), "quantity", kind="number", phone="figure"),
        Column(_("Cost"), "unit_cost", kind="price", permission="inventory.view_cost"),
        Column(_("Document"), "document", kind="code"),
        Column(_("Reason"), "reason"),
        Column(_("By"), "by.name"),
    ]  # fmt: skip
    ordering = ["-at"]
    search_hint = _("Document or SKU…")
    filterset_class = StockMoveFilter
    export_permission = "inventory.view_stockmove"
    empty = _("Nothing has moved yet.")
    empty_action = RECEIVE

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(document__iexact=text) | rows.filter(product__sku__iexact=text)


def _of_lines(figure: Any) -> Subquery:
    """A figure of a receipt's lines, made for the rows of a page only: a join would group all receipts there are."""
    lines = GoodsReceiptLine.objects.filter(receipt=OuterRef("pk")).order_by().values("receipt")
    return Subquery(lines.annotate(figure=figure).values("figure"))


class GoodsReceiptList(ListScreen):
    model = GoodsReceipt
    permission_required = "inventory.view_goodsreceipt"
    title = _("Goods receipts")
    crumbs = [STOCK]
    queryset = GoodsReceipt.objects.select_related("location", "by", "supplier").annotate(
        products=_of_lines(Count("pk")), pieces=_of_lines(Sum("quantity"))
    )
    columns = [
        Column(_("Receipt"), "number", kind="code", link=True, sub="supplier.name", phone="title"),
        Column(_("When"), "at", kind="moment", order="at", phone="show"),
        Column(_("Location"), "location.name", phone="show"),
        Column(_("Supplier's document"), "document"),
        Column(_("Products"), "products", kind="number"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("By"), "by.name"),
    ]
    ordering = ["-at"]
    search_hint = _("Number, supplier, document…")
    actions = [RECEIVE]
    export_permission = "inventory.view_goodsreceipt"
    empty = _("Nothing has been received yet.")
    empty_action = RECEIVE

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return (
            rows.filter(number__icontains=text)
            | rows.filter(supplier__name__icontains=text)
            | rows.filter(document__icontains=text)
        )


class GoodsReceiptDetail(RecordScreen):
    model = GoodsReceipt
    permission_required = "inventory.view_goodsreceipt"
    template_name = "inventory/receipt_detail.html"
    crumbs = [STOCK, RECEIPTS]
    context_object_name = "receipt"
    queryset = GoodsReceipt.objects.select_related("location", "by", "supplier").prefetch_related(
        "lines__product"
    )
    attachments = "inventory.receive_goods"
    panels = ["inventory:receipt_cost_panel"]

    def subtitle(self, obj: Any) -> str:
        return " · ".join(filter(None, [str(obj.supplier or ""), obj.document, obj.location.name]))

    def figures(self, obj: Any) -> Sequence[Figure]:
        lines = obj.lines.all()
        user: Any = self.request.user
        figures = [
            Figure(_("Pieces"), sum(line.quantity for line in lines), kind="number"),
            Figure(_("Products"), len(lines), kind="number"),
        ]
        if user.has_perm("inventory.view_cost"):
            cost = round_money(sum((line.quantity * line.unit_cost for line in lines), ZERO))
            figures.append(Figure(_("Cost"), cost, kind="money", currency=settings.CURRENCY))
        return figures

    def actions(self, obj: Any) -> Sequence[Action]:
        return [
            Action(
                _("Labels"),
                permission="inventory.print_labels",
                icon="printer",
                href=f"{reverse('inventory:labels')}?receipt={obj.pk}",
            ),
            Action(
                _("Add a charge"),
                "inventory:receipt_charge",
                (obj.pk,),
                permission="inventory.charge_receipt",
                icon="plus",
                ask=True,
            ),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        return {
            "receipt": [
                (_("Where to"), obj.location),
                (_("Supplier"), obj.supplier),
                (_("Supplier's document"), obj.document),
                (_("Received"), " · ".join(filter(None, [moment(obj.at), str(obj.by or "")]))),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(has_aside=True, **kwargs)
