"""What higher layers tell about purchases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from core import live
from customers.models import CustomerFigures

from .timeline import entry

_ADD = """
INSERT INTO customers_customerfigures AS f (customer_id, orders, spent, first_purchase_on, last_purchase_on)
VALUES (%s, 1, %s, %s, %s)
ON CONFLICT (customer_id) DO UPDATE SET
    orders = f.orders + 1,
    spent = f.spent + excluded.spent,
    first_purchase_on = least(f.first_purchase_on, excluded.first_purchase_on),
    last_purchase_on = greatest(f.last_purchase_on, excluded.last_purchase_on)
"""


# The same with its entry on the timeline: two rows of one fact, on the path of every confirmed order.
_TELL = """
WITH told AS (
    INSERT INTO customers_timelineentry (customer_id, event, text, about, url, by_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
)"""


def record_purchase(
    customer_id: int,
    event: str = "",
    *,
    amount: Decimal,
    on: date,
    text: str = "",
    about: str = "",
    url: str = "",
    by: Any = None,
    at: datetime,
) -> None:
    """Count one more order of a customer, and say so on its timeline if there is an `event`. One statement.

    `amount` is the order's total. The caller sees to it that one order counts once: it calls this in the transaction
    that confirms the order. Right also when two of them are confirmed at once.
    """
    live.touch(f"customers.customer:{customer_id}", about)
    counted: list[Any] = [customer_id, amount, on, on]
    with connection.cursor() as cursor:
        if not event:
            cursor.execute(_ADD, counted)
            return
        said = entry(event, text, about, url)
        cursor.execute(_TELL + _ADD, [customer_id, *said.values(), by.pk if by else None, at, *counted])


def correct_purchases(
    customer_id: int, *, orders: int, spent: Decimal, first_on: date | None, last_on: date | None
) -> None:
    """Set a customer's figures to what the documents say, after a cancelled order or a return."""
    CustomerFigures.objects.update_or_create(
        customer_id=customer_id,
        defaults={
            "orders": orders,
            "spent": spent,
            "first_purchase_on": first_on,
            "last_purchase_on": last_on,
        },
    )


_ADD_RETURN = """
INSERT INTO customers_customerfigures AS f (customer_id, orders, spent, returns) VALUES (%s, 0, 0, 1)
ON CONFLICT (customer_id) DO UPDATE SET returns = f.returns + 1
"""


def record_return(customer_id: int) -> None:
    """Count one more return whose goods came. One statement; the caller calls it once for each."""
    live.touch(f"customers.customer:{customer_id}")
    with connection.cursor() as cursor:
        cursor.execute(_ADD_RETURN, [customer_id])
