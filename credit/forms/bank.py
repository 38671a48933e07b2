"""What is asked about bank statements and their lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.filters import AmountRangeFilter, DateRangeFilter
from core.forms import MoneyField
from core.forms.importing import TABLES, ColumnsForm
from core.money import ZERO
from credit.banking import Layout
from credit.banking.layout import FIELDS, missing
from credit.models import BankAccount, BankLine, Invoice
from credit.queries.bank_matches import SURE

ORDERS = [
    ("", "—"),
    ("dmy", gettext_lazy("Day first: 25/12/2026")),
    ("mdy", gettext_lazy("Month first: 12/25/2026")),
]
MARKS = [(".", gettext_lazy("Point: 1,234.50")), (",", gettext_lazy("Comma: 1.234,50"))]


class StatementFileForm(forms.Form):
    """A file of a bank, and whose."""

    account = forms.ModelChoiceField(
        BankAccount.objects.filter(is_active=True), label=gettext_lazy("Bank account"), empty_label=None
    )
    file = forms.FileField(
        label=gettext_lazy("Statement"),
        help_text=gettext_lazy(
            "csv, xlsx, OFX or CAMT (XML), as the bank, UPI app or mobile-money service gives it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": f"{TABLES},.ofx,.qfx,.xml"}),
    )


class BankColumnsForm(ColumnsForm):
    """Which column is what, and how the bank writes days and decimals; guessed, to be confirmed."""

    known = FIELDS
    required = ("date",)

    def __init__(self, *args: Any, doubts: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = _("The days of this file fit both ways. Which is it?") if "days" in doubts else ""
        self.fields["days"] = forms.ChoiceField(label=_("Dates"), choices=ORDERS, help_text=asked)
        self.fields["mark"] = forms.ChoiceField(label=_("Decimals"), choices=MARKS)

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if not self.errors and (problem := missing(self.mapping)):
            raise forms.ValidationError(problem)
        return told

    @property
    def layout(self) -> Layout:
        return Layout(self.mapping, self.cleaned_data["days"], self.cleaned_data["mark"])


class ConfirmLinesForm(forms.Form):
    """From which score on lines are confirmed without a look at each."""

    least = forms.TypedChoiceField(
        label=gettext_lazy("Confirm suggestions from a score of"),
        coerce=int,
        choices=[(score, str(score)) for score in (95, SURE, 80, 70)],
        initial=SURE,
    )


class BookLineForm(forms.Form):
    """Which invoices of a customer a line pays. Nothing said: the longest due first."""

    def __init__(self, *args: Any, invoices: Sequence[Invoice], line: BankLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoices, self.line = invoices, line
        for invoice in invoices:
            self.fields[f"share_{invoice.pk}"] = MoneyField(
                label=invoice.number, required=False, positive=False, minimum=ZERO, currency=invoice.currency
            )

    @property
    def share_fields(self) -> list[tuple[Invoice, Any]]:
        return [(invoice, self[f"share_{invoice.pk}"]) for invoice in self.invoices]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        for invoice in self.invoices:
            share = told.get(f"share_{invoice.pk}") or ZERO
            if share > invoice.outstanding:
                self.add_error(f"share_{invoice.pk}", _("More than is open on it."))
        if not self.errors and sum(self.shares().values(), ZERO) > self.line.amount:
            raise forms.ValidationError(_("The invoices get more than the line."))
        return told

    def shares(self) -> dict[int, Decimal]:
        """Invoice → amount, those that get something."""
        named = {invoice.pk: self.cleaned_data.get(f"share_{invoice.pk}") for invoice in self.invoices}
        return {pk: share for pk, share in named.items() if share}


class BankLineFilter(filters.FilterSet):
    account = filters.ModelChoiceFilter(
        queryset=BankAccount.objects.all(), label=gettext_lazy("Bank account")
    )
    state = filters.ChoiceFilter(choices=BankLine.State.choices, label=gettext_lazy("State"))
    booked_on = DateRangeFilter(label=gettext_lazy("Date"))
    amount = AmountRangeFilter(label=gettext_lazy("Amount"))

    class Meta:
        model = BankLine
        fields = ["account", "state", "booked_on", "amount"]
