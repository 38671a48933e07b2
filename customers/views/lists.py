"""The list of customers."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.screens import Action, Column, ListScreen, Tab
from customers import queries
from customers.forms import CustomerFilter
from customers.models import Customer
from customers.models.choices import Status

from .bulk import CUSTOMER_ACTIONS

ADD = Action(
    _("New customer"),
    "customers:customer_add",
    permission="customers.add_customer",
    tone="primary",
    icon="plus",
)


def with_city(rows: Any) -> Any:
    return rows.annotate(city=queries.city())


def with_representative(rows: Any) -> Any:
    return rows.select_related("representative")


class CustomerList(ListScreen):
    model = Customer
    permission_required = "customers.view_customer"
    title = _("Customers")
    columns = [
        Column(_("Customer"), "name", link=True, sub="code", order="name", phone="title"),
        Column(_("Phone"), "phone", kind="phone", phone="show"),
        Column(_("City"), "city", load=with_city, phone="show"),
        Column(_("Type"), "get_kind_display"),
        Column(_("Status"), "status", kind="status", phone="show"),
        Column(_("Orders"), "figures.orders", kind="number"),
        Column(_("Spent"), "figures.spent", kind="money", currency="currency", phone="figure"),
        Column(_("Last purchase"), "figures.last_purchase_on", kind="ago", phone="label"),
        Column(_("Representative"), "representative.name", load=with_representative),
        Column(_("Code"), "code", kind="code", order="pk", hidden=True),
        Column(_("Added"), "created_at", kind="date", order="created_at", hidden=True),
        Column(_("Account number"), "account_number", hidden=True),
        Column(_("E-mail"), "email", hidden=True),
        Column(_("WhatsApp number"), "whatsapp", kind="phone", hidden=True),
        Column(_("Language"), "get_language_display", hidden=True),
        Column(_("First purchase"), "figures.first_purchase_on", kind="date", hidden=True),
        Column(_("Returns"), "figures.returns", kind="number", hidden=True),
        Column(_("Average order"), "figures.average_order", kind="money", currency="currency", hidden=True),
        Column(_("Delivery"), "get_delivery_method_display", hidden=True),
        Column(_("Industry"), "industry", hidden=True),
    ]
    ordering = ["name"]
    search_hint = _("Name, shop, code, phone, e-mail…")
    filterset_class = CustomerFilter
    tabs = [
        Tab("all", _("All")),
        Tab("mine", _("Mine"), lambda rows, user: rows.filter(representative=user)),
        Tab(
            "stopped",
            _("Can't order"),
            lambda rows, user: rows.filter(status__in=[Status.BLOCKED, Status.BLACKLISTED]),
        ),
    ]
    bulk = CUSTOMER_ACTIONS
    actions = [ADD]
    edit = Action(_("Change"), "customers:customer_change", permission="customers.change_customer")
    export_permission = "customers.view_customer"
    empty = _("No customers yet. The first one takes a minute.")
    empty_action = ADD

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("figures")

    def search(self, rows: Any, text: str) -> QuerySet[Any]:
        return queries.narrow(rows, text)
