"""What waits at the back door of the demo: goods that come back, an order to pick, one delivered in part."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import User
from credit.models import InvoiceLine
from customers.models import Customer
from inventory.models import Location
from orders.models import Order, OrderLine, Status
from orders.operations import ReturnItem, deliver_order, receive_return, request_return, settle_return
from orders.operations.picking import mark_picked
from orders.queries.returns import returnable

Users = dict[str, User]
Shops = dict[str, Customer]


def open_back_door(users: Users, shops: Shops, *, now: dt.datetime) -> None:
    """Put it there as people would have this morning. What the story left nothing for is passed over."""
    for kind, name in (("damaged", "Damaged goods"), ("quarantine", "Quarantine")):
        if not Location.objects.filter(kind=kind).exists():
            Location.objects.create(kind=kind, name=name)
    _returns(users, shops, now)
    _picking(users, now)


def _returns(users: Users, shops: Shops, now: dt.datetime) -> None:
    """One asked by the shop, one on its way, one that came and one that was settled with a fee."""
    ways = ["asked", "coming", "came", "settled"]
    for name in sorted(shops):
        if not ways:
            return
        shop = shops[name]
        left = [line for line in returnable(shop.pk) if line.left > 1 and line.product_id][:2]
        if not left or not InvoiceLine.objects.filter(pk=left[0].line_id).exists():
            continue
        way = ways.pop(0)
        at = now - dt.timedelta(hours=3 + len(ways))
        items = [ReturnItem(line.line_id, 2, "faulty" if way != "settled" else "too_many") for line in left]
        row = request_return(
            shop,
            items,
            note="The touch does not answer." if way == "asked" else "",
            from_shop=way == "asked",
            reference=f"demo:return:{way}",
            by=None if way == "asked" else users["support"],
            at=at,
        )
        if way in {"came", "settled"}:
            came = {line.pk: {"shelf": 1, "damaged": 1} for line in row.lines.all()}
            row = receive_return(row, came, by=users["store"], at=at + dt.timedelta(minutes=40))
        if way == "settled":
            settle_return(
                row, "credit", fee_percent=Decimal(10), by=users["credit"], at=at + dt.timedelta(hours=1)
            )


def _picking(users: Users, now: dt.datetime) -> None:
    """The oldest order that can go is delivered in part, the next is being picked."""
    going = Order.objects.filter(status__in=[Status.CONFIRMED, Status.BACKORDERED])
    rows = [order for order in going.order_by("confirmed_at", "pk")[:40] if _reserved(order)]
    for order in [each for each in rows if any(line.reserved > 1 for line in _reserved(each))][:1]:
        line = max(_reserved(order), key=lambda each: each.reserved)
        deliver_order(
            order,
            pieces={line.pk: line.reserved // 2},
            words="The rest goes with tomorrow's van.",
            by=users["store"],
            at=now - dt.timedelta(minutes=50),
        )
        rows.remove(order)
    for order in rows[:1]:
        line = _reserved(order)[0]
        mark_picked(
            order,
            line.product.sku,
            reference="demo:pick:1",
            by=users["store"],
            at=now - dt.timedelta(minutes=5),
        )


def _reserved(order: Order) -> list[OrderLine]:
    return list(order.lines.filter(reserved__gt=0).select_related("product").order_by("position"))
