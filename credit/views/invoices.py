"""Invoices: the list, the record, its PDF, sending it again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.screens import (
    Action,
    ActionScreen,
    Column,
    Crumb,
    ListScreen,
    Screen,
    Tab,
)
from credit.forms import InvoiceFilter
from credit.models import Invoice
from credit.operations.printing import read_invoice_pdf
from credit.operations.sending import send_invoice
from credit.queries.search import search_documents
from credit.states import invoice_state

from .bulk import INVOICE_ACTIONS
from .retailer import pdf_response

INVOICES = Crumb(_("Invoices"), "credit:invoice_list")
WITH_CUSTOMER = Invoice.objects.select_related("account__customer")


def overdue(rows: Any, _user: Any) -> QuerySet[Any]:
    late: QuerySet[Any] = rows.overdue(on=timezone.localdate())
    return late


def still_open(rows: Any, _user: Any) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.open()
    return found


def days_late(invoice: Invoice) -> int:
    return invoice.days_late(timezone.localdate())


class InvoiceList(ListScreen):
    queryset = WITH_CUSTOMER.with_next_due()
    permission_required = "credit.view_invoice"
    title = _("Invoices")
    columns = [
        Column(
            _("Invoice"),
            "number",
            kind="code",
            link=True,
            sub="account.customer.name",
            order="number",
            phone="title",
        ),
        Column(_("Issued"), "issued_on", kind="date", order="issued_on", phone="label"),
        Column(_("Due"), "due_on", kind="date", order="due_on"),
        Column(_("State"), invoice_state, kind="status", phone="show"),
        Column(_("Total"), "total", kind="money", currency="currency", order="total"),
        Column(
            _("Outstanding"),
            "outstanding",
            kind="money",
            currency="currency",
            order="outstanding",
            phone="figure",
        ),
        Column(_("Order"), "order_number", kind="code"),
        Column(_("Kind"), "get_kind_display", hidden=True),
        Column(_("Reason"), "reason", hidden=True),
        Column(_("Customer"), "account.customer.name", hidden=True),
        Column(_("Phone"), "account.customer.phone", kind="phone", hidden=True),
        Column(
            _("Representative"),
            "account.customer.representative.name",
            load=lambda rows: rows.select_related("account__customer__representative"),
            hidden=True,
        ),
        Column(_("Next part due"), "next_due_on", kind="date", hidden=True),
        Column(_("Days late"), days_late, kind="number", hidden=True),
        Column(_("Terms"), "terms", hidden=True),
        Column(_("Net"), "net", kind="money", currency="currency", hidden=True),
        Column(_("Tax"), "tax", kind="money", currency="currency", hidden=True),
        Column(
            _("Issued by"),
            "issued_by.name",
            load=lambda rows: rows.select_related("issued_by"),
            hidden=True,
        ),
    ]
    ordering = ["-issued_on"]
    search_hint = _("Number, shop, phone…")
    filterset_class = InvoiceFilter
    tabs = [
        Tab("all", _("All")),
        Tab("open", _("Open"), still_open),
        Tab("overdue", _("Overdue"), overdue),
    ]
    bulk = INVOICE_ACTIONS
    actions = [
        Action(
            _("Record payment"),
            "credit:payment_add",
            permission="credit.record_payment",
            tone="primary",
            icon="plus",
        ),
    ]
    export_permission = "credit.view_invoice"
    empty = _("No invoices yet. Confirming an order issues the first.")

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_documents(rows, text, user=self.request.user)


class InvoicePdf(Screen):
    """The document itself; made on the spot when the worker has not come to it yet."""

    queryset = WITH_CUSTOMER
    permission_required = "credit.view_invoice"
    title = _("Invoice as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        invoice = self.get_object()
        return pdf_response(read_invoice_pdf(invoice, at=timezone.now()), invoice.number)


class InvoiceSend(ActionScreen):
    queryset = WITH_CUSTOMER
    permission_required = "messaging.resend_message"
    title = _("Send the invoice again")
    button = _("Send again")
    crumbs = [INVOICES]
    success_message = _("The message is in the queue.")

    def question(self, invoice: Invoice) -> str:
        return gettext("%(shop)s gets a message with the link to %(number)s and what is outstanding.") % {
            "shop": invoice.account.customer.name,
            "number": invoice.number,
        }

    def perform(self, invoice: Invoice) -> Any:
        # One message a minute at most, however often the button is pressed.
        at = timezone.now()
        return send_invoice(invoice, key=f"again:{at:%Y%m%d%H%M}", by=self.request.user, at=at)
