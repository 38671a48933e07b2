"""Filters of the lists of goods."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from inventory.models import Brand, Category, Location, Product, StockLevel, StockMove
from inventory.models.catalogue import Grade


class ProductFilter(filters.FilterSet):
    brand = filters.ModelChoiceFilter(label=_("Brand"), queryset=Brand.objects.all())
    category = filters.ModelChoiceFilter(label=_("Category"), queryset=Category.objects.all())
    grade = filters.MultipleChoiceFilter(label=_("Grade"), choices=Grade.choices)
    here = filters.BooleanFilter(label=_("Available now"), method="is_here")

    class Meta:
        model = Product
        fields = ["brand", "category", "grade", "here"]

    def is_here(self, rows: QuerySet[Product], _name: str, value: bool) -> QuerySet[Product]:
        free = StockLevel.objects.filter(
            product=OuterRef("pk"), location__kind=Location.Kind.SELLABLE, on_hand__gt=F("reserved")
        )
        return rows.filter(Exists(free)) if value else rows.filter(~Exists(free))


class StockMoveFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(label=_("Kind"), choices=StockMove.Kind.choices)
    location = filters.ModelChoiceFilter(label=_("Location"), queryset=Location.objects.all())

    class Meta:
        model = StockMove
        fields = ["kind", "location"]
