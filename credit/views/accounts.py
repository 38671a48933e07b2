"""How one customer stands: the panel on its page, the terms of its credit, its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.screens import Action, Column, Crumb, FormScreen, ListScreen, PanelScreen, Screen, Way
from credit.forms import AccountForm
from credit.models import CreditAccount, ReceivableEntry
from credit.operations.changing import change_account
from credit.queries.cheques import in_hand
from credit.queries.ledger import find_document, with_running_balance
from credit.queries.limits import newest_assessment, open_request
from credit.queries.notices import waiting_amount
from credit.queries.promises import word_of
from credit.queries.standing import account_of, standing
from credit.states import invoice_state
from customers.models import Customer

from .invoices import INVOICES
from .limits import ask_url

SHOWN = 5


class CustomerPanel(PanelScreen):
    """Limit, exposure, what is available and late, on the page of a customer."""

    model = Customer
    permission_required = "credit.view_creditaccount"
    template_name = "credit/customer_panel.html"
    title = _("Credit")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        customer = self.get_object()
        account = account_of(customer)
        stored = account.pk is not None
        late_first = account.invoices.longest_due()[:SHOWN] if stored else []
        return super().get_context_data(
            account=account,
            standing=standing(account, on=timezone.localdate()),
            customer_key=str(customer.pk),
            invoices=[(invoice, invoice_state(invoice)) for invoice in late_first],
            payments=list(account.payments.order_by("-received_on", "-pk")[:SHOWN]) if stored else [],
            word=word_of(account),
            in_hand=in_hand(account),
            waiting_amount=waiting_amount(account),
            waiting=open_request(account),
            assessment=newest_assessment(account),
            may_ask=self.request.user.has_perm("credit.add_limitrequest"),
            may_promise=account.balance > 0 and self.request.user.has_perm("credit.record_promisetopay"),
            promise_action=Action(_("Promise"), "credit:promise_add", (customer.pk,), ask=True),
            may_charge=self.request.user.has_perm("credit.issue_debitnote"),
            may_change=self.request.user.has_perm("credit.change_creditaccount"),
            may_record=self.request.user.has_perm("credit.record_payment"),
            may_read_ledger=self.request.user.has_perm("credit.view_receivableentry"),
            **kwargs,
        )


class AccountChange(FormScreen):
    """The terms of a customer's credit. The customer may have no account yet; changing it opens one."""

    model = Customer
    permission_required = "credit.change_creditaccount"
    template_name = "credit/account_change.html"
    title = _("Change credit")
    button = _("Save")
    form_class = AccountForm
    success_message = _("The credit is changed.")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": account_of(self.object)}

    def perform(self, form: AccountForm) -> CreditAccount:
        told = dict(form.cleaned_data)
        reason = told.pop("reason")
        return change_account(self.object.pk, told, reason=reason, by=self.request.user, at=timezone.now())

    def ways(self, refusal: Refusal) -> Sequence[Way]:
        """Beyond one's authority: ask for it, and somebody else decides."""
        if refusal.code != "beyond_authority":
            return ()
        amount = self.request.POST.get("temporary_limit") or self.request.POST.get("credit_limit")
        return [Way(_("Ask for it"), ask_url(self.object.pk, quote(amount or "")))]

    def success_url(self, result: CreditAccount) -> str:
        return str(self.object.get_absolute_url())


class Ledger(ListScreen):
    """Everything that changed a customer's balance, the newest first, with the balance after each."""

    permission_required = "credit.view_receivableentry"
    columns = [
        Column(_("Date"), "posted_on", kind="date", phone="label"),
        Column(
            _("Document"),
            "document",
            kind="code",
            sub="get_kind_display",
            link=lambda entry: reverse("credit:document", args=[entry.document]),
            phone="title",
        ),
        Column(_("Amount"), "amount", kind="money", currency="currency", phone="figure"),
        Column(_("Balance"), "balance", kind="money", currency="currency", phone="figure"),
        Column(_("By"), "by"),
    ]
    ordering = ["-posted_on", "-pk"]
    export_permission = "credit.view_receivableentry"
    empty = _("Nothing was billed or paid yet.")

    @cached_property
    def customer(self) -> Any:
        return get_object_or_404(Customer.objects.visible_to(self.request.user), pk=self.kwargs["pk"])

    def get_title(self) -> str:
        return f"{_('Ledger')}: {self.customer}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(self.customer.name, "customers:customer_detail", (self.customer.pk,))]

    def get_queryset(self) -> QuerySet[Any]:
        entries = ReceivableEntry.objects.filter(account__customer=self.customer).select_related("by")
        return with_running_balance(entries)


class DocumentByNumber(Screen):
    """`/receivables/documents/INV-2026-00042/` leads to the page of that document."""

    permission_required = ("credit.view_invoice", "credit.view_payment")
    title = _("Document")
    crumbs = [INVOICES]

    def get_queryset(self) -> QuerySet[Any]:
        found: Any = find_document(self.kwargs["number"])
        return found.visible_to(self.request.user)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = get_object_or_404(self.get_queryset())
        return HttpResponseRedirect(found.get_absolute_url())
