"""What a shop promised to pay."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from core.money import format_money
from credit.forms.payments import payable
from credit.models import CreditAccount, Invoice, PromiseToPay


class PromiseForm(forms.Form):
    """What a shop said on the phone: how much, by when, and perhaps for which invoices."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    promised_on = DateField(label=gettext_lazy("By when"), near="future")
    invoices = forms.ModelMultipleChoiceField(
        Invoice.objects.none(),
        label=gettext_lazy("About"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Any payment of the shop counts; this only says what was talked about."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def __init__(self, *args: Any, account: CreditAccount, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].widget.currency = account.currency
        invoices: Any = self.fields["invoices"]
        open_ones = payable(account)
        invoices.queryset = account.invoices.open().order_by("due_on", "pk") if account.pk else open_ones
        invoices.choices = [(each.pk, _invoice_words(each)) for each in open_ones[:OFFERED]]
        if not invoices.choices:
            del self.fields["invoices"]

    def clean_promised_on(self) -> Any:
        on = self.cleaned_data["promised_on"]
        if on < timezone.localdate():
            raise forms.ValidationError(_("That day is over."))
        return on


OFFERED = 6
"""Invoices that a promise is about; the oldest are what people call about."""


def _invoice_words(invoice: Invoice) -> str:
    return f"{invoice.number}, {format_money(invoice.outstanding, invoice.currency)}"


class PromiseFilter(filters.FilterSet):
    promised = filters.DateFromToRangeFilter(field_name="promised_on", label=gettext_lazy("Promised for"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = PromiseToPay
        fields: list[str] = []
