"""Taking an invoice back, whole or in part, by a credit note."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.money import format_money
from core.screens import FormScreen
from credit.forms import CreditNoteForm
from credit.models import CreditNote
from credit.operations import issue_credit_note

from .invoices import INVOICES, WITH_CUSTOMER


class CreditNoteAdd(FormScreen):
    queryset = WITH_CUSTOMER
    permission_required = "credit.issue_creditnote"
    template_name = "credit/credit_note_add.html"
    title = _("Take back")
    button = _("Issue credit note")
    crumbs = [INVOICES]
    form_class = CreditNoteForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "invoice": self.object}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(fields_template="credit/_credit_note_fields.html", **kwargs)

    def perform(self, form: CreditNoteForm) -> CreditNote:
        return issue_credit_note(
            self.object,
            reason=form.cleaned_data["reason"],
            quantities=form.quantities(),
            amounts=form.amounts() or None,
            settle=not form.cleaned_data["keep"],
            reference=f"form:{self.idempotency_key}",
            by=self.request.user,
            at=timezone.now(),
        )

    def success_url(self, result: CreditNote) -> str:
        return str(result.get_absolute_url())

    def get_success_message(self, note: CreditNote) -> str:
        said = {"number": note.number, "amount": format_money(note.total, note.currency)}
        return gettext_now("Credit note %(number)s over %(amount)s issued.") % said
