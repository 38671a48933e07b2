"""What is typed about counts."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.models import Category, Location, StockCount, StockCountLine
from inventory.queries import by_code

from .stock import LocationField

Scope = StockCount.Scope
MOST_CHOSEN = 500


class CountForm(forms.Form):
    """What is counted, and how."""

    location = LocationField(label=gettext_lazy("Where"))
    scope = forms.ChoiceField(
        label=gettext_lazy("What is counted"), choices=Scope.choices, initial=Scope.LOCATION
    )
    shelf_from = forms.CharField(
        label=gettext_lazy("From shelf"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("For a range of shelves, such as A-01 to A-03."),
    )
    shelf_to = forms.CharField(label=gettext_lazy("To shelf"), max_length=24, required=False)
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label=gettext_lazy("Category"),
        required=False,
        help_text=gettext_lazy("With everything below it."),
    )
    products = forms.CharField(
        label=gettext_lazy("Products"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("SKUs or barcodes of chosen products, one a line."),
    )
    blind = forms.BooleanField(
        label=gettext_lazy("Blind"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Who counts does not see what the books say."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = [code.strip() for code in cleaned.pop("products", "").replace(",", "\n").splitlines()]
        codes = [code for code in typed if code][: MOST_CHOSEN + 1]
        cleaned["products"] = []
        if cleaned.get("scope") != Scope.PRODUCTS:
            return cleaned
        if not codes:
            self.add_error("products", _("Say which products are counted."))
        if len(codes) > MOST_CHOSEN:
            self.add_error("products", _("At most %(most)s products fit.") % {"most": MOST_CHOSEN})
        found = by_code(codes)
        if unknown := [code for code in codes if code not in found]:
            message = _("There is no product with the SKU or barcode “%(typed)s”.")
            self.add_error("products", message % {"typed": unknown[0][:64]})
        cleaned["products"] = [product.pk for product in found.values()]
        return cleaned


class TodayForm(forms.Form):
    """How much is counted today."""

    location = LocationField(label=gettext_lazy("Where"))
    most = forms.IntegerField(
        label=gettext_lazy("How many products"), min_value=1, max_value=MOST_CHOSEN, initial=20
    )


class FinishForm(forms.Form):
    """What becomes of what nobody counted."""

    rest_is_none = forms.BooleanField(
        label=gettext_lazy("What nobody counted is not there"),
        required=False,
        help_text=gettext_lazy("Otherwise the books of what nobody counted stay as they are."),
    )


class ApproveForm(forms.Form):
    """A word with the approval, and what happens to lines that can't be booked."""

    leave_out = forms.BooleanField(
        label=gettext_lazy("Leave out what can't be booked"),
        required=False,
        help_text=gettext_lazy("Products whose pieces are promised, or whose books were put right since."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=240, required=False)


class CountFilter(filters.FilterSet):
    location = filters.ModelChoiceFilter(label=gettext_lazy("Location"), queryset=Location.objects.all())
    scope = filters.MultipleChoiceFilter(label=gettext_lazy("What is counted"), choices=Scope.choices)
    opened = filters.DateFromToRangeFilter(field_name="opened_at", label=gettext_lazy("Opened"))

    class Meta:
        model = StockCount
        fields: list[str] = []


class CountLineFilter(filters.FilterSet):
    shelf = filters.CharFilter(label=gettext_lazy("Shelf begins with"), method="begins_with")

    class Meta:
        model = StockCountLine
        fields: list[str] = []

    def begins_with(self, rows: QuerySet[StockCountLine], _name: str, value: str) -> QuerySet[StockCountLine]:
        return rows.filter(shelf__startswith=value.strip().upper())
