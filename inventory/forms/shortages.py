"""What is asked of shortages, and how people want to hear of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import django_filters as filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.models import Brand, Category, Shortage, ShortageReader, Supplier
from inventory.queries.shortages import free, until


class ShortageFilter(filters.FilterSet):
    still_on = filters.DateFilter(
        label=_("Still short on"), method="is_short_on", widget=forms.DateInput(attrs={"type": "date"})
    )
    brand = filters.ModelChoiceFilter(
        label=_("Brand"), queryset=Brand.objects.all(), field_name="product__brand"
    )
    category = filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.all(), field_name="product__category"
    )
    supplier = filters.ModelChoiceFilter(
        label=_("Supplier"), queryset=Supplier.objects.all(), field_name="supplier_key", method="is_of"
    )

    class Meta:
        model = Shortage
        fields = ["still_on", "brand", "category", "supplier"]

    def is_short_on(self, rows: QuerySet[Any], name: str, day: dt.date) -> QuerySet[Any]:
        """Those that will still be short on that day: `shortages(by=day)`."""
        return rows.annotate(then=free() + until(day)).filter(
            Q(then__lt=0) | Q(then__lte=F("product__reorder_point"))
        )

    def is_of(self, rows: QuerySet[Any], name: str, supplier: Supplier) -> QuerySet[Any]:
        return rows.filter(supplier_key=supplier.pk)


class ShortageReaderForm(forms.ModelForm):
    """How one person hears of shortages."""

    class Meta:
        model = ShortageReader
        fields = [
            "alert_by_bell",
            "alert_by_email",
            "report_by_bell",
            "report_by_email",
            "report_by_whatsapp",
        ]


class NewReaderForm(ShortageReaderForm):
    """The same, of somebody who is chosen."""

    class Meta(ShortageReaderForm.Meta):
        fields = ["user", *ShortageReaderForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = get_user_model()._default_manager.filter(is_active=True, shortage_reader=None)
        self.fields["user"].queryset = people.order_by("name")  # type: ignore[attr-defined]
