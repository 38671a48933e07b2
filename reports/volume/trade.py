"""The trade itself, told in the order of time: orders, what credit said, invoices, deliveries, payments.

The rules are the real ones (`pricing.rules.resolve`, `credit.rules.judge`, `core.money.taxed`, the way money pays the
oldest invoice first); only the writing is another: by chunks, each one transaction that leaves all books right.
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
from collections import Counter
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from core.dates import local_date
from core.money import ZERO, taxed
from credit.rules import judge
from inventory.operations import recompute_costs
from orders.models import Order
from pricing.rules import resolve

from .buyers import Bill, Buyer, Buyers, Money
from .copying import Rows
from .figures import Changes
from .goods import Piece, load_pieces, receive
from .ground import Ground
from .numbers import Numbers
from .papers import Line, Sale, write_payment, write_sale, write_share
from .plan import dice_for, skewed

CHUNK = 2000
HERE = dt.timedelta(days=2)
"""Younger orders may still be drafts, undelivered or waiting for goods."""


class Trade:
    """Goes on with the story from where the database says it stands."""

    def __init__(
        self, ground: Ground, customers: int, orders: int, *, clock: dt.datetime, now: dt.datetime
    ) -> None:
        self.ground, self.customers, self.clock, self.now = ground, customers, clock, now
        self.next_order = orders
        self.pieces: list[Piece] = load_pieces(ground)
        self.buyers = Buyers(ground)
        self.due: list[tuple[dt.datetime, int, int, Buyer, Bill]] = []
        for buyer, bill in self.buyers.load_debtors():
            self.plan_payments(buyer, bill)

    @transaction.atomic
    def write_chunk(self, left: int) -> tuple[int, int]:
        """Trade until so many invoices are written, `left` or a chunk's worth: (invoices, rows)."""
        wanted = min(CHUNK, left)
        self.rows, self.changes, self.numbers = Rows(), Changes(), Numbers()
        self.taken: Counter[tuple[int, int]] = Counter()
        self.costs = {piece.pk: piece.cost for piece in self.pieces}
        first, made = self.next_order, 0
        self.buyers.load(self.buyer_number(number) for number in range(first, first + 2 * wanted))
        with self.numbers:
            begun = self.clock
            while made < wanted and self.next_order < first + 2 * wanted:
                self.clock += (self.now - self.clock) / (left - made + 1)
                self.receive_payments(self.clock)
                made += self.take_order(self.next_order, self.clock)
                self.next_order += 1
            if made == left:
                self.receive_payments(self.now)
            stock = [(place, key, pieces, self.costs[key]) for (place, key), pieces in self.taken.items()]
            receive(self.rows, stock, self.numbers, by=self.ground.storekeeper, at=begun)
            written = self.rows.write() + self.changes.write()
        recompute_costs([line[1] for line in stock], since=begun, at=self.now)
        for buyer in self.changes.touched:
            for bill in buyer.bills:
                bill.row = bill.order_row = None
            for money in buyer.money:
                money.row = None
        return made, written

    def buyer_number(self, number: int) -> int:
        return skewed(dice_for("order", number), range(self.customers), 3)

    # --- an order ------------------------------------------------------------------------------------------------
    def take_order(self, number: int, at: dt.datetime) -> int:
        """One order; how many invoices came of it (1, or 0 when it is a draft or held)."""
        dice = dice_for("order", number)
        buyer = self.buyers.of(skewed(dice, range(self.customers), 3))
        sale = Sale(number, self.rows.key(Order), buyer, at, dice.choice(self.ground.locations[:2]))
        sale.lines = self.price(buyer, dice, at)
        sale.total = sum((line.gross for line in sale.lines), ZERO)
        young = at > self.now - HERE
        if buyer.status == "blocked" or (young and dice.random() < 0.03):
            sale.outcome = "draft" if young else "cancelled"
            write_sale(self, sale)
            return 0
        if buyer.limit == ZERO and dice.random() < 0.9:
            self.receive(buyer, number, 9, sale.total, at)
        sale.inputs = buyer.inputs(sale.total, settings.CURRENCY, at)
        sale.judged = judge(sale.inputs)
        if not sale.judged.approved:
            sale.outcome = "credit_hold" if at > self.now - 2 * HERE else "cancelled"
            write_sale(self, sale)
            return 0
        if young and len(sale.lines) > 1 and dice.random() < 0.03:
            sale.lines[-1].here = False
        handed_over = at + dt.timedelta(hours=dice.uniform(4, 30))
        sale.delivered_at = handed_over if sale.is_here and handed_over <= self.now else None
        bill = write_sale(self, sale)
        assert bill is not None
        self.spend_what_was_paid_ahead(buyer, at)
        self.plan_payments(buyer, bill)
        return 1

    def price(self, buyer: Buyer, dice: random.Random, at: dt.datetime) -> list[Line]:
        """One to eight products, the popular ones often, at the prices of the rules."""
        count = dice.choices(range(1, 9), [5, 9, 9, 6, 4, 2, 1, 1])[0]
        chosen = [skewed(dice, self.pieces, 2.2) for _ in range(count)]
        lines = []
        for piece in {piece.pk: piece for piece in chosen}.values():
            pieces = dice.choice([1, 1, 2, 2, 2, 3, 4, 5, 5, 10]) * (2 if buyer.is_member else 1)
            prices = piece.members if buyer.is_member else piece.prices
            found = resolve(prices, quantity=pieces, on=local_date(at), currency=settings.CURRENCY)
            assert found.unit_price is not None
            amounts = taxed(
                found.unit_price * pieces, self.ground.tax_rate, inclusive=bool(found.includes_tax)
            )
            lines.append(Line(piece, pieces, found, self.ground.tax_rate, *amounts))
        return lines

    # --- money ---------------------------------------------------------------------------------------------------
    def plan_payments(self, buyer: Buyer, bill: Bill) -> None:
        """When this invoice will be paid: most on time, some late, some in two parts, a few never."""
        dice = dice_for("order", bill.order)
        dice.random()
        kind = dice.choices(["good", "late", "parts", "very late", "never"], [62, 23, 9, 5, 1])[0]
        due = (bill.due_on - local_date(bill.issued_at)).days
        days = {
            "good": [(due * dice.uniform(0.3, 1.1), 100)],
            "late": [(due + dice.uniform(1, 20), 100)],
            "parts": [(due * dice.random(), dice.choice([30, 50, 60])), (due + dice.uniform(1, 40), 100)],
            "very late": [(due + dice.uniform(15, 90), 100)],
            "never": [],
        }[kind]
        for step, (later, percent) in enumerate(days):
            at = bill.issued_at + dt.timedelta(days=later)
            if self.clock < at <= self.now:
                heapq.heappush(self.due, (at, bill.order * 10 + step, percent, buyer, bill))

    def receive_payments(self, until: dt.datetime) -> None:
        """All payments that are due by then, the earliest first."""
        while self.due and self.due[0][0] <= until:
            at, step, percent, buyer, bill = heapq.heappop(self.due)
            if bill.outstanding > 0:
                part = bill.outstanding * percent / 100
                amount = bill.outstanding if percent == 100 else max(part.quantize(Decimal(1)), Decimal(1))
                self.receive(buyer, step // 10, step % 10, min(amount, bill.outstanding), at)

    def receive(self, buyer: Buyer, order: int, step: int, amount: Decimal, at: dt.datetime) -> None:
        """A payment; it pays the oldest invoices, and what none needs stays with it."""
        buyer.balance -= amount
        money = write_payment(self, buyer, f"{order}:{step}", amount, at)
        buyer.money.append(money)
        self.changes.account(buyer, balance=-amount, unallocated=amount)
        self.spend_what_was_paid_ahead(buyer, at)

    def spend_what_was_paid_ahead(self, buyer: Buyer, at: dt.datetime) -> None:
        """Let unspent money pay open invoices, oldest money and oldest invoice first."""
        if not buyer.money:
            return
        bills = sorted(buyer.bills, key=lambda bill: (bill.due_on, bill.pk))
        for money in buyer.money:
            for bill in bills:
                if share := min(money.rest, bill.outstanding):
                    self.pay(buyer, money, bill, share, at)
        buyer.bills = [bill for bill in bills if bill.outstanding]
        buyer.money = [money for money in buyer.money if money.rest]

    def pay(self, buyer: Buyer, money: Money, bill: Bill, share: Decimal, at: dt.datetime) -> None:
        """A share of a payment goes to an invoice; the last one closes its order."""
        money.rest -= share
        bill.outstanding -= share
        write_share(self, money, bill, share, at)
        self.changes.account(buyer, unallocated=-share)
        self.changes.bill(bill)
        self.changes.money(money)
