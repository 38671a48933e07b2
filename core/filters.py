"""Filters of lists that the plain ones of django-filter don't make well."""

from __future__ import annotations

from typing import Any

import django_filters
from django_filters.widgets import DateRangeWidget, RangeWidget


class DateRangeFilter(django_filters.DateFromToRangeFilter):
    """From a day to a day, each by the browser's calendar; `due_on_after` and `due_on_before` in the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateRangeWidget(attrs={"type": "date"}))
        super().__init__(*args, **kwargs)


class AmountRangeFilter(django_filters.RangeFilter):
    """From an amount to an amount; `total_min` and `total_max` in the address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", RangeWidget(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(*args, **kwargs)
