"""Which pieces of an order go now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import django_filters as filters
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.models import Delivery, OrderLine


class DeliveryFilter(filters.FilterSet):
    delivered = filters.DateFromToRangeFilter(field_name="at", label=gettext_lazy("Delivered"))
    customer = filters.NumberFilter(
        field_name="order__customer", label=gettext_lazy("Customer"), widget=forms.HiddenInput
    )

    class Meta:
        model = Delivery
        fields: list[str] = []


class DeliverForm(forms.Form):
    """So many reserved pieces of each line; the rest stays reserved, or is put back with a reason."""

    words = forms.CharField(label=gettext_lazy("Note on the slip"), max_length=300, required=False)
    reason = forms.CharField(label=gettext_lazy("Why pieces are put back"), max_length=300, required=False)

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[f"pieces_{line.pk}"] = forms.IntegerField(
                label=_("Goes now"),
                required=False,
                min_value=0,
                max_value=line.reserved,
                initial=line.reserved,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )
            self.fields[f"back_{line.pk}"] = forms.BooleanField(label=_("Put the rest back"), required=False)

    def line_fields(self) -> list[tuple[OrderLine, forms.BoundField, forms.BoundField]]:
        """Each line with its fields."""
        return [(line, self[f"pieces_{line.pk}"], self[f"back_{line.pk}"]) for line in self.lines]

    def pieces(self) -> dict[int, int]:
        return {line.pk: self.cleaned_data.get(f"pieces_{line.pk}") or 0 for line in self.lines}

    def put_back(self) -> list[int]:
        return [line.pk for line in self.lines if self.cleaned_data.get(f"back_{line.pk}")]
