"""What is asked about suppliers' price lists."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.filters import AmountRangeFilter
from core.forms import importing
from inventory.models import (
    Category,
    Product,
    StockLevel,
    Supplier,
    SupplierCategory,
    SupplierPriceList,
    SupplierPriceListRow,
)
from inventory.supplier_lists import FIELDS, REQUIRED

MOST_PASTED = 2_000_000


class SupplierListForm(forms.Form):
    """A list, as a file or pasted."""

    supplier = forms.ModelChoiceField(label=_("Supplier"), queryset=Supplier.objects.filter(is_active=True))
    file = forms.FileField(
        label=_("Table"),
        required=False,
        help_text=_("csv, tsv, xlsx, xls or ods. The first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )
    text = forms.CharField(
        label=_("Or paste it"),
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        help_text=_("Copied out of a spreadsheet or an e-mail, with the row that names the columns."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "data-no-draft": True}),
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        min_length=3,
        max_length=3,
        help_text=_("Such as USD. Left empty: the supplier's."),
    )
    is_whole = forms.BooleanField(
        label=_("This is everything they offer"),
        required=False,
        initial=True,
        help_text=_("What we know from them and is missing here is then shown as gone."),
    )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code and not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_now("A currency is three letters, such as USD."))
        return code

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.errors and bool(said.get("file")) == bool((said.get("text") or "").strip()):
            raise forms.ValidationError(_now("Choose a file or paste the list: one of the two."))
        return said


class SupplierColumnsForm(importing.ColumnsForm):
    """Which column of the list holds which field; as for this supplier's last list, to be confirmed."""

    known = FIELDS
    required = REQUIRED


class SettleForm(forms.Form):
    """Which of our products a row means."""

    product = forms.ModelChoiceField(
        label=_("Our product"), queryset=Product.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, entry: SupplierPriceListRow, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["product"]
        field.queryset = Product.objects.filter(pk__in=entry.claims).order_by("sku")
        field.label_from_instance = lambda product: f"{product.sku} · {product.name}"


class SupplierCategoryForm(forms.Form):
    """Where new products of a supplier's category go."""

    ours = forms.ModelChoiceField(
        label=_("Our category"),
        queryset=Category.objects.all(),
        required=False,
        help_text=_("Left empty: a category with their name."),
    )


class SupplierListFilter(filters.FilterSet):
    supplier = filters.ModelChoiceFilter(label=_("Supplier"), queryset=Supplier.objects.all())

    class Meta:
        model = SupplierPriceList
        fields = ["supplier"]


class SupplierCategoryFilter(filters.FilterSet):
    supplier = filters.ModelChoiceFilter(label=_("Supplier"), queryset=Supplier.objects.all())

    class Meta:
        model = SupplierCategory
        fields = ["supplier"]


class ListEntryFilter(filters.FilterSet):
    percent = AmountRangeFilter(label=_("Change, %"))
    category = filters.CharFilter(label=_("Category"), method="is_in")
    stocked = filters.BooleanFilter(label=_("In stock"), method="is_stocked")
    ours = filters.BooleanFilter(
        label=_("We have it"), field_name="product", lookup_expr="isnull", exclude=True
    )
    below_cost = filters.BooleanFilter(label=_("Sold below it"))

    class Meta:
        model = SupplierPriceListRow
        fields = ["percent", "category", "stocked", "ours", "below_cost"]

    def is_in(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(category__icontains=value.replace("\x00", "")[:200])

    def is_stocked(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        here = Exists(StockLevel.objects.filter(product=OuterRef("product"), on_hand__gt=0))
        return rows.filter(here) if value else rows.filter(~here)
