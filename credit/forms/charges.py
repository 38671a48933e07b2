"""A debit note: what is charged beside goods."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from credit.models import CreditAccount, Invoice
from credit.operations import BilledLine, charge_line

LINES = 3
"""As many things as one debit note charges; a fourth is a second note."""


class DebitNoteForm(forms.Form):
    """Up to three amounts with their words and tax, a reason, and the day it is due."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=240, help_text=gettext_lazy("Printed on the debit note.")
    )
    due_on = DateField(
        label=gettext_lazy("Due on"),
        required=False,
        near="future",
        help_text=gettext_lazy("Empty: by the customer's payment terms."),
    )
    about = forms.ModelChoiceField(
        label=gettext_lazy("About invoice"), queryset=Invoice.objects.none(), required=False
    )
    tax_rate = forms.DecimalField(
        label=gettext_lazy("Tax, percent"), min_value=0, max_value=100, decimal_places=3, initial=0
    )
    inclusive = forms.BooleanField(label=gettext_lazy("The amounts include the tax"), required=False)

    def __init__(self, *args: Any, account: CreditAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        about: Any = self.fields["about"]
        if account.pk:
            about.queryset = account.invoices.filter(kind="invoice").order_by("-issued_on", "-pk")[:50]
        for at in range(1, LINES + 1):
            self.fields[f"description_{at}"] = forms.CharField(
                label=gettext_lazy("What is charged") if at == 1 else gettext_lazy("And what more"),
                max_length=300,
                required=at == 1,
            )
            amount = MoneyField(label=gettext_lazy("Amount"), required=at == 1, currency=account.currency)
            self.fields[f"amount_{at}"] = amount
        lines = [f"{name}_{at}" for at in range(1, LINES + 1) for name in ("description", "amount")]
        self.order_fields(["reason", *lines, "tax_rate", "inclusive", "due_on", "about"])

    def clean_due_on(self) -> Any:
        on = self.cleaned_data["due_on"]
        if on and on < timezone.localdate():
            raise forms.ValidationError(gettext_lazy("That day is over."))
        return on

    def clean_about(self) -> Any:
        return self.cleaned_data.get("about")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for at in range(2, LINES + 1):
            said, amount = cleaned.get(f"description_{at}"), cleaned.get(f"amount_{at}")
            if bool(said) != bool(amount):
                missing = f"amount_{at}" if said else f"description_{at}"
                self.add_error(missing, gettext_lazy("Give both the words and the amount."))
        return cleaned

    def lines(self) -> list[BilledLine]:
        """What is charged, with its tax."""
        told = self.cleaned_data
        return [
            charge_line(
                told[f"description_{at}"],
                told[f"amount_{at}"],
                tax_rate=told["tax_rate"],
                inclusive=told["inclusive"],
            )
            for at in range(1, LINES + 1)
            if told.get(f"amount_{at}")
        ]
