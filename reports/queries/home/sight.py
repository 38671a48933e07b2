"""Rows of the customers a person sees; no condition at all for who sees them all, so that an index alone can answer."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils import timezone

from customers.models import Customer

Rows = TypeVar("Rows", bound=QuerySet[Any])


def in_sight(rows: Rows, user: Any, path: str) -> Rows:
    """`in_sight(Order.objects.all(), user, "customer")`."""
    visible = Customer.objects.visible_to(user)
    if not visible.query.where and not visible.query.is_empty():
        return rows
    return rows.filter(**{f"{path}__in": visible})


def start_of(day: dt.date) -> dt.datetime:
    """The first moment of a day where the company is."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
