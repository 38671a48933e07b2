"""What is typed about goods that go and lie elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import QuantityField
from inventory.models import Location


class LocationField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Location.objects.filter(is_active=True), empty_label=None, **kwargs)


class TransferForm(forms.Form):
    """Pieces carried from one place to another."""

    source = LocationField(label=gettext_lazy("From"))
    destination = LocationField(label=gettext_lazy("To"))
    quantity = QuantityField(label=gettext_lazy("Pieces"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Needed for damaged goods and goods to inspect."),
    )
