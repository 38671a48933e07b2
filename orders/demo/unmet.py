"""What shops of the demo asked for and did not get."""

from __future__ import annotations

import datetime as dt

from accounts.models import User
from customers.models import Customer
from inventory.models import Product, UnmetDemand
from inventory.operations import Want, record_demand

from .goods import SHORT

Why = UnmetDemand.Why


def add_unmet(users: dict[str, User], shops: dict[str, Customer], *, now: dt.datetime) -> None:
    """Some of the last weeks: phones nobody sells parts for yet, and the display that is always gone."""
    clerk, customers = users["sales"], list(shops.values())
    scarce = Product.objects.filter(sku=SHORT).first()
    for days, words, why, pieces, shop in (
        (21, "iphone 15 pro incell", Why.NOT_FOUND, 4, 0),
        (16, "iphone 15 pro incell", Why.NOT_FOUND, 6, 1),
        (9, "redmi note 13 display", Why.NOT_FOUND, 10, 2),
        (5, "vivo t2x combo", Why.NOT_FOUND, 3, 3),
        (3, "redmi note 13 display", Why.NOT_FOUND, 8, 4),
        (2, "galaxy a12", Why.OUT_OF_STOCK, 12, 1),
        (1, "", Why.DECLINED, 15, 2),
        (0, "", Why.DROPPED, 5, 0),
    ):
        known = scarce.pk if scarce and why != Why.NOT_FOUND else None
        customer = customers[shop % len(customers)]
        at = now - dt.timedelta(days=days, minutes=40)
        record_demand([Want(known, words=words, pieces=pieces)], why, by=clerk, at=at, customer=customer)
