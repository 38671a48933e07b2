"""Payments that wait for approval: which a list shows, how one is approved."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.filters import AmountRangeFilter, DateRangeFilter
from credit.models import PaymentNotice


class NoticeFilter(filters.FilterSet):
    received = DateRangeFilter(field_name="received_on", label=gettext_lazy("Received"))
    amount = AmountRangeFilter(field_name="amount", label=gettext_lazy("Amount"))
    method = filters.ChoiceFilter(
        choices=PaymentNotice._meta.get_field("method").choices, label=gettext_lazy("Method")
    )
    source = filters.ChoiceFilter(choices=PaymentNotice.Source.choices, label=gettext_lazy("Source"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = PaymentNotice
        fields: list[str] = []


class ApproveForm(forms.Form):
    """Nothing to type; only when the chosen invoices need less by now, what to pay instead."""

    oldest_first = forms.BooleanField(
        label=gettext_lazy("Pay the oldest invoices first instead"), required=False
    )

    def __init__(self, *args: Any, short: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not short:
            del self.fields["oldest_first"]
            return
        said = _("%(numbers)s no longer needs what this payment would give.") % {"numbers": ", ".join(short)}
        self.fields["oldest_first"].help_text = said
