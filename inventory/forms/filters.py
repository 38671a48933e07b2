"""Filters of the lists of goods."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import CharField, Exists, F, Func, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.utils.translation import gettext_lazy as _

from core.filters import AmountRangeFilter, DateRangeFilter
from core.keys import find
from inventory.models import (
    Brand,
    Category,
    Location,
    Product,
    Specification,
    StockLevel,
    StockMove,
    UnmetDemand,
)
from inventory.models.catalogue import Grade
from inventory.queries import below, specifications_of

Kind = Specification.Kind


class ProductFilter(filters.FilterSet):
    brand = filters.ModelChoiceFilter(label=_("Brand"), queryset=Brand.objects.all())
    category = filters.ModelChoiceFilter(
        label=_("Category"), queryset=Category.objects.all(), method="is_within"
    )
    grade = filters.MultipleChoiceFilter(label=_("Grade"), choices=Grade.choices)
    here = filters.BooleanFilter(label=_("Available now"), method="is_here")

    class Meta:
        model = Product
        fields = ["brand", "category", "grade", "here"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for spec in specifications_of(self._category()):
            self._add(spec)

    def _category(self) -> Category | None:
        """The category in the address: what its products are asked for can be filtered by."""
        return find(Category.objects, (self.data or {}).get("category"))

    def _add(self, spec: Specification) -> None:
        name = f"spec_{spec.pk}"
        made = specification_filter(spec)
        made.parent, made.model, made.field_name = self, Product, name
        self.filters[name] = made

    def is_within(self, rows: QuerySet[Product], _name: str, value: Category | None) -> QuerySet[Product]:
        return rows.filter(below(value.path, "category__path")) if value else rows

    def is_here(self, rows: QuerySet[Product], _name: str, value: bool) -> QuerySet[Product]:
        free = StockLevel.objects.filter(
            product=OuterRef("pk"), location__kind=Location.Kind.SELLABLE, on_hand__gt=F("reserved")
        )
        return rows.filter(Exists(free)) if value else rows.filter(~Exists(free))


def specification_filter(spec: Specification) -> Any:
    """A filter of products by what they say to one specification."""
    label = f"{spec.name} ({spec.unit})" if spec.unit else spec.name
    if spec.kind == Kind.NUMBER:
        return ValueRange(spec.name, label=label)
    if spec.kind == Kind.DATE:
        return DayRange(spec.name, label=label)
    if spec.kind == Kind.YES_NO:
        return filters.BooleanFilter(label=label, method=_is(spec.name))
    if spec.kind == Kind.CHOICE:
        choices = [(choice, choice) for choice in spec.choices]
        return filters.MultipleChoiceFilter(label=label, choices=choices, method=_is_one_of(spec.name))
    return filters.CharFilter(label=label, method=_holds(spec.name))


def _is(name: str) -> Any:
    return lambda rows, _field, value: rows.filter(specifications__contains={name: value})


def _is_one_of(name: str) -> Any:
    def narrow(rows: QuerySet[Product], _field: str, values: list[str]) -> QuerySet[Product]:
        wanted = Q()
        for value in values:
            wanted |= Q(specifications__contains={name: value})
        return rows.filter(wanted)

    return narrow


def _holds(name: str) -> Any:
    return lambda rows, _field, value: rows.annotate(said=KeyTextTransform(name, "specifications")).filter(
        said__icontains=value
    )


class SpecifiedRange(filters.Filter):
    """From a value to a value of what products say to one specification."""

    json = "number"

    def __init__(self, specification: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.specification = specification

    def filter(self, qs: QuerySet[Product], value: slice | None) -> QuerySet[Product]:
        if not value:
            return qs
        said = KeyTransform(self.specification, "specifications")
        alias = f"said_{self.field_name}"
        kind = Func(said, function="jsonb_typeof", output_field=CharField())
        # Compared as JSON, and only with its like: to PostgreSQL every text is less than every number.
        rows = qs.alias(**{alias: said, f"{alias}_kind": kind}).filter(**{f"{alias}_kind": self.json})
        if value.start is not None:
            rows = rows.filter(**{f"{alias}__gte": self.plain(value.start)})
        if value.stop is not None:
            rows = rows.filter(**{f"{alias}__lte": self.plain(value.stop)})
        return rows

    def plain(self, value: Any) -> Any:
        return value


class ValueRange(SpecifiedRange, AmountRangeFilter):
    def plain(self, value: Any) -> Any:
        return float(value)


class DayRange(SpecifiedRange, DateRangeFilter):
    json = "string"

    def plain(self, value: Any) -> Any:
        return value.date().isoformat()


class StockMoveFilter(filters.FilterSet):
    kind = filters.MultipleChoiceFilter(label=_("Kind"), choices=StockMove.Kind.choices)
    location = filters.ModelChoiceFilter(label=_("Location"), queryset=Location.objects.all())

    class Meta:
        model = StockMove
        fields = ["kind", "location"]


class UnmetDemandFilter(filters.FilterSet):
    day = DateRangeFilter(label=_("Day"))
    why = filters.MultipleChoiceFilter(label=_("Why not"), choices=UnmetDemand.Why.choices)
    known = filters.BooleanFilter(label=_("A product of ours"), method="is_known")
    for_customer = filters.BooleanFilter(label=_("For a known customer"), method="is_for_customer")

    class Meta:
        model = UnmetDemand
        fields = ["day", "why", "known", "for_customer"]

    def is_known(self, rows: QuerySet[UnmetDemand], _name: str, value: bool) -> QuerySet[UnmetDemand]:
        return rows.filter(product__isnull=not value)

    def is_for_customer(self, rows: QuerySet[UnmetDemand], _name: str, value: bool) -> QuerySet[UnmetDemand]:
        return rows.filter(customer__isnull=not value)
