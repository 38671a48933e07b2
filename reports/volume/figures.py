"""What a chunk changes in rows that are there already: balances, levels, figures, and papers of earlier chunks."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

from django.db import connection

from core.money import ZERO

from .buyers import Bill, Buyer, Money


class Changes:
    """Adds up changes in memory and writes each kind in one statement."""

    def __init__(self) -> None:
        self.accounts: dict[int, list[Decimal]] = {}
        self.levels: dict[tuple[int, int], Counter[str]] = {}
        self.purchases: dict[int, list[Any]] = {}
        self.bills: dict[int, Bill] = {}
        self.moneys: dict[int, Money] = {}
        self.by_account: dict[int, Buyer] = {}

    @property
    def touched(self) -> list[Buyer]:
        """The shops something happened with."""
        return list(self.by_account.values())

    def account(
        self,
        buyer: Buyer,
        *,
        balance: Decimal = ZERO,
        unallocated: Decimal = ZERO,
        open_orders: Decimal = ZERO,
    ) -> None:
        self.by_account[buyer.account] = buyer
        known = self.accounts.setdefault(buyer.account, [ZERO, ZERO, ZERO])
        for place, change in enumerate((balance, unallocated, open_orders)):
            known[place] += change

    def level(self, location: int, product: int, *, on_hand: int, reserved: int) -> None:
        """Pieces beyond what was received and handed over again in the same chunk."""
        found = self.levels.setdefault((product, location), Counter())
        found.update(on_hand=on_hand, reserved=reserved)

    def purchase(self, buyer: Buyer, total: Decimal, day: dt.date) -> None:
        known = self.purchases.setdefault(buyer.customer, [0, ZERO, day, day])
        self.purchases[buyer.customer] = [known[0] + 1, known[1] + total, known[2], day]

    def bill(self, bill: Bill) -> None:
        """Something of it was paid: in its own row while that is not written, else in the table."""
        paid = bill.outstanding == 0
        if bill.row is None:
            self.bills[bill.pk] = bill
            return
        bill.row["outstanding"] = bill.outstanding
        if paid and bill.delivered and bill.order_row is not None:
            bill.order_row["status"] = "closed"

    def money(self, money: Money) -> None:
        if money.row is None:
            self.moneys[money.pk] = money
        else:
            money.row["unallocated_amount"] = money.rest

    def write(self) -> int:
        """Write all of it; how many rows changed."""
        settled = [bill.order_pk for bill in self.bills.values() if not bill.outstanding and bill.delivered]
        return sum(
            (
                _run(ACCOUNTS, [(key, *change) for key, change in self.accounts.items()]),
                _run(
                    LEVELS,
                    [(*key, found["on_hand"], found["reserved"]) for key, found in self.levels.items()],
                ),
                _run(FIGURES, [(key, *known) for key, known in self.purchases.items()]),
                _run(BILLS, [(bill.pk, bill.outstanding) for bill in self.bills.values()]),
                _run(MONEYS, [(money.pk, money.rest) for money in self.moneys.values()]),
                _run(CLOSED, [(key,) for key in settled]),
            )
        )


def _run(statement: str, rows: list[tuple[Any, ...]]) -> int:
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        return cursor.rowcount


ACCOUNTS = """
UPDATE credit_creditaccount a
SET balance = a.balance + n.balance, unallocated = a.unallocated + n.unallocated,
    open_orders = a.open_orders + n.open_orders
FROM unnest(%s::bigint[], %s::numeric[], %s::numeric[], %s::numeric[]) AS n (id, balance, unallocated, open_orders)
WHERE a.id = n.id
"""
LEVELS = """
INSERT INTO inventory_stocklevel AS level (product_id, location_id, on_hand, reserved)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::int[], %s::int[])
ON CONFLICT (product_id, location_id) DO UPDATE
SET on_hand = level.on_hand + excluded.on_hand, reserved = level.reserved + excluded.reserved
"""
FIGURES = """
INSERT INTO customers_customerfigures AS f (customer_id, orders, spent, first_purchase_on, last_purchase_on)
SELECT * FROM unnest(%s::bigint[], %s::int[], %s::numeric[], %s::date[], %s::date[])
ON CONFLICT (customer_id) DO UPDATE SET
    orders = f.orders + excluded.orders, spent = f.spent + excluded.spent,
    first_purchase_on = least(f.first_purchase_on, excluded.first_purchase_on),
    last_purchase_on = greatest(f.last_purchase_on, excluded.last_purchase_on)
"""
BILLS = """
UPDATE credit_invoice i SET outstanding = n.outstanding
FROM unnest(%s::bigint[], %s::numeric[]) AS n (id, outstanding) WHERE i.id = n.id
"""
MONEYS = """
UPDATE credit_payment p SET unallocated_amount = n.rest
FROM unnest(%s::bigint[], %s::numeric[]) AS n (id, rest) WHERE p.id = n.id
"""
CLOSED = "UPDATE orders_order SET status = 'closed', version = version + 1 WHERE id = ANY (%s::bigint[])"
