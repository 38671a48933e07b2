"""What is typed about costs: the day of a valuation, charges put onto a receipt, and corrections of its lines."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from core.filters import DateRangeFilter
from core.forms import DateField, MoneyField, PriceField
from inventory.models import Category, CostVariance, GoodsReceiptLine, LandedCharge, Location
from inventory.operations.stock import LARGEST_QUANTITY


class ValuationForm(forms.Form):
    """The day, what it is added up by, and what it is narrowed to. An empty day is today."""

    on = DateField(label=gettext_lazy("On"), required=False, near="past")
    group = forms.ChoiceField(
        required=False,
        choices=[
            ("", gettext_lazy("Product")),
            ("category", gettext_lazy("Category")),
            ("location", gettext_lazy("Location")),
        ],
    )
    category = forms.ModelChoiceField(
        label=gettext_lazy("Category"),
        queryset=Category.objects.all(),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    location = forms.ModelChoiceField(
        label=gettext_lazy("Location"),
        queryset=Location.objects.all(),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    product = forms.CharField(label=gettext_lazy("SKU"), required=False, max_length=64, strip=True)

    def clean_on(self) -> dt.date:
        today = timezone.localdate()
        on: dt.date = self.cleaned_data["on"] or today
        if on > today:
            raise forms.ValidationError(gettext_lazy("Nobody knows yet what stock will be worth then."))
        return on

    def clean_product(self) -> str:
        said: str = self.cleaned_data["product"]
        return said.replace("\0", "")


class ChargeForm(forms.Form):
    """Freight, duty or a fee that belongs to a receipt."""

    kind = forms.ChoiceField(label=gettext_lazy("What for"), choices=LandedCharge.Kind.choices)
    amount = MoneyField(
        label=gettext_lazy("Amount"), help_text=gettext_lazy("In the base currency, without tax.")
    )
    share_by = forms.ChoiceField(
        label=gettext_lazy("Shared"),
        choices=LandedCharge.ShareBy.choices,
        help_text=gettext_lazy("How the lines of the receipt carry it."),
    )
    document = forms.CharField(label=gettext_lazy("Bill"), max_length=80, required=False)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class ChargeBackForm(forms.Form):
    note = forms.CharField(label=gettext_lazy("Why"), max_length=240)


class CorrectionForm(forms.Form):
    """What the line should have said."""

    quantity = forms.IntegerField(
        label=gettext_lazy("Pieces"),
        min_value=0,
        max_value=LARGEST_QUANTITY,
        help_text=gettext_lazy("0 when they never came."),
    )
    unit_cost = PriceField(label=gettext_lazy("Cost of one piece"), positive=False)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=240)

    def __init__(self, *args: Any, line: GoodsReceiptLine, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["quantity"].initial = line.quantity
        self.fields["unit_cost"].initial = line.unit_cost


class CostVarianceFilter(filters.FilterSet):
    cause = filters.MultipleChoiceFilter(label=gettext_lazy("Because of"), choices=CostVariance.Cause.choices)
    at = DateRangeFilter(label=gettext_lazy("When"))

    class Meta:
        model = CostVariance
        fields = ["cause", "at"]
