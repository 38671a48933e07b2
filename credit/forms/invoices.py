"""Which invoices a list shows."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy

from credit.models import Invoice


class InvoiceFilter(filters.FilterSet):
    issued = filters.DateFromToRangeFilter(field_name="issued_on", label=gettext_lazy("Issued"))
    due = filters.DateFromToRangeFilter(field_name="due_on", label=gettext_lazy("Due"))
    kind = filters.ChoiceFilter(choices=Invoice.Kind.choices, label=gettext_lazy("Kind"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Invoice
        fields: list[str] = []
