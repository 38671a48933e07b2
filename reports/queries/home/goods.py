"""What goes out, what came in, what is missing."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, F, Min, Q, Sum

from core.money import ZERO, round_money
from inventory.models import StockLevel, StockMove
from orders.models import Order, OrderLine, Status

from .sight import in_sight, start_of

SHOWN = 6


class Goods(NamedTuple):
    """Orders that wait to be handed over, and how many of them since before today."""

    orders: int
    older: int


class Short(NamedTuple):
    """A product that customers wait for."""

    product_id: int
    name: str
    sku: str
    pieces: int
    shops: int
    since: dt.datetime


def goods_today(user: Any, *, today: dt.date) -> Goods:
    """Orders all of whose pieces are reserved and not handed over yet."""
    ready = in_sight(Order.objects.filter(status=Status.CONFIRMED), user, "customer")
    found = ready.order_by().aggregate(
        number=Count("pk"), older=Count("pk", filter=Q(confirmed_at__lt=start_of(today)))
    )
    return Goods(found["number"], found["older"])


def short_products(user: Any, *, most: int = SHOWN) -> list[Short]:
    """What is promised and not there, the most missing first."""
    waiting = OrderLine.objects.filter(backordered__gt=0, order__status=Status.BACKORDERED)
    rows = (
        in_sight(waiting, user, "order__customer")
        .order_by()
        .values("product_id", "product__name", "product__sku")
        .annotate(
            pieces=Sum("backordered"),
            shops=Count("order__customer", distinct=True),
            since=Min("order__confirmed_at"),
        )
        .order_by("-pieces", "product__sku")
    )
    return [Short(*row) for row in rows.values_list(
        "product_id", "product__name", "product__sku", "pieces", "shops", "since"
    )[:most]]  # fmt: skip


def receipts_today(*, today: dt.date) -> tuple[int, int]:
    """Goods that arrived today: receipts and pieces."""
    found = StockMove.objects.filter(at__gte=start_of(today), kind=StockMove.Kind.RECEIPT).aggregate(
        receipts=Count("document", distinct=True), pieces=Sum("quantity")
    )
    return found["receipts"], found["pieces"] or 0


def stock_value() -> Decimal:
    """All that lies on the shelves, at moving average cost, in the base currency."""
    found = (
        StockLevel.objects.filter(on_hand__gt=0)
        .order_by()
        .aggregate(value=Sum(F("on_hand") * F("product__cost__average")))
    )
    return round_money(found["value"] or ZERO)


def margin_today(user: Any, *, today: dt.date) -> tuple[Decimal, Decimal]:
    """Net sales and margin of today's orders, of lines whose cost was known. Base currency only."""
    lines = OrderLine.objects.filter(
        order__in=in_sight(Order.objects.living(), user, "customer").filter(
            confirmed_at__gte=start_of(today), currency=settings.CURRENCY
        ),
        unit_cost__isnull=False,
    )
    found = lines.order_by().aggregate(net=Sum("net"), cost=Sum(F("unit_cost") * F("quantity")))
    net, cost = found["net"] or ZERO, found["cost"] or ZERO
    return net, round_money(net - cost)
