"""Everything a customer bought, and its habits."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.screens import Column, Crumb, ListScreen, PanelScreen, Tab
from credit.models import Payment
from credit.states import Word
from customers.models import Customer
from customers.models.choices import DeliveryMethod
from orders.models import Purchase
from orders.queries.purchases import habits, season_chart

LATEST = 10
Status = Purchase.Status


def paid_by(row: Purchase) -> str:
    """The ways its invoice was paid, in words."""
    labels = dict(Payment.Method.choices)
    return ", ".join(str(labels.get(method, method)) for method in row.paid_by.split(", ") if method)


def delivery(row: Purchase) -> str:
    return str(dict(DeliveryMethod.choices).get(row.delivery_method, row.delivery_method))


def return_status(row: Purchase) -> str:
    if not row.returned:
        return ""
    said = {"returned": row.returned, "pieces": row.quantity}
    return gettext_now("%(returned)d of %(pieces)d returned") % said


def status_word(row: Purchase) -> Any:
    tones = {Status.COMPLETED: "good", Status.PENDING: "info", Status.RETURNED: "warn"}
    return Word(row.get_status_display(), tones.get(Status(row.status), ""))


class PurchaseFilter(filters.FilterSet):
    bought = filters.DateFromToRangeFilter(field_name="at", label=_("Bought"))
    status = filters.ChoiceFilter(label=_("Status"), choices=Status.choices)
    came_back = filters.BooleanFilter(
        label=_("Something came back"),
        field_name="returned",
        lookup_expr="gt",
        method="only_returned",
        widget=forms.CheckboxInput,
    )

    class Meta:
        model = Purchase
        fields: list[str] = []

    def only_returned(self, rows: QuerySet[Any], name: str, wanted: bool) -> QuerySet[Any]:
        return rows.filter(returned__gt=0) if wanted else rows


class PurchaseList(ListScreen):
    """Every line one customer bought, the newest first."""

    permission_required = "orders.view_order"
    columns = [
        Column(_("Product"), "description", link=True, sub="sku", phone="title"),
        Column(_("Order"), "document", kind="code", order="document", phone="label"),
        Column(_("Bought"), "at", kind="moment", order="at", phone="label"),
        Column(_("Pieces"), "quantity", kind="number", order="quantity"),
        Column(_("Price"), "unit_price", kind="price"),
        Column(_("Discount"), "discount", kind="money", currency="currency", hidden=True),
        Column(_("Tax"), "tax", kind="money", currency="currency", hidden=True),
        Column(_("Total"), "gross", kind="money", currency="currency", order="gross", phone="figure"),
        Column(_("Status"), status_word, kind="status", phone="show"),
        Column(_("Returned"), return_status),
        Column(_("Paid by"), paid_by),
        Column(_("Delivery"), delivery),
        Column(_("SKU"), "sku", kind="code", hidden=True),
        Column(_("Remarks"), "remarks", hidden=True),
    ]
    ordering = ["-at"]
    search_hint = _("Product, SKU, order…")
    filterset_class = PurchaseFilter
    tabs = [
        Tab("all", _("All")),
        Tab("completed", _("Completed"), lambda rows, user: rows.filter(status=Status.COMPLETED)),
        Tab("pending", _("Pending"), lambda rows, user: rows.filter(status=Status.PENDING)),
        Tab("returned", _("Returned"), lambda rows, user: rows.filter(returned__gt=0)),
        Tab("cancelled", _("Cancelled"), lambda rows, user: rows.filter(status=Status.CANCELLED)),
    ]
    export_permission = "orders.view_order"
    empty = _("Nothing bought yet.")

    @cached_property
    def customer(self) -> Any:
        return get_object_or_404(Customer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{_('Purchases')}: {self.customer}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(self.customer.name, "customers:customer_detail", (self.customer.pk,))]

    def get_queryset(self) -> QuerySet[Any]:
        return Purchase.objects.filter(customer=self.customer).select_related("order", "invoice")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(
            Q(description__icontains=text) | Q(sku__icontains=text) | Q(document__iendswith=text)
        )


class PurchasesPanel(PanelScreen):
    """What a customer buys, on its page: sums, what it buys most, when in the year, the latest lines."""

    model = Customer
    permission_required = "orders.view_order"
    template_name = "orders/purchases_panel.html"
    title = _("Purchases")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        known = habits(customer, at=timezone.now())
        latest = (
            Purchase.objects.filter(customer=customer)
            .select_related("order", "invoice")
            .order_by("-at", "-pk")
        )
        return super().get_context_data(
            customer=customer,
            habits=known,
            chart=season_chart(known, gettext_now("Bought in a usual month")),
            latest=[(row, status_word(row), return_status(row)) for row in latest[:LATEST]],
            **kwargs,
        )
