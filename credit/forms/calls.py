"""What came of a call."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField
from credit.models import CollectionCall


class CallForm(forms.Form):
    """The outcome; for a promise how much and by when, for a call back the day; what was said."""

    way = forms.ChoiceField(
        label=gettext_lazy("Way"),
        choices=CollectionCall.Way.choices,
        initial=CollectionCall.Way.CALL,
        required=False,
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=CollectionCall.Outcome.choices)
    amount = MoneyField(label=gettext_lazy("Amount"), required=False)
    on = DateField(label=gettext_lazy("Day"), near="future", required=False)
    note = forms.CharField(label=gettext_lazy("What was said"), max_length=300, required=False)

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        amount: Any = self.fields["amount"]
        amount.widget.currency = currency


class CallFilter(filters.FilterSet):
    made = filters.DateFromToRangeFilter(field_name="at", label=gettext_lazy("When"))
    outcome = filters.ChoiceFilter(label=gettext_lazy("Outcome"), choices=CollectionCall.Outcome.choices)
    customer = filters.NumberFilter(
        field_name="account__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = CollectionCall
        fields: list[str] = []
