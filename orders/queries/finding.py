"""The few orders somebody means who types a number, a reference or a name into the palette."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F
from django.db.models.functions import Collate, Upper

from core.numbering import LAST, number_typed
from orders.models import Order

SHORTEST_REFERENCE = 3


def orders_meant(text: str, customers: Sequence[int], *, user: Any, limit: int) -> list[Order]:
    """By their number, the customer's own reference, else the latest of the customers that were found."""
    rows = Order.objects.visible_to(user).select_related("customer")
    digits = number_typed(text, "SO")
    found = list(rows.filter(pk=int(digits))) if digits.isdecimal() and len(digits) < 16 else []
    reference = text.strip().upper()
    if len(reference) >= SHORTEST_REFERENCE:
        begins = rows.annotate(said=Collate(Upper(F("customer_reference")), "C")).exclude(
            customer_reference=""
        )
        found += begins.filter(said__gte=reference, said__lt=reference + LAST).order_by("said")[:limit]
    if not digits and customers:
        found += rows.filter(customer__in=customers).order_by("-created_at", "-pk")[:limit]
    return list({order.pk: order for order in found}.values())[:limit]
