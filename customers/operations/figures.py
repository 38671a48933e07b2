"""What higher layers tell about purchases."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import connection

from customers.models import CustomerFigures

_ADD = """
INSERT INTO customers_customerfigures AS f (customer_id, orders, spent, first_purchase_on, last_purchase_on)
VALUES (%s, 1, %s, %s, %s)
ON CONFLICT (customer_id) DO UPDATE SET
    orders = f.orders + 1,
    spent = f.spent + excluded.spent,
    first_purchase_on = least(f.first_purchase_on, excluded.first_purchase_on),
    last_purchase_on = greatest(f.last_purchase_on, excluded.last_purchase_on)
"""


def record_purchase(customer_id: int, *, amount: Decimal, on: date, at: datetime | None = None) -> None:
    """Count one more order of a customer: one statement, right also when two of them are confirmed at once.

    `amount` is the order's total. The caller sees to it that one order counts once: it calls this in the transaction
    that confirms the order.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [customer_id, amount, on, on])


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
