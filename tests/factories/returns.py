"""Goods that were delivered and come back."""

from __future__ import annotations

import uuid
from typing import Any

from customers.models import Customer
from inventory.models import Location
from orders.models import Order, Return
from orders.operations import ReturnItem, confirm_order, deliver_order, receive_return, request_return

from .orders import draft, now


def places() -> None:
    """Locations for what is damaged and what nobody has looked at."""
    for kind in ("damaged", "quarantine"):
        Location.objects.get_or_create(kind=kind, defaults={"name": kind.title()})


def delivered(customer: Customer, *lines: tuple[Any, ...]) -> Order:
    """An order that was confirmed, billed and handed over."""
    order = draft(customer, *lines)
    confirm_order(order, by=order.created_by, at=now())
    return deliver_order(order, by=order.created_by, at=now())


def lines_of(order: Order) -> list[Any]:
    """The invoice lines that bill an order, in their order."""
    from credit.models import InvoiceLine

    return list(InvoiceLine.objects.filter(invoice__order_number=order.code).order_by("pk"))


def ask_return(order: Order, *pieces: int, reason: str = "faulty", **told: Any) -> Return:
    """A return of so many pieces of each invoice line of an order."""
    items = [ReturnItem(line.pk, n, reason) for line, n in zip(lines_of(order), pieces, strict=False)]
    return request_return(
        order.customer, items, **{"reference": f"test:{uuid.uuid4()}", "by": None, "at": now()} | told
    )


def received(rma: Return, *came: dict[str, int], **told: Any) -> Return:
    """What came of each line: `{"shelf": 2, "damaged": 1}`."""
    places()
    lines = rma.lines.order_by("position")
    return receive_return(
        rma,
        {line.pk: kinds for line, kinds in zip(lines, came, strict=True)},
        **{"by": None, "at": now()} | told,
    )
