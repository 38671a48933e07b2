"""What is asked to be given up, and which write-offs a list shows."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import MoneyField
from core.money import format_money
from credit.forms.reasons import ReasonForm
from credit.models import CreditNote, Invoice, WriteOff


class WriteOffForm(ReasonForm):
    """So much of each open invoice; an empty field gives nothing up."""

    def __init__(self, *args: Any, invoices: Iterable[Invoice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invoices = list(invoices)
        for invoice in self.invoices:
            self.fields[f"share_{invoice.pk}"] = MoneyField(
                label=_("%(number)s, %(amount)s open")
                % {
                    "number": invoice.number,
                    "amount": format_money(invoice.outstanding, invoice.currency),
                },
                required=False,
                currency=invoice.currency,
                maximum=invoice.outstanding,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.get(f"share_{each.pk}") for each in self.invoices):
            raise forms.ValidationError(_("Say how much of which invoice is written off."))
        return cleaned

    def shares(self) -> dict[int, Decimal | None]:
        """`{invoice_pk: amount}`."""
        given = {each.pk: self.cleaned_data.get(f"share_{each.pk}") for each in self.invoices}
        return {pk: amount for pk, amount in given.items() if amount}


class SurplusForm(ReasonForm):
    """So much of what is unallocated."""

    amount = MoneyField(label=gettext_lazy("Amount"))

    def __init__(self, *args: Any, source: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            label=gettext_lazy("Amount"), currency=source.currency, maximum=source.unallocated_amount
        )
        self.order_fields(["amount", "reason"])


class DecideForm(forms.Form):
    """A word with an approval; it may stay empty."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class WriteOffFilter(filters.FilterSet):
    asked = filters.DateFromToRangeFilter(field_name="requested_at", label=gettext_lazy("Asked"))
    written = filters.DateFromToRangeFilter(field_name="written_on", label=gettext_lazy("Written off on"))
    state = filters.ChoiceFilter(choices=WriteOff.State.choices, label=gettext_lazy("State"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = WriteOff
        fields: list[str] = []


class CreditNoteFilter(filters.FilterSet):
    issued = filters.DateFromToRangeFilter(field_name="issued_on", label=gettext_lazy("Issued"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = CreditNote
        fields: list[str] = []
