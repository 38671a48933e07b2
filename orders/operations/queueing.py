"""Telling the stock what an order waits for, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from core.tasks import after_commit
from inventory import operations as inventory
from orders.models import Order, OrderLine, Status


def turn_of(order: Order, *, at: dt.datetime) -> inventory.Turn:
    """The order's place among those that wait: by priority, then by when it was confirmed; at last by its number."""
    return inventory.Turn(order.priority, order.confirmed_at or at, order.pk)


def keep_queue(order: Order, lines: Sequence[OrderLine]) -> None:
    """What each line waits for by now, after it was written. No statement for an order that waits for nothing.

    An order waits exactly while it is backordered; it stands in `status_read` how it was found under its lock.
    """
    found = order.__dict__.get("status_read", Status.BACKORDERED)
    if found != Status.BACKORDERED and not any(line.backordered for line in lines):
        return
    if order.confirmed_at is None:
        return
    inventory.keep_waiting(
        [
            inventory.WaitLine(f"{order.reference}:line:{line.position}", line.product_id, line.backordered)
            for line in lines
        ],
        location=order.location_id,
        customer_id=order.customer_id,
        turn=turn_of(order, at=order.confirmed_at),
        document=order.code,
        url=order.get_absolute_url(),
    )
    if waiting := sorted({line.product_id for line in lines if line.backordered}):
        after_commit("orders.review_backorders", product_ids=waiting)
