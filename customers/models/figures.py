"""What higher layers tell about a customer."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField
from core.money import ZERO, round_money

from .customer import Customer


class CustomerFigures(models.Model):
    """What a customer bought and brought back: never typed, written by `record_purchase` and `record_return`.

    Amounts are in the currency of the customer's account. No row: nothing bought yet.
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="figures"
    )
    orders = models.PositiveIntegerField(default=0)
    spent = MoneyField(default=0)
    returns = models.PositiveIntegerField(default=0, db_default=0)
    first_purchase_on = models.DateField(null=True)
    last_purchase_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_purchase_on__isnull=True) | Q(first_purchase_on__lte=F("last_purchase_on")),
                name="first_purchase_is_before_last",
            ),
        ]

    @property
    def average_order(self) -> Decimal:
        """What one order is worth, to the cent."""
        return round_money(self.spent / self.orders) if self.orders else ZERO

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.orders} orders"
