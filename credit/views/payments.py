"""Payments: the list, recording one, the record, reversing it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core import attachments
from core.models import Attachment
from core.money import format_money
from core.screens import Action, Column, Crumb, FormScreen, ListScreen, Screen, Tab
from credit.documents import of_payment, to_pdf
from credit.forms import PaymentFilter, PaymentForm, ReasonForm, payable, waits
from credit.models import CreditAccount, Payment, PaymentNotice
from credit.operations import announce_payment, record_payment, reverse_payment
from credit.queries.search import search_documents
from credit.queries.standing import account_of
from credit.states import payment_state
from customers.models import Customer
from customers.queries.search import search_customers

from .retailer import pdf_response

PAYMENTS = Crumb(_("Payments"), "credit:payment_list")
WITH_CUSTOMER = Payment.objects.select_related("account__customer")
RECORD = Action(
    _("Record payment"), "credit:payment_add", permission="credit.record_payment", tone="primary", icon="plus"
)


class PaymentList(ListScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.view_payment"
    title = _("Payments")
    columns = [
        Column(
            _("Receipt"),
            "number",
            kind="code",
            link=True,
            sub="account.customer.name",
            order="number",
            phone="title",
        ),
        Column(_("Received"), "received_on", kind="date", order="received_on", phone="label"),
        Column(_("Method"), "get_method_display", sub="method_reference"),
        Column(_("State"), payment_state, kind="status", phone="show"),
        Column(_("Amount"), "amount", kind="money", currency="currency", order="amount", phone="figure"),
        Column(_("Unallocated"), "unallocated_amount", kind="money", currency="currency"),
        Column(_("Customer"), "account.customer.name", hidden=True),
        Column(_("Phone"), "account.customer.phone", kind="phone", hidden=True),
        Column(_("Bank or UPI reference"), "method_reference", hidden=True),
        Column(
            _("Recorded by"),
            "recorded_by.name",
            load=lambda rows: rows.select_related("recorded_by"),
            hidden=True,
        ),
        Column(_("Recorded"), "recorded_at", kind="moment", hidden=True),
        Column(_("Note"), "note", hidden=True),
    ]
    ordering = ["-received_on"]
    search_hint = _("Receipt, shop, phone…")
    filterset_class = PaymentFilter
    tabs = [
        Tab("all", _("All")),
        Tab("unallocated", _("Unallocated"), lambda rows, user: rows.filter(unallocated_amount__gt=0)),
    ]
    actions = [
        Action(_("To approve"), "credit:notice_list", permission="credit.view_paymentnotice", icon="check"),
        RECORD,
    ]
    export_permission = "credit.view_payment"
    empty = _("No payments yet.")
    empty_action = RECORD

    def search(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return search_documents(rows, text, user=self.request.user)


class PaymentAdd(FormScreen):
    """First whose payment it is, then the payment. `?customer=12` skips the first step."""

    permission_required = "credit.record_payment"
    template_name = "credit/payment_add.html"
    title = _("Record a payment")
    button = _("Record payment")
    crumbs = [PAYMENTS]
    form_class = PaymentForm

    @cached_property
    def account(self) -> CreditAccount | None:
        """The account of the customer in the address or the form; 404 when not in sight."""
        asked = self.request.POST.get("customer") or self.request.GET.get("customer") or ""
        if not asked:
            return None
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        customer = get_object_or_404(Customer.objects.visible_to(self.request.user), pk=int(asked))
        return account_of(customer)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.account is None:
            text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
            hits = search_customers(text, user=request.user) if text else []
            context = self.get_context_data(q=text, hits=hits)
            return self.response_class(
                request, ["credit/payment_customer.html"], context, using=self.template_engine
            )
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.account is None:
            raise Http404
        if request.POST.get("do") == "show":  # as it stands: what would be paid, nothing checked yet
            typed = {name: str(value).replace("\x00", "") for name, value in request.POST.items()}
            return self.show(PaymentForm(initial=typed, account=self.account, invoices=payable(self.account)))
        return super().post(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        assert self.account is not None
        return {**super().get_form_kwargs(), "account": self.account, "invoices": payable(self.account)}

    def get_initial(self) -> dict[str, Any]:
        """From an invoice's page: its outstanding amount, on that invoice."""
        initial = super().get_initial()
        asked = self.request.GET.get("invoice", "")
        for invoice in payable(self.account) if self.account and asked else []:
            if str(invoice.pk) == asked:
                initial |= {"amount": invoice.outstanding, f"share_{invoice.pk}": invoice.outstanding}
        return initial

    def perform(self, form: PaymentForm) -> Payment | PaymentNotice:
        """A payment; or, of a method that somebody else must approve, the notice of one."""
        assert self.account is not None
        told = form.cleaned_data
        fact: Any = {
            "method": told["method"],
            "received_on": told["received_on"],
            "method_reference": told["method_reference"],
            "note": told["note"],
            "shares": form.shares(),
            "reference": f"form:{self.idempotency_key}",
            "by": self.request.user,
            "at": timezone.now(),
        }
        if waits(told["method"]):
            return announce_payment(self.account.customer_id, told["amount"], proof=told["proof"], **fact)
        payment = record_payment(self.account.customer_id, told["amount"], **fact)
        if told["proof"] is not None and not attachments.count_of(payment):
            attachments.attach(
                payment, told["proof"], kind=Attachment.Kind.PROOF, by=fact["by"], at=fact["at"]
            )
        return payment

    def get_success_message(self, payment: Payment | PaymentNotice) -> str:
        if isinstance(payment, PaymentNotice):
            amount = format_money(payment.amount, payment.currency)
            return gettext_now("%(amount)s waits until somebody else approves it.") % {"amount": amount}
        said = {"number": payment.number, "amount": format_money(payment.amount, payment.currency)}
        return gettext_now("Receipt %(number)s over %(amount)s recorded.") % said

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            account=self.account, fields_template="credit/_payment_fields.html", **kwargs
        )


class PaymentReverse(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.reverse_payment"
    template_name = "credit/payment_reverse.html"
    title = _("Reverse this payment")
    button = _("Reverse payment")
    crumbs = [PAYMENTS]
    form_class = ReasonForm
    success_message = _("The payment is reversed; its invoices are open again.")

    def perform(self, form: ReasonForm) -> Payment:
        reverse_payment(
            self.object, reason=form.cleaned_data["reason"], by=self.request.user, at=timezone.now()
        )
        return self.object


class PaymentPdf(Screen):
    """The receipt, with what the payment paid."""

    queryset = WITH_CUSTOMER.select_related("reversed_by")
    permission_required = "credit.view_payment"
    title = _("Receipt as PDF")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        payment = self.get_object()
        return pdf_response(to_pdf(of_payment(payment)), payment.number)
