"""Goods that go back to suppliers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.screens import (
    Action,
    ActionScreen,
    Badge,
    Column,
    Crumb,
    Figure,
    FormScreen,
    ListScreen,
    RecordScreen,
    Screen,
    Tab,
)
from core.templatetags.figures import moment, status_tone
from inventory.forms.purchasing import ReturnForm, SettleForm
from inventory.models import Supplier, SupplierReturn, SupplierReturnLine
from inventory.operations.supplier_drafts import send_draft, take_off
from inventory.operations.supplier_returns import GoingBack, return_to_supplier, settle_return
from inventory.papers import return_pdf

from .products import STOCK
from .purchases import pdf

RETURNS = Crumb(_("Returns to suppliers"), "inventory:supplierreturn_list")
VIEW, COST = "inventory.view_supplierreturn", "inventory.view_cost"
NEW = Action(
    _("Send goods back"),
    "inventory:supplierreturn_add",
    permission="inventory.add_supplierreturn",
    tone="primary",
)


class ReturnFilter(filters.FilterSet):
    supplier = filters.ModelChoiceFilter(label=_("Supplier"), queryset=Supplier.objects.all())
    status = filters.MultipleChoiceFilter(label=_("Status"), choices=SupplierReturn.Status.choices)

    class Meta:
        model = SupplierReturn
        fields = ["supplier", "status"]


class SupplierReturnList(ListScreen):
    queryset = SupplierReturn.objects.select_related("supplier", "by")
    permission_required = VIEW
    title = _("Returns to suppliers")
    crumbs = [STOCK]
    columns = [
        Column(_("Return"), "number", kind="code", link=True, sub="supplier.name", phone="title"),
        Column(_("When"), "at", kind="date", order="at", phone="label"),
        Column(_("Status"), "status", kind="status", phone="show"),
        Column(_("We want"), "get_wanted_display"),
        Column(_("Credit expected"), "expected", kind="money", currency="currency", phone="figure", permission=COST),
        Column(_("Credit received"), "credited", kind="money", currency="currency", permission=COST),
        Column(_("Supplier's document"), "document"),
        Column(_("By"), "by.name", hidden=True),
    ]  # fmt: skip
    ordering = ["-at"]
    filterset_class = ReturnFilter
    search_hint = _("Number, supplier…")
    tabs = [
        Tab("waiting", _("Waiting"), lambda rows, user: rows.filter(status=SupplierReturn.Status.SENT)),
        Tab("draft", _("To be sent"), lambda rows, user: rows.filter(status=SupplierReturn.Status.DRAFT)),
        Tab("all", _("All")),
    ]
    actions = [NEW]
    export_permission = VIEW
    empty = _("Nothing has gone back yet.")
    empty_action = NEW

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(Q(number__icontains=text) | Q(supplier__name__icontains=text))


class SupplierReturnDetail(RecordScreen):
    queryset = SupplierReturn.objects.select_related("supplier", "receipt", "by", "replacement")
    permission_required = VIEW
    template_name = "inventory/supplierreturn_detail.html"
    crumbs = [STOCK, RETURNS]
    context_object_name = "going"
    attachments = "inventory.add_supplierreturn"

    def subtitle(self, obj: Any) -> str:
        return str(obj.supplier)

    def badges(self, obj: Any) -> Sequence[Badge]:
        return [Badge(obj.get_status_display(), status_tone(obj.status))]

    def figures(self, obj: Any) -> Sequence[Figure]:
        user: Any = self.request.user
        figures = [Figure(_("Pieces"), sum(line.quantity for line in obj.lines.all()), kind="number")]
        if user.has_perm(COST):
            figures.append(Figure(_("Credit expected"), obj.expected, kind="money", currency=obj.currency))
            if obj.credited is not None:
                figures.append(
                    Figure(_("Credit received"), obj.credited, kind="money", currency=obj.currency)
                )
        return figures

    def actions(self, obj: Any) -> Sequence[Any]:
        waits = obj.status == SupplierReturn.Status.SENT
        return [
            Action(
                _("Send back"),
                "inventory:supplierreturn_send",
                (obj.pk,),
                permission="inventory.add_supplierreturn",
                tone="primary",
                icon="truck",
                ask=True,
                post=True,
            )
            if obj.status == SupplierReturn.Status.DRAFT and obj.lines.all()
            else None,
            Action(
                _("What came of it"),
                "inventory:supplierreturn_settle",
                (obj.pk,),
                permission="inventory.settle_supplierreturn",
                tone="primary",
                ask=True,
            )
            if waits
            else None,
            Action(_("Print"), "inventory:supplierreturn_pdf", (obj.pk,), permission=COST, icon="printer"),
        ]

    def details(self, obj: Any) -> dict[str, Any]:
        return {
            "going": [
                (_("Supplier"), obj.supplier),
                (_("Goods receipt"), obj.receipt),
                (_("We want"), obj.get_wanted_display()),
                (_("Supplier's document"), obj.document),
                (
                    _("Begun") if obj.status == SupplierReturn.Status.DRAFT else _("Sent"),
                    " · ".join(filter(None, [moment(obj.at), str(obj.by or "")])),
                ),
                (_("Note"), obj.note),
            ]
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = self.object.lines.select_related("product", "location")
        user: Any = self.request.user
        takes_off = self.object.status == SupplierReturn.Status.DRAFT and user.has_perm(
            "inventory.add_supplierreturn"
        )
        return super().get_context_data(has_aside=True, lines=lines, takes_off=takes_off, **kwargs)


class SupplierReturnSend(ActionScreen):
    """What was collected for a supplier leaves the stock."""

    queryset = SupplierReturn.objects.select_related("supplier")
    permission_required = "inventory.add_supplierreturn"
    title = _("Send goods back")
    button = _("Send back")
    crumbs = [STOCK, RETURNS]
    success_message = _("The pieces have left the stock.")

    def question(self, obj: SupplierReturn) -> str:
        pieces = sum(obj.lines.values_list("quantity", flat=True))
        said = ngettext(
            "%(pieces)d piece leaves the stock for %(supplier)s.",
            "%(pieces)d pieces leave the stock for %(supplier)s.",
            pieces,
        )
        return said % {"pieces": pieces, "supplier": obj.supplier}

    def perform(self, obj: SupplierReturn) -> SupplierReturn:
        return send_draft(obj, by=self.request.user, at=timezone.now())


class SupplierReturnTakeOff(ActionScreen):
    """A line that is not to go back after all."""

    queryset = SupplierReturnLine.objects.select_related("supplier_return__supplier", "product", "location")
    permission_required = "inventory.add_supplierreturn"
    title = _("Take it off the return")
    button = _("Take off")
    crumbs = [STOCK, RETURNS]
    success_message = _("Taken off. The pieces stay where they lie.")

    def question(self, obj: SupplierReturnLine) -> str:
        return gettext("%(pieces)d × %(product)s stays at %(location)s.") % {
            "pieces": obj.quantity,
            "product": obj.product,
            "location": obj.location,
        }

    def record_url(self, obj: SupplierReturnLine) -> str:
        return obj.supplier_return.get_absolute_url()

    def perform(self, obj: SupplierReturnLine) -> SupplierReturn:
        return take_off(obj, by=self.request.user, at=timezone.now())


class SupplierReturnAdd(FormScreen):
    permission_required = "inventory.add_supplierreturn"
    title = _("Send goods back")
    crumbs = [STOCK, RETURNS]
    form_class = ReturnForm
    button = _("Send back")
    success_message = _("The pieces have left the stock.")

    def perform(self, form: ReturnForm) -> SupplierReturn:
        told = form.cleaned_data
        receipt = told["receipt"]
        line = receipt.lines.filter(product=told["code"]).order_by("-quantity").first() if receipt else None
        piece = GoingBack(
            told["code"].pk, told["location"].pk, told["quantity"], told["reason"], line.pk if line else None
        )
        return return_to_supplier(
            told["supplier"],
            [piece],
            wanted=told["wanted"],
            receipt=receipt,
            note=told["note"],
            reference=self.idempotency_key,
            by=self.request.user,
            at=timezone.now(),
        )


class SupplierReturnSettle(FormScreen):
    model = SupplierReturn
    permission_required = "inventory.settle_supplierreturn"
    title = _("What came of the return")
    crumbs = [STOCK, RETURNS]
    form_class = SettleForm
    button = _("Save")
    success_message = _("Saved.")

    def perform(self, form: SettleForm) -> SupplierReturn:
        told = form.cleaned_data
        return settle_return(
            self.object,
            told["status"],
            credited=told["credited"],
            document=told["document"],
            at=timezone.now(),
        )


class SupplierReturnPdf(Screen):
    queryset = SupplierReturn.objects.select_related("supplier")
    permission_required = (VIEW, COST)
    title = _("Return to a supplier as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        going = self.get_object()
        return pdf(return_pdf(going), going.number)
