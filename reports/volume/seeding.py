"""The whole seed, chunk by chunk, each a transaction: a killed run leaves right books and goes on later."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Max, Q

from core.errors import Refusal
from credit.models import Payment
from customers.models import Customer
from orders.models import Order

from . import goods, shops
from .ground import Ground, prepare
from .plan import CUSTOMER, DAYS, ORDER, PAYMENT, Asked
from .trade import Trade

BINDS_NOBODY = ["draft", "credit_hold", "cancelled"]
Tell = Callable[[str], None]


class Done(NamedTuple):
    """What one run did."""

    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> int:
        return round(self.rows / self.seconds) if self.seconds else 0


def has_trade_of_its_own() -> bool:
    """Whether somebody's real customers or orders are here."""
    return (
        Customer.objects.exclude(idempotency_key__startswith=CUSTOMER).exists()
        or Customer.objects.filter(idempotency_key=None).exists()
    )


def seed(asked: Asked, *, now: dt.datetime, tell: Tell) -> Done:
    """Bring the wholesaler to the asked numbers; what is there already counts. `tell` hears of every chunk."""
    begun, ground = time.monotonic(), prepare()
    opened = now - dt.timedelta(days=DAYS)
    rows = _in_chunks(
        "products",
        goods.count_products(),
        asked.products,
        goods.CHUNK,
        lambda first, last: goods.add_products(first, last, ground, at=opened),
        tell,
    )
    rows += _in_chunks(
        "customers",
        shops.count_customers(),
        asked.customers,
        shops.CHUNK,
        lambda first, last: shops.add_customers(first, last, ground, now=now),
        tell,
    )
    rows += _invoices(asked, ground, now, tell)
    if rows:
        tell("Telling the planner what the tables hold …")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return Done(rows, time.monotonic() - begun)


def _in_chunks(
    what: str, there: int, asked: int, size: int, write: Callable[[int, int], int], tell: Tell
) -> int:
    rows, watch = 0, Watch(what, there, asked, tell)
    for first in range(there, asked, size):
        last = min(asked, first + size)
        rows += write(first, last)
        watch.tell(last, rows)
    return rows


def _invoices(asked: Asked, ground: Ground, now: dt.datetime, tell: Tell) -> int:
    counted = Order.objects.filter(idempotency_key__startswith=ORDER).aggregate(
        orders=Count("pk"), billed=Count("pk", filter=~Q(status__in=BINDS_NOBODY)), last=Max("created_at")
    )
    there = counted["billed"]
    if there >= asked.invoices:
        return 0
    if not asked.customers or not asked.products:
        raise Refusal("Invoices need customers and products.", code="nothing_to_sell")
    paid = Payment.objects.filter(reference__startswith=PAYMENT).aggregate(last=Max("recorded_at"))["last"]
    told = [moment for moment in (counted["last"], paid) if moment]
    clock = max(told, default=now - dt.timedelta(days=DAYS))
    trade = Trade(ground, shops.count_customers(), counted["orders"], clock=clock, now=now)
    rows, watch = 0, Watch("invoices", there, asked.invoices, tell)
    while there < asked.invoices:
        made, written = trade.write_chunk(asked.invoices - there)
        there, rows = there + made, rows + written
        watch.tell(there, rows)
    return rows


class Watch:
    """Says how far it is, how fast, and how long it will take."""

    def __init__(self, what: str, there: int, asked: int, tell: Tell) -> None:
        self.what, self.first, self.asked, self.say = what, there, asked, tell
        self.begun = time.monotonic()

    def tell(self, there: int, rows: int) -> None:
        took = time.monotonic() - self.begun
        left = took / max(1, there - self.first) * (self.asked - there)
        self.say(
            f"{there:>9,} of {self.asked:,} {self.what}   {rows / took:>9,.0f} rows/s   {left:>5.0f} s left"
        )
