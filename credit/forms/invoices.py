"""Which invoices a list shows."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from credit.models import Invoice


class InvoiceFilter(filters.FilterSet):
    issued = filters.DateFromToRangeFilter(field_name="issued_on", label=gettext_lazy("Issued"))
    due = filters.DateFromToRangeFilter(field_name="due_on", label=gettext_lazy("Due"))
    kind = filters.ChoiceFilter(choices=Invoice.Kind.choices, label=gettext_lazy("Kind"))
    instalments = filters.ChoiceFilter(
        label=gettext_lazy("Instalments"),
        choices=[("with", gettext_lazy("with instalments")), ("late", gettext_lazy("a part is late"))],
        method="in_parts",
    )
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Invoice
        fields: list[str] = []

    def in_parts(self, rows: Any, _name: str, wanted: str) -> Any:
        if wanted == "late":
            return rows.with_late_part(on=timezone.localdate())
        return rows.filter(in_parts=True)
