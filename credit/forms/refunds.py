"""A refund: how much goes back and how, that it was paid out, and which refunds a list shows."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from credit.forms.reasons import ReasonForm
from credit.models import Refund


class RefundForm(ReasonForm):
    """So much of what a payment or credit note has unallocated."""

    amount = MoneyField(label=gettext_lazy("Amount"))
    method = forms.ChoiceField(label=gettext_lazy("How it goes back"), choices=Refund.Method.choices)
    pay_to = forms.CharField(
        label=gettext_lazy("Pay to"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Bank account or UPI address; not for an online refund."),
    )

    def __init__(self, *args: Any, source: Any, online: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            label=gettext_lazy("Amount"), currency=source.currency, maximum=source.unallocated_amount
        )
        method: Any = self.fields["method"]
        if not online:
            method.choices = [pair for pair in Refund.Method.choices if pair[0] != Refund.Method.GATEWAY]
        self.order_fields(["amount", "method", "pay_to", "reason"])


class PayoutForm(forms.Form):
    """When a refund went out, and under which reference."""

    done_on = DateField(label=gettext_lazy("Paid out on"), near="past")
    method_reference = forms.CharField(
        label=gettext_lazy("Bank or UPI reference"), max_length=80, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"].initial = timezone.localdate()


class RefundFilter(filters.FilterSet):
    asked = filters.DateFromToRangeFilter(field_name="requested_at", label=gettext_lazy("Asked"))
    state = filters.ChoiceFilter(choices=Refund.State.choices, label=gettext_lazy("State"))
    method = filters.ChoiceFilter(choices=Refund.Method.choices, label=gettext_lazy("Method"))
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Refund
        fields: list[str] = []
