"""Which links of a customer work."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet

from credit.models import RetailerLink
from customers.models import Customer


def living_links(customer: Customer, *, at: dt.datetime) -> QuerySet[Any]:
    """The links that open something now, with their invoices: the one to the whole account first, then the newest."""
    living = RetailerLink.objects.filter(account__customer=customer, revoked_at=None, expires_at__gt=at)
    return living.select_related("invoice").order_by(F("invoice").desc(nulls_first=True))
