"""Who waits for goods, and whose turn it is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Tab
from inventory.models import Product
from inventory.queries import narrow
from orders import operations
from orders.forms.backorders import BackorderFilter, PriorityForm
from orders.models import Order
from orders.queries.backorders import IN_TURN, expected_in_words, waiting_lines

from .verbs import ORDERS, acting

QUEUE = Crumb(_("Backorders"), "orders:backorder_queue")


class BackorderQueue(ListScreen):
    """Every line that waits, who is served first on top."""

    permission_required = "orders.view_backorderqueue"
    title = _("Backorders")
    crumbs = [ORDERS]
    columns = [
        Column(
            _("Customer"),
            "order.customer.name",
            link=lambda line: line.order.get_absolute_url(),
            sub="order.code",
            phone="title",
        ),
        Column(
            _("Product"),
            "product.name",
            link=lambda line: line.product.get_absolute_url(),
            sub="product.sku",
            phone="show",
        ),
        Column(_("Waits for"), "backordered", kind="number", order="backordered", phone="figure"),
        Column(_("Of"), "quantity", kind="number"),
        Column(_("Priority"), "order.priority", kind="number", order="order__priority", phone="label"),
        Column(_("Waits"), "order.confirmed_at", kind="ago", order="order__confirmed_at", phone="label"),
        Column(_("Expected"), expected_in_words, key="expected", phone="show"),
        Column(_("Told"), "backorder.told_on", kind="date", phone="label"),
        Column(_("Location"), "order.location.name", hidden=True),
        Column(_("Turn"), key="turn", template="orders/_turn.html", phone="show", file=False),
    ]
    ordering = IN_TURN
    search_hint = _("Product, SKU…")
    filterset_class = BackorderFilter
    tabs = [
        Tab("all", _("All")),
        Tab("coming", _("On order"), lambda rows, user: rows.filter(backorder__ordered=True)),
        Tab("unordered", _("Not ordered"), lambda rows, user: rows.exclude(backorder__ordered=True)),
        Tab("urgent", _("Urgent"), lambda rows, user: rows.filter(order__priority__lt=5)),
    ]
    export_permission = "orders.view_backorderqueue"
    empty = _("Nobody waits: every confirmed piece is here or was handed over.")
    actions = [Action(_("Shortages"), "inventory:shortage_list", permission="inventory.view_shortage")]

    def get_queryset(self) -> QuerySet[Any]:
        return waiting_lines(self.request.user)

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        found = narrow(Product.objects.all(), text).values("pk")
        return rows.filter(product__in=found) | rows.filter(order__code__iexact=text)


class OrderPrioritise(FormScreen):
    queryset = Order.objects.select_related("customer")
    permission_required = "orders.prioritise_order"
    form_class = PriorityForm
    title = _("Change the priority")
    button = _("Change")
    crumbs = [ORDERS, QUEUE]
    success_message = _("The queue goes by the new priority.")

    def get_initial(self) -> dict[str, Any]:
        return {"priority": self.object.priority}

    def perform(self, form: Any) -> Order:
        return operations.prioritise_order(self.object, **form.cleaned_data, **acting(self.request))

    def success_url(self, result: Any) -> str:
        return reverse("orders:backorder_queue")
