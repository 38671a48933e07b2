"""What is typed about pieces that are more or fewer, set aside, scrapped, or lie on another shelf."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.forms import QuantityField, importing
from inventory.models import Adjustment, AdjustmentReason, Category, Location, StockLevel, StockTransfer
from inventory.models.adjustments import AdjustmentReason as Reason

from .stock import LocationField


class ReasonedForm(forms.Form):
    """A reason of the list, and a word on it."""

    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=AdjustmentReason.choices)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class AdjustForm(ReasonedForm):
    """More or fewer pieces than the books say."""

    location = LocationField(label=gettext_lazy("Where"))
    quantity = forms.IntegerField(
        label=gettext_lazy("Difference"),
        help_text=gettext_lazy("Pieces to add, or with a minus to take off."),
        min_value=-1_000_000,
        max_value=1_000_000,
    )
    field_order = ["location", "quantity", "reason", "note"]


class ScrapForm(ReasonedForm):
    """Pieces that are thrown away."""

    quantity = QuantityField(label=gettext_lazy("Pieces"))
    field_order = ["quantity", "reason", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            choice for choice in AdjustmentReason.choices if choice[0] != Reason.FOUND
        ]


class SayNoForm(forms.Form):
    """Why not."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=240)


class SayYesForm(forms.Form):
    """A word with an approval; it may stay empty."""

    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class MoveForm(forms.Form):
    """Pieces of one level carried elsewhere: to another location, set aside, or back to the shelf."""

    destination = LocationField(label=gettext_lazy("To"))
    quantity = QuantityField(label=gettext_lazy("Pieces"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Needed for damaged goods and goods to inspect."),
    )


class ShelfForm(forms.Form):
    """On which shelf it lies."""

    shelf = forms.CharField(
        label=gettext_lazy("Shelf"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Such as A-03-2. Empty: nowhere in particular."),
    )


class ShelfTableForm(forms.Form):
    """A table of shelves. The export of the list of stock by location fits it."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("csv, tsv, xlsx, xls or ods with the columns SKU, Location and Shelf."),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )


class LocationForm(forms.ModelForm):
    """A place where goods lie."""

    class Meta:
        model = Location
        fields = ["name", "kind", "is_default", "note"]
        help_texts = {"is_default": gettext_lazy("Orders are filled from here. There is one.")}


class AdjustmentFilter(filters.FilterSet):
    reason = filters.MultipleChoiceFilter(label=gettext_lazy("Reason"), choices=AdjustmentReason.choices)
    location = filters.ModelChoiceFilter(label=gettext_lazy("Location"), queryset=Location.objects.all())
    asked = filters.DateFromToRangeFilter(field_name="requested_at", label=gettext_lazy("Asked"))
    scrap = filters.BooleanFilter(label=gettext_lazy("Scrapped"))

    class Meta:
        model = Adjustment
        fields: list[str] = []


class TransferFilter(filters.FilterSet):
    source = filters.ModelChoiceFilter(label=gettext_lazy("From"), queryset=Location.objects.all())
    destination = filters.ModelChoiceFilter(label=gettext_lazy("To"), queryset=Location.objects.all())
    made = filters.DateFromToRangeFilter(field_name="at", label=gettext_lazy("When"))

    class Meta:
        model = StockTransfer
        fields: list[str] = []


class LevelFilter(filters.FilterSet):
    location = filters.ModelChoiceFilter(label=gettext_lazy("Location"), queryset=Location.objects.all())
    category = filters.ModelChoiceFilter(
        label=gettext_lazy("Category"), field_name="product__category", queryset=Category.objects.all()
    )
    shelf = filters.CharFilter(label=gettext_lazy("Shelf begins with"), method="begins_with")
    placed = filters.BooleanFilter(label=gettext_lazy("Has a shelf"), method="has_shelf")

    class Meta:
        model = StockLevel
        fields: list[str] = []

    def begins_with(self, rows: QuerySet[StockLevel], _name: str, value: str) -> QuerySet[StockLevel]:
        return rows.filter(shelf__startswith=value.strip().upper())

    def has_shelf(self, rows: QuerySet[StockLevel], _name: str, value: bool) -> QuerySet[StockLevel]:
        return rows.exclude(shelf="") if value else rows.filter(shelf="")
