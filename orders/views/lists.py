"""Orders beside each other: the list, the hold queue, a customer's orders."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, Crumb, ListScreen, PanelScreen, Tab
from customers.models import Customer
from orders import queries
from orders.forms import OrderFilter
from orders.models import Order, Status

from .bulk import HOLD_ACTIONS, ORDER_ACTIONS

ORDERS = Crumb(_("Orders"), "orders:order_list")
NEW_ORDER = Action(
    _("New order"), "orders:order_add", permission="orders.add_order", tone="primary", icon="plus"
)
CHANGE = Action(_("Change"), "orders:order_change", permission="orders.change_order")
RECENT = 8


def with_people(rows: Any) -> Any:
    """The orders with who wrote, confirmed and looks after them."""
    return rows.select_related("created_by", "confirmed_by", "customer__representative")


def _of(*statuses: str) -> Any:
    return lambda rows, user: rows.filter(status__in=statuses)


class OrderList(ListScreen):
    queryset = Order.objects.select_related("customer")
    permission_required = "orders.view_order"
    title = _("Orders")
    columns = [
        Column(_("Order"), "code", kind="code", link=True, sub="customer.name", order="pk", phone="title"),
        Column(_("Status"), "status", kind="status", phone="show"),
        Column(_("Written"), "created_at", kind="ago", order="created_at", phone="label"),
        Column(_("Confirmed"), "confirmed_at", kind="ago"),
        Column(_("Customer's reference"), "customer_reference"),
        Column(_("Total"), "total", kind="money", currency="currency", order="total", phone="figure"),
        Column(_("Customer"), "customer.name", hidden=True),
        Column(_("Phone"), "customer.phone", kind="phone", hidden=True),
        Column(_("Representative"), "customer.representative.name", load=with_people, hidden=True),
        Column(_("Written by"), "created_by.name", load=with_people, hidden=True),
        Column(_("Confirmed by"), "confirmed_by.name", load=with_people, hidden=True),
        Column(_("Delivered"), "delivered_at", kind="ago", hidden=True),
        Column(_("Cancelled"), "cancelled_at", kind="ago", hidden=True),
        Column(_("Net"), "net", kind="money", currency="currency", hidden=True),
        Column(_("Tax"), "tax", kind="money", currency="currency", hidden=True),
        Column(_("Priority"), "priority", kind="number", hidden=True),
        Column(_("From"), "location.name", load=lambda rows: rows.select_related("location"), hidden=True),
        Column(_("Note"), "note", hidden=True),
        Column(_("Why below cost"), "below_cost_reason", hidden=True),
    ]
    ordering = ["-created_at"]
    search_hint = _("Order, shop, phone…")
    filterset_class = OrderFilter
    tabs = [
        Tab("all", _("All")),
        Tab("draft", _("Drafts"), _of(Status.DRAFT)),
        Tab("held", _("On hold"), _of(Status.CREDIT_HOLD)),
        Tab("backordered", _("Backordered"), _of(Status.BACKORDERED)),
        Tab("deliver", _("To deliver"), _of(Status.CONFIRMED, Status.BACKORDERED)),
        Tab("below_cost", _("Below cost"), lambda rows, user: rows.exclude(below_cost_reason="")),
    ]
    bulk = ORDER_ACTIONS
    actions = [NEW_ORDER]
    edit = CHANGE
    export_permission = "orders.view_order"
    empty = _("No orders yet. The first one takes a minute.")
    empty_action = NEW_ORDER

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.search_orders(rows, text)


class HoldQueue(ListScreen):
    queryset = Order.objects.held().select_related("customer", "credit_decision", "confirmed_by")
    permission_required = "orders.view_holdqueue"
    title = _("Credit holds")
    crumbs = [ORDERS]
    columns = [
        Column(_("Order"), "customer.name", link=True, sub="code", phone="title"),
        Column(_("Asked"), "total", kind="money", currency="currency", phone="figure"),
        Column(_("Asked by"), "confirmed_by", phone="label"),
        Column(_("Over by"), queries.over_by, kind="money", currency="currency", phone="label"),
        Column(_("Why"), queries.why_held, phone="show"),
        Column(_("To pay to release"), queries.to_pay, kind="money", currency="currency", phone="label"),
        Column(_("Waits"), "credit_decision.at", kind="ago", phone="label"),
        Column(_("Decide"), key="decide", template="orders/_hold_actions.html", phone="show", file=False),
    ]
    ordering = ["priority", "created_at"]
    search_hint = _("Order, shop, phone…")
    bulk = HOLD_ACTIONS
    export_permission = "orders.view_holdqueue"
    empty = _("No order waits for a decision on credit.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.search_orders(rows, text)


class CustomerPanel(PanelScreen):
    """The latest orders of one customer, on its page."""

    model = Customer
    permission_required = "orders.view_order"
    template_name = "orders/customer_panel.html"
    title = _("Orders")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        orders = Order.objects.filter(customer=customer).order_by("-created_at", "-pk")[:RECENT]
        all_url = f"{reverse('orders:order_list')}?customer={customer.pk}"
        return super().get_context_data(customer=customer, orders=orders, all_url=all_url, **kwargs)
