"""What is typed about goods that go and lie elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import QuantityField
from inventory.models import Location


class LocationField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Location.objects.all(), empty_label=None, **kwargs)


class AdjustForm(forms.Form):
    """More or fewer pieces than the books say."""

    location = LocationField(label=gettext_lazy("Where"))
    difference = forms.IntegerField(
        label=gettext_lazy("Difference"),
        help_text=gettext_lazy("Pieces to add, or with a minus to take off."),
        min_value=-1_000_000,
        max_value=1_000_000,
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=240)


class TransferForm(forms.Form):
    """Pieces carried from one place to another."""

    source = LocationField(label=gettext_lazy("From"))
    destination = LocationField(label=gettext_lazy("To"))
    quantity = QuantityField(label=gettext_lazy("Pieces"))
