"""The sale in plain Python: what balances, levels and statuses should be, without a database.

Written from the product's rules, not from the operations, so that the two can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

NOTHING = Decimal("0.00")


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@dataclass
class Bill:
    """An invoice of the model."""

    order: int
    pieces: dict[str, int]
    total: Decimal
    outstanding: Decimal = NOTHING
    taken_back: bool = False

    def __post_init__(self) -> None:
        self.outstanding = self.total


@dataclass
class Money:
    """A payment or a credit note: how much of it is left, and what it paid."""

    amount: Decimal
    left: Decimal = NOTHING
    paid: list[tuple[Bill, Decimal]] = field(default_factory=list)
    is_note: bool = False
    reversed: bool = False

    def __post_init__(self) -> None:
        self.left = self.amount


@dataclass
class Sale:
    """An order of the model."""

    customer: str
    asked: dict[str, int]
    status: str = "draft"
    reserved: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)
    delivered: dict[str, int] = field(default_factory=dict)
    billed: dict[str, int] = field(default_factory=dict)
    confirmed: int = 0


@dataclass
class Business:
    """Customers with a limit, products with a price and a tax rate, everything that happened."""

    prices: dict[str, tuple[Decimal, Decimal]]
    limits: dict[str, Decimal]
    on_hand: dict[str, int]
    sales: list[Sale] = field(default_factory=list)
    bills: dict[str, list[Bill]] = field(default_factory=dict)
    money: dict[str, list[Money]] = field(default_factory=dict)
    clock: int = 0

    def __post_init__(self) -> None:
        self.bills = {name: [] for name in self.limits}
        self.money = {name: [] for name in self.limits}

    # --- figures -------------------------------------------------------------------------------------------

    def worth(self, product: str, pieces: int) -> Decimal:
        price, rate = self.prices[product]
        net = cents(price * pieces)
        return net + cents(net * rate / 100)

    def total(self, sale: Sale) -> Decimal:
        return sum((self.worth(p, n) for p, n in sale.asked.items()), NOTHING)

    def unallocated(self, customer: str) -> Decimal:
        return sum((m.left for m in self.money[customer] if not m.reversed), NOTHING)

    def balance(self, customer: str) -> Decimal:
        return sum((b.outstanding for b in self.bills[customer]), NOTHING) - self.unallocated(customer)

    def open_orders(self, customer: str) -> Decimal:
        return sum(
            (
                self.worth(p, n) - self.worth(p, sale.billed.get(p, 0))
                for sale in self.sales
                if sale.customer == customer and sale.status in {"confirmed", "backordered"}
                for p, n in sale.asked.items()
            ),
            NOTHING,
        )

    def reserved(self, product: str) -> int:
        return sum(sale.reserved.get(product, 0) for sale in self.sales)

    # --- what happens --------------------------------------------------------------------------------------

    def confirm(self, sale: Sale, *, override: bool = False) -> None:
        exposure = self.balance(sale.customer) + self.open_orders(sale.customer)
        if not override and exposure + self.total(sale) > self.limits[sale.customer]:
            sale.status = "credit_hold"
            return
        self.clock += 1
        sale.confirmed = self.clock
        sale.reserved, sale.waiting, sale.delivered, sale.billed = {}, {}, {}, {}
        for product, pieces in sale.asked.items():
            got = min(pieces, self.on_hand[product] - self.reserved(product))
            sale.reserved[product] = got
            sale.waiting[product] = pieces - got
        sale.status = "backordered" if any(sale.waiting.values()) else "confirmed"
        self.bill(sale, {p: n for p, n in sale.reserved.items() if n})

    def bill(self, sale: Sale, pieces: dict[str, int]) -> None:
        if not pieces:
            return
        total = NOTHING
        for product, count in pieces.items():
            before = sale.billed.get(product, 0)
            total += self.worth(product, before + count) - self.worth(product, before)
            sale.billed[product] = before + count
        self.bills[sale.customer].append(Bill(self.sales.index(sale), pieces, total))
        for money in sorted(self.money[sale.customer], key=lambda m: not m.is_note):
            self.spend(sale.customer, money)

    def spend(self, customer: str, money: Money) -> None:
        """Let money pay the oldest bills."""
        for bill in self.bills[customer]:
            share = min(money.left, bill.outstanding)
            if share and not money.reversed:
                money.left -= share
                bill.outstanding -= share
                money.paid.append((bill, share))

    def deliver(self, sale: Sale) -> None:
        for product, pieces in sale.reserved.items():
            self.on_hand[product] -= pieces
            sale.delivered[product] = sale.delivered.get(product, 0) + pieces
            sale.reserved[product] = 0
        if not any(sale.waiting.values()):
            sale.status = "invoiced"
        self.settle(sale.customer)

    def undo(self, sale: Sale, status: str) -> None:
        was_confirmed = sale.status in {"confirmed", "backordered"}
        sale.status = status
        sale.reserved, sale.waiting, sale.billed = {}, {}, {}
        if not was_confirmed:
            return
        number = self.sales.index(sale)
        for bill in self.bills[sale.customer]:
            if bill.order == number and not bill.taken_back:
                bill.taken_back = True
                note = Money(bill.total, is_note=True)
                share = min(note.left, bill.outstanding)
                note.left -= share
                bill.outstanding -= share
                self.money[sale.customer].append(note)

    def receive(self, product: str, pieces: int) -> None:
        self.on_hand[product] += pieces
        self.give_out({product})

    def give_out(self, products: set[str]) -> None:
        """Free pieces go to the orders that wait for them, the first confirmed first."""
        waiting = [
            s for s in self.sales if s.status == "backordered" and any(s.waiting.get(p) for p in products)
        ]
        for sale in sorted(waiting, key=lambda s: s.confirmed):
            found = {}
            for name in sale.asked:
                got = min(sale.waiting[name], self.on_hand[name] - self.reserved(name))
                if got:
                    found[name] = got
                    sale.waiting[name] -= got
                    sale.reserved[name] = sale.reserved.get(name, 0) + got
            if found and not any(sale.waiting.values()):
                sale.status = "confirmed"
            self.bill(sale, found)

    def pay(self, customer: str, amount: Decimal) -> Money:
        money = Money(amount)
        self.money[customer].append(money)
        self.spend(customer, money)
        self.settle(customer)
        return money

    def reverse(self, customer: str, money: Money) -> None:
        if money.reversed:
            return
        for bill, share in money.paid:
            bill.outstanding += share
        money.paid, money.left, money.reversed = [], NOTHING, True
        self.settle(customer)

    def settle(self, customer: str) -> None:
        """Close what is delivered and paid, reopen what a reversal unpaid."""
        for number, sale in enumerate(self.sales):
            if sale.customer == customer and sale.status in {"invoiced", "closed"}:
                owed = any(b.outstanding for b in self.bills[customer] if b.order == number)
                sale.status = "invoiced" if owed else "closed"

    def review_held(self, customer: str) -> None:
        for sale in self.sales:
            if sale.customer == customer and sale.status == "credit_hold":
                self.confirm(sale)
