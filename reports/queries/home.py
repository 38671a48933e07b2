"""The figures of the first page."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from core.dates import local_date
from core.money import ZERO
from credit.models import Invoice, Payment
from orders.models import Order, Status


class Tally(NamedTuple):
    """How many, and how much in the base currency. Amounts in other currencies are counted, not added."""

    number: int
    amount: Decimal


class HomeFigures(NamedTuple):
    """What a person may know of today; None where a right is missing."""

    orders: Tally | None
    payments: Tally | None
    held: Tally | None
    overdue: Tally | None


def home_figures(user: Any, *, at: dt.datetime) -> HomeFigures:
    """Today's orders (cancelled ones aside) and payments (reversals taken off), what waits on hold, what is overdue."""
    today = local_date(at)
    start = timezone.make_aware(dt.datetime.combine(today, dt.time()))
    may = user.has_perm
    orders = Order.objects.visible_to(user)
    return HomeFigures(
        orders=_tally(orders.filter(created_at__gte=start).exclude(status=Status.CANCELLED), "total")
        if may("orders.view_order")
        else None,
        payments=_tally(
            Payment.objects.visible_to(user).filter(received_on=today),
            "amount",
            counted=Q(reverses__isnull=True),
        )
        if may("credit.view_payment")
        else None,
        held=_tally(orders.held(), "total") if may("orders.view_holdqueue") else None,
        overdue=_tally(Invoice.objects.visible_to(user).overdue(on=today), "outstanding")
        if may("credit.view_ageing")
        else None,
    )


def _tally(rows: QuerySet[Any], amount: str, *, counted: Q | None = None) -> Tally:
    base = Q(currency=settings.CURRENCY)
    found = rows.order_by().aggregate(number=Count("pk", filter=counted), amount=Sum(amount, filter=base))
    return Tally(found["number"], found["amount"] or ZERO)
