"""The counter's one step: write the draft down and, if asked, confirm it, or leave everything as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from customers.models import Customer
from orders.models import Order, Status

from .confirm import confirm_order
from .drafts import Item, change_order, create_order


@transaction.atomic
def place_order(
    customer: Customer,
    items: Sequence[Item],
    *,
    by: Any,
    at: dt.datetime,
    idempotency_key: str,
    seen_total: Decimal | None = None,
    may_hold: bool = True,
    **fields: Any,
) -> Order:
    """Create an order and confirm it. The same `idempotency_key` gives the order as it is by now.

    Without `may_hold` an order that credit does not approve is refused, and nothing is written.
    """
    order = create_order(customer, items, by=by, at=at, idempotency_key=idempotency_key, **fields)
    if order.status != Status.DRAFT:
        return order
    return confirm_order(order, by=by, at=at, seen_total=seen_total, may_hold=may_hold)


@transaction.atomic
def change_and_confirm_order(
    order: Order,
    items: Sequence[Item],
    *,
    by: Any,
    at: dt.datetime,
    version: int | None,
    seen_total: Decimal | None = None,
    may_hold: bool = True,
    quoted_prices: str = "",
    **fields: Any,
) -> Order:
    """Replace a draft's lines and fields, and confirm it; as `place_order`."""
    order = change_order(order, items, by=by, at=at, version=version, **fields)
    return confirm_order(
        order, by=by, at=at, seen_total=seen_total, may_hold=may_hold, quoted_prices=quoted_prices
    )
