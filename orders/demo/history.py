"""Two months of trade before today, told day by day: orders, deliveries, payments, and what is open this morning."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from accounts.models import User
from core.dates import local_date
from core.money import ZERO
from credit.models import Invoice
from credit.operations import record_payment
from customers.models import Customer
from messaging.models import OutboundMessage, WebhookEvent
from messaging.operations.callbacks import apply_status
from orders.models import Order, Status
from orders.operations import Item, confirm_order, create_order, deliver_order, preview_order

from .goods import SHORT, Goods

DAYS = 60
READ_SHARE = 0.7
"""How many of the messages that arrived were read."""
Happening = Callable[[dt.datetime], None]


def tell_delivered(at: dt.datetime, *, now: dt.datetime, dice: random.Random) -> None:
    """What was written at a time arrived then: the provider's callbacks come as they came that day."""
    for message in OutboundMessage.objects.filter(state=OutboundMessage.State.QUEUED):
        sid = f"SM{message.uid.hex}"
        for minutes, status in ((1, "delivered"), (dice.randint(5, 300), "read")):
            then = at + dt.timedelta(minutes=minutes)
            if status == "delivered" or (then < now and dice.random() < READ_SHARE):
                told = {"MessageSid": sid, "MessageStatus": status, "o": str(message.uid)}
                apply_status(WebhookEvent(payload=told), at=min(then, now))


class Teller:
    """Tells the story in the order of time: what is told for later waits its turn."""

    def __init__(
        self,
        users: dict[str, User],
        shops: dict[str, Customer],
        goods: Goods,
        *,
        now: dt.datetime,
        dice: random.Random,
    ) -> None:
        self.users, self.shops, self.goods, self.now, self.dice = users, shops, goods, now, dice
        self.waiting: list[tuple[dt.datetime, int, Happening]] = []
        self.number = itertools.count(1)

    def plan(self, days_ago: float, what: Happening) -> None:
        at = self.now - dt.timedelta(days=days_ago)
        if at <= self.now:
            heapq.heappush(self.waiting, (at, next(self.number), what))

    def tell(self) -> None:
        while self.waiting:
            at, _number, what = heapq.heappop(self.waiting)
            what(at)
            tell_delivered(at, now=self.now, dice=self.dice)

    # --- what can happen -----------------------------------------------------------------------------------------
    def order(
        self,
        shop: str,
        lines: list[tuple[str, int]],
        days_ago: float,
        *,
        deliver: bool = True,
        pays: tuple[float, int] | None = None,
        confirm: bool = True,
        within_limit: bool = True,
        **fields: Any,
    ) -> None:
        """An order; delivered the next day; paid `pays` = (days later, percent)."""

        def happen(at: dt.datetime) -> None:
            customer = self.shops[shop]
            items = [Item(self.goods.products[sku].pk, pieces) for sku, pieces in lines]
            if within_limit and not self.fits(customer, items, at):
                return
            key = f"demo:order:{next(self.number)}"
            order = create_order(
                customer, items, by=customer.representative, at=at, idempotency_key=key, **fields
            )
            if not confirm:
                return
            order = confirm_order(order, by=customer.representative, at=at)
            if deliver and order.status == Status.CONFIRMED:
                self.plan(days_ago - 0.8, lambda then: self.deliver(order, then))
            if pays:
                later, percent = pays
                self.plan(days_ago - later, lambda then: self.pay(order, percent, then))

        self.plan(days_ago, happen)

    def fits(self, customer: Customer, items: list[Item], at: dt.datetime) -> bool:
        return preview_order(customer, items, location=self.goods.main, at=at).judged.approved

    def deliver(self, order: Order, at: dt.datetime) -> None:
        if Order.objects.get(pk=order.pk).status == Status.CONFIRMED:
            deliver_order(order, by=self.users["store"], at=at)

    def pay(self, order: Order, percent: int, at: dt.datetime) -> None:
        """So many percent of what is outstanding on the order's invoices, in whole rupees unless it is all."""
        owed = (
            Invoice.objects.filter(order_number=order.code).aggregate(sum=Sum("outstanding"))["sum"] or ZERO
        )
        amount = owed if percent == 100 else (owed * percent / 100).quantize(Decimal(1))
        if amount > 0:
            self.receive(order.customer_id, amount, at)

    def receive(self, customer_id: int, amount: Decimal, at: dt.datetime) -> None:
        method = self.dice.choice(["mobile_money", "mobile_money", "bank", "cash"])
        number = next(self.number)
        record_payment(
            customer_id,
            amount,
            method=method,
            method_reference=f"UTR{731000000 + number}" if method != "cash" else "",
            received_on=local_date(at),
            reference=f"demo:payment:{number}",
            by=self.users["accounts"],
            at=at,
        )


def tell_history(
    users: dict[str, User], shops: dict[str, Customer], goods: Goods, *, now: dt.datetime, dice: random.Random
) -> None:
    """Plan it all, then tell it from the oldest day on, so that numbers and dates rise together."""
    teller = Teller(users, shops, goods, now=now, dice=dice)
    busy = [
        name for name in shops if name not in {"Sapphire Mobiles", "Punjab Mobile House", "Taj Mobile Repair"}
    ]
    skus = [sku for sku in goods.products if sku != SHORT]
    for days_ago in range(DAYS, 1, -2):
        lines = [(sku, dice.choice([2, 3, 4, 5, 10])) for sku in dice.sample(skus, dice.randint(2, 4))]
        pays = dice.choice([(6, 100), (11, 100), (14, 100), (17, 100), (9, 60), None])
        teller.order(dice.choice(busy), lines, days_ago - dice.random() / 2, pays=pays)
    # What this morning looks like: late, partly paid, held, waiting for goods, not yet confirmed, paid ahead.
    teller.order("Shree Mobile Point", [("LCD-XIA-RN10-IN", 12), ("LCD-APP-IP11-HO", 3)], 29)
    teller.order("Gupta Telecom", [("LCD-VIV-Y20-TF", 10), ("LCD-OPP-A15-TF", 10)], 12, pays=(8, 45))
    teller.order("Balaji Cell Care", [("LCD-XIA-RN8-OR", 10), ("LCD-SAM-A50-IN", 5)], 3, pays=(2, 100))
    held = [("LCD-APP-IP12-SO", 4), ("LCD-SAM-A32-OR", 2)]
    teller.order("Punjab Mobile House", held, 0.15, within_limit=False, note="Wants them for Monday")
    teller.order("Pink City Phones", [(SHORT, 9), ("LCD-SAM-M31-IN", 4)], 0.6)
    teller.order("Fix My Phone", [("LCD-ONE-NORD-IN", 5), ("LCD-MOT-G31-IN", 5)], 0.4, deliver=False)
    teller.order(
        "Lucknow LCD World", [("LCD-REA-C11-TF", 10)], 0.1, confirm=False, customer_reference="by WhatsApp"
    )
    cash = shops["Taj Mobile Repair"].pk
    teller.plan(5, lambda at: teller.receive(cash, Decimal(20000), at))
    teller.order("Taj Mobile Repair", [("LCD-XIA-R9A-OR", 6)], 4.5)
    teller.tell()
