"""What was sold. An order counts on the day it was confirmed, in the base currency, unless it was cancelled since."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate

from core.money import ZERO
from customers.models import Customer
from orders.models import Order

from .sight import in_sight, start_of


class Sold(NamedTuple):
    """How many orders, and their total in the base currency. Other currencies are counted, not added."""

    number: int = 0
    amount: Decimal = ZERO


BASE = Q(currency=settings.CURRENCY)


def sold_by_day(user: Any, since: dt.date, before: dt.date | None = None) -> dict[dt.date, Sold]:
    """Each day's orders since a day (and before another), of the customers in sight. Days without one are left out."""
    orders = in_sight(Order.objects.living(), user, "customer").filter(confirmed_at__gte=start_of(since))
    if before:
        orders = orders.filter(confirmed_at__lt=start_of(before))
    rows = (
        orders.order_by()
        .annotate(day=TruncDate("confirmed_at"))
        .values("day")
        .annotate(number=Count("pk"), amount=Sum("total", filter=BASE))
    )
    return {row["day"]: Sold(row["number"], row["amount"] or ZERO) for row in rows}


def sold_by_person(user: Any, since: dt.date, before: dt.date | None = None) -> dict[str, Decimal]:
    """What each representative's customers bought since a day (and before another). "" is nobody's."""
    orders = in_sight(Order.objects.living(), user, "customer").filter(
        BASE, confirmed_at__gte=start_of(since)
    )
    if before:
        orders = orders.filter(confirmed_at__lt=start_of(before))
    rows = orders.order_by().values_list("customer__representative__name").annotate(amount=Sum("total"))
    return {name or "": amount for name, amount in rows}


def held(user: Any) -> Sold:
    """Orders on credit hold."""
    found = in_sight(Order.objects.held(), user, "customer").aggregate(
        number=Count("pk"), amount=Sum("total", filter=BASE)
    )
    return Sold(found["number"], found["amount"] or ZERO)


def new_customers(user: Any, *, since: dt.date) -> int:
    """Customers written down since a day."""
    return Customer.objects.visible_to(user).filter(created_at__gte=start_of(since)).count()
