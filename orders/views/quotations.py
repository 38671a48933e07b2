"""Quotations and proforma invoices: the list, issuing one, its paper, sending it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.forms import DateField
from core.money import format_money
from core.screens import Action, ActionScreen, Column, FormScreen, ListScreen, Screen, Tab
from credit.models import RetailerLink
from credit.views.retailer import ByLink, closed, pdf_response
from customers.models import Customer
from orders.models import Order, Quotation
from orders.operations.quotations import issue_quotation, send_quotation
from orders.papers import quotation_pdf

from .lists import ORDERS

WITH_CUSTOMER = Quotation.objects.select_related("order__customer")
USUAL = dt.timedelta(days=14)
"""How long prices are promised when nobody says otherwise."""


class QuotationFilter(filters.FilterSet):
    issued = filters.DateFromToRangeFilter(field_name="issued_on", label=_("Issued"))
    kind = filters.ChoiceFilter(choices=Quotation.Kind.choices, label=_("Kind"))
    customer = filters.NumberFilter(
        field_name="order__customer", label=_("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Quotation
        fields: list[str] = []


class QuotationForm(forms.Form):
    """Which paper, how long it holds, and a word with it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Quotation.Kind.choices)
    valid_until = DateField(label=_("Valid until"), near="future")
    note = forms.CharField(
        label=_("Note"), max_length=300, required=False, help_text=_("Printed on the paper.")
    )


class QuotationList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "orders.view_quotation"
    title = _("Quotations")
    crumbs = [ORDERS]
    columns = [
        Column(_("Number"), "number", kind="code", link=True, sub="order.customer.name", phone="title"),
        Column(_("Kind"), "get_kind_display", phone="show"),
        Column(_("Issued"), "issued_on", kind="date", order="issued_on", phone="label"),
        Column(_("Valid until"), "valid_until", kind="date"),
        Column(_("Order"), "order.code", kind="code"),
        Column(_("Order now"), "order.get_status_display"),
        Column(_("Total"), "total", kind="money", currency="currency", phone="figure"),
        Column(
            _("Issued by"), "issued_by.name", load=lambda rows: rows.select_related("issued_by"), hidden=True
        ),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["-issued_on"]
    search_hint = _("Number, shop, phone…")
    filterset_class = QuotationFilter
    tabs = [
        Tab("all", _("All")),
        Tab("valid", _("Valid"), lambda rows, user: rows.filter(valid_until__gte=timezone.localdate())),
    ]
    export_permission = "orders.view_quotation"
    empty = _("No quotations yet. A draft order is quoted on its own page.")
    empty_action = Action(_("Orders"), "orders:order_list", permission="orders.view_order")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        shops = Customer.objects.visible_to(self.request.user).search(text)
        return rows.filter(Q(number__startswith=text.upper()) | Q(order__customer__in=shops))


class OrderQuote(FormScreen):
    """A draft order on paper."""

    queryset = Order.objects.select_related("customer")
    permission_required = "orders.issue_quotation"
    title = _("Quotation")
    button = _("Issue")
    crumbs = [ORDERS]
    form_class = QuotationForm

    def get_title(self) -> str:
        return gettext_now("Quote order %(code)s") % {"code": self.object.code}

    def get_initial(self) -> dict[str, Any]:
        return {"valid_until": timezone.localdate() + USUAL, **super().get_initial()}

    def perform(self, form: QuotationForm) -> Quotation:
        told = form.cleaned_data
        return issue_quotation(
            self.object,
            kind=told["kind"],
            valid_until=told["valid_until"],
            note=told["note"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, quotation: Quotation) -> str:
        said = {
            "number": quotation.number,
            "amount": format_money(quotation.total, quotation.currency),
        }
        return gettext_now("%(number)s over %(amount)s issued.") % said


class QuotationPdf(Screen):
    queryset = WITH_CUSTOMER
    permission_required = "orders.view_quotation"
    title = _("Quotation as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        quotation = self.get_object()
        return pdf_response(quotation_pdf(quotation), quotation.number)


class QuotationSend(ActionScreen):
    queryset = WITH_CUSTOMER
    permission_required = "orders.issue_quotation"
    title = _("Send the quotation")
    button = _("Send")
    crumbs = [ORDERS]
    success_message = _("The message is in the queue.")

    def question(self, quotation: Quotation) -> str:
        return gettext_now("%(shop)s gets a message with the link to %(number)s.") % {
            "shop": quotation.order.customer.name,
            "number": quotation.number,
        }

    def perform(self, quotation: Quotation) -> Any:
        # One message a minute at most, however often the button is pressed.
        at = timezone.now()
        send_quotation(quotation, key=f"{at:%Y%m%d%H%M}", by=self.request.user, at=at)


class RetailerQuotation(ByLink):
    """The paper behind a retailer's link; another customer's is as if it did not exist."""

    most_per_minute = 20

    def show(
        self, request: HttpRequest, link: RetailerLink, token: str, number: str = ""
    ) -> HttpResponseBase:
        rows = WITH_CUSTOMER.filter(order__customer=link.account.customer_id)
        quotation = rows.filter(number=number).first() if "\x00" not in number else None
        if quotation is None:
            return closed(request, 404)
        return pdf_response(quotation_pdf(quotation), quotation.number)
