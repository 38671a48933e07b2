"""Handing over in parts, the list of deliveries, and the papers that go with the goods."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, FormScreen, ListScreen, Screen, Tab
from credit.views.retailer import pdf_response
from customers.models import Customer
from orders import operations
from orders.forms.deliveries import DeliverForm, DeliveryFilter
from orders.models import Delivery, Order
from orders.slips import of_delivery, of_packing, of_pick_list, slip_pdf

from .lists import ORDERS
from .verbs import acting


class DeliveryList(ListScreen):
    queryset = Delivery.objects.select_related("order__customer", "invoice", "by").annotate(
        pieces=Sum("lines__pieces")
    )
    permission_required = "orders.view_delivery"
    title = _("Deliveries")
    crumbs = [ORDERS]
    columns = [
        Column(_("Delivery"), "number", kind="code", link=True, sub="order.customer.name", phone="title"),
        Column(_("Delivered"), "at", kind="moment", order="at", phone="label"),
        Column(_("Order"), "order.code", kind="code", phone="show"),
        Column(_("Pieces"), "pieces", kind="number", phone="figure"),
        Column(_("Invoice"), "invoice.number", kind="code"),
        Column(
            _("The shop says it arrived"),
            "confirmation.at",
            kind="ago",
            load=lambda rows: rows.select_related("confirmation"),
        ),
        Column(_("Handed over by"), "by.name", hidden=True),
        Column(_("Customer"), "order.customer.name", hidden=True),
        Column(_("Phone"), "order.customer.phone", kind="phone", hidden=True),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["-at"]
    search_hint = _("Delivery, order, shop, phone…")
    filterset_class = DeliveryFilter
    tabs = [
        Tab("all", _("All")),
        Tab("unconfirmed", _("Not confirmed"), lambda rows, user: rows.filter(confirmation=None)),
    ]
    export_permission = "orders.view_delivery"
    empty = _("Nothing was delivered yet. Orders are delivered on their own page.")
    empty_action = Action(_("Orders"), "orders:order_list", permission="orders.view_order")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        shops = Customer.objects.search(text).order_by().values_list("pk", flat=True)
        typed = text.upper()
        return rows.filter(Q(number__endswith=typed) | Q(order__code=typed) | Q(order__customer__in=shops))


class OrderDeliverPart(FormScreen):
    """So many pieces of each line go now."""

    queryset = Order.objects.select_related("customer")
    permission_required = "orders.deliver_order"
    template_name = "orders/deliver_part.html"
    title = _("Deliver a part")
    button = _("Deliver these pieces")
    crumbs = [ORDERS]
    form_class = DeliverForm

    def get_form_kwargs(self) -> dict[str, Any]:
        rows = self.object.lines.filter(reserved__gt=0).select_related("product").order_by("position")
        return {**super().get_form_kwargs(), "lines": list(rows)}

    def perform(self, form: DeliverForm) -> Order:
        return operations.deliver_order(
            self.object,
            pieces=form.pieces(),
            put_back=form.put_back(),
            reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"],
            **acting(self.request),
        )

    def get_success_message(self, result: Order) -> str:
        delivery = result.deliveries.order_by("-pk").first()
        return gettext("Delivered with slip %(number)s.") % {"number": delivery.number if delivery else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            order=self.object, fields_template="orders/_deliver_part_fields.html", **kwargs
        )


class DeliverySlip(Screen):
    queryset = Delivery.objects.select_related("order__customer", "order__location")
    permission_required = "orders.view_delivery"
    title = _("Packing slip")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        delivery = self.get_object()
        return pdf_response(slip_pdf(of_delivery(delivery)), delivery.number)


class OrderPackingSlip(Screen):
    """What is ready to go now, to put into the box."""

    queryset = Order.objects.select_related("customer", "location")
    permission_required = "orders.view_order"
    title = _("Packing slip")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        order = self.get_object()
        return pdf_response(slip_pdf(of_packing(order)), f"{order.code}-packing")


class OrderPickList(Screen):
    queryset = Order.objects.select_related("customer", "location")
    permission_required = "orders.view_order"
    title = _("Pick list")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        order = self.get_object()
        return pdf_response(slip_pdf(of_pick_list([order])), f"{order.code}-pick")
