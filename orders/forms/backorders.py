"""What is asked of a queue of waiting orders."""

from __future__ import annotations

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters import DateRangeFilter
from inventory.models import Brand, Location
from orders.models import OrderLine


class BackorderFilter(filters.FilterSet):
    priority = filters.NumberFilter(label=_("Priority"), field_name="order__priority")
    expected = DateRangeFilter(label=_("Expected"), field_name="backorder__expected_on")
    ordered = filters.BooleanFilter(label=_("On order"), field_name="backorder__ordered")
    brand = filters.ModelChoiceFilter(
        label=_("Brand"), queryset=Brand.objects.all(), field_name="product__brand"
    )
    location = filters.ModelChoiceFilter(
        label=_("Location"), queryset=Location.objects.all(), field_name="order__location"
    )
    product = filters.NumberFilter(field_name="product", widget=forms.HiddenInput)

    class Meta:
        model = OrderLine
        fields = ["priority", "expected", "ordered", "brand", "location", "product"]


class PriorityForm(forms.Form):
    """A new place in the queue, and why."""

    priority = forms.IntegerField(
        label=_("Priority"), min_value=1, max_value=9, help_text=_("1 first, 9 last.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=200)
