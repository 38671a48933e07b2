"""Who stands at the counter: the customers a seller served last, and the one that was chosen."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from credit.queries.standing import Standing, account_of, standing
from customers.models import Customer
from customers.queries import CustomerHit, city, hits_of
from orders.models import Order

LOOKED_BACK = 60
"""Orders that are looked through for the last customers: a shop may stand there many times."""


class Buyer(NamedTuple):
    """The chosen customer in one line: where it is, when it ordered last, how its credit stands."""

    customer: Customer
    city: str
    last_order_at: dt.datetime | None
    standing: Standing

    @property
    def initials(self) -> str:
        words = self.customer.name.split()
        return "".join(word[0] for word in words[:2])


def buyer(customer: Customer, *, on: dt.date) -> Buyer:
    """The line of a chosen customer, in five queries at most."""
    town, last = (
        Customer.objects.filter(pk=customer.pk)
        .annotate(town=city())
        .values_list("town", "figures__last_purchase_on")
        .get()
    )
    newest = (
        Order.objects.filter(customer=customer).order_by("-created_at").values_list("created_at", flat=True)
    )
    return Buyer(
        customer, town or "", newest.first() if last else None, standing(account_of(customer), on=on)
    )


def recent_customers(user: Any, limit: int = 6) -> list[CustomerHit]:
    """The customers a seller wrote orders for last, the latest first; else those who bought last, of its own."""
    mine = Order.objects.filter(created_by=user).order_by("-created_at").values_list("customer_id", flat=True)
    keys = list(dict.fromkeys(mine[:LOOKED_BACK]))
    if not keys:
        own = Customer.objects.visible_to(user).filter(representative=user, figures__isnull=False)
        keys = list(own.order_by("-figures__last_purchase_on", "pk").values_list("pk", flat=True)[:limit])
    return hits_of(keys[:limit], user=user)
