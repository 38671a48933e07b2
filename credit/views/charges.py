"""Debit notes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.screens import Crumb, FormScreen
from credit.forms import DebitNoteForm
from credit.models import CreditAccount, Invoice
from credit.operations import issue_debit_note
from credit.queries.standing import account_of
from customers.models import Customer

from .invoices import INVOICES


class DebitNoteAdd(FormScreen):
    """Charge a customer for something that no order bills."""

    model = Customer
    permission_required = "credit.issue_debitnote"
    title = _("Debit note")
    button = _("Issue debit note")
    form_class = DebitNoteForm

    @cached_property
    def account(self) -> CreditAccount:
        return account_of(self.object)

    def get_title(self) -> str:
        return gettext_now("Debit note for %(customer)s") % {"customer": self.object.name}

    def get_crumbs(self) -> list[Crumb]:
        return [INVOICES, Crumb(self.object.name, "customers:customer_detail", (self.object.pk,))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "account": self.account}

    def perform(self, form: DebitNoteForm) -> Invoice:
        told = form.cleaned_data
        return issue_debit_note(
            self.object,
            form.lines(),
            reason=told["reason"],
            about=told["about"],
            due_on=told["due_on"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def get_success_message(self, invoice: Invoice) -> str:
        said = {"number": invoice.number, "amount": format_money(invoice.total, invoice.currency)}
        return gettext_now("Debit note %(number)s over %(amount)s issued.") % said
