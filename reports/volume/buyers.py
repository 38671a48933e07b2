"""What the sale must know of the shops that trade, kept in memory between chunks: the same figures the ledgers hold."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection

from core.crypto import decrypt
from core.dates import local_date
from core.money import ZERO
from credit.models import PaymentTerms
from credit.rules import CreditInputs, limit_in_force

from .copying import Row
from .ground import Ground
from .plan import CUSTOMER, ORDER


@dataclass(slots=True)
class Bill:
    """An open invoice. While its chunk lasts, `row` and `order_row` are what will be written of it."""

    pk: int
    number: str
    order: int
    order_pk: int
    delivered: bool
    due_on: dt.date
    issued_at: dt.datetime
    outstanding: Decimal
    row: Row | None = None
    order_row: Row | None = None


@dataclass(slots=True)
class Money:
    """A payment with a rest that no invoice has needed yet."""

    pk: int
    number: str
    rest: Decimal
    received_on: dt.date
    row: Row | None = None


@dataclass(slots=True)
class Buyer:
    """A customer and its credit account."""

    customer: int
    account: int
    name: str
    phone: str
    status: str
    account_status: str
    representative: int | None
    is_member: bool
    limit: Decimal | None
    limit_source: str
    max_overdue_days: int | None
    terms: PaymentTerms
    bill_to: dict[str, str]
    balance: Decimal
    open_orders: Decimal
    bills: list[Bill] = field(default_factory=list)
    money: list[Money] = field(default_factory=list)

    def inputs(self, amount: Decimal, currency: str, at: dt.datetime) -> CreditInputs:
        """What a decision is made from, as `credit.operations.decisions.gather` would find it."""
        day = local_date(at)
        bills = sorted(self.bills, key=lambda bill: (bill.due_on, bill.pk)) if self.max_overdue_days else []
        late = bills and bills[0].due_on < day
        return CreditInputs(
            customer=self.name,
            currency=currency,
            amount=amount,
            limit=self.limit,
            limit_source=self.limit_source,
            balance=self.balance,
            open_orders=self.open_orders,
            status=self.account_status,
            max_overdue_days=self.max_overdue_days,
            overdue_days=(day - bills[0].due_on).days if late else 0,
            late_amount=sum(
                (b.outstanding for b in bills if (day - b.due_on).days > (self.max_overdue_days or 0)), ZERO
            ),
            oldest_late=bills[0].number if late else "",
            open_invoices=len(bills),
        )


class Buyers:
    """Reads shops when they are first needed, many at a time."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.by_key: dict[str, Buyer] = {}
        self.by_account: dict[int, Buyer] = {}

    def of(self, number: int) -> Buyer:
        return self.by_key[f"{CUSTOMER}{number}"]

    def load(self, numbers: Iterable[int]) -> None:
        """Know these shops; those known already are left alone."""
        missing = {f"{CUSTOMER}{number}" for number in numbers} - self.by_key.keys()
        if missing:
            self._read("c.idempotency_key = ANY (%s::text[])", [sorted(missing)])

    def load_debtors(self) -> list[tuple[Buyer, Bill]]:
        """Know every shop with something open, and its open invoices and unspent money; the invoices."""
        self._read("(a.balance <> 0 OR a.unallocated <> 0) AND c.idempotency_key LIKE %s", [f"{CUSTOMER}%"])
        bills = []
        for account, *fields in _rows(OPEN_BILLS, [f"{ORDER}%"]):
            bill = Bill(*fields)
            bills.append((self.by_account[account], bill))
            self.by_account[account].bills.append(bill)
        for account, *fields in _rows(UNSPENT, []):
            if buyer := self.by_account.get(account):
                buyer.money.append(Money(*fields))
        return bills

    def _read(self, condition: str, parameters: list[Any]) -> None:
        terms = {each.pk: each for each in PaymentTerms.objects.all()}
        member = [self.ground.wholesale.pk]
        for key, tax_id, limits, terms_id, place, *fields in _rows(READ + condition, member + parameters):
            kind, amount, group_kind, group_amount = limits
            limit, source = limit_in_force(
                kind, _money(amount), group_kind, _money(group_amount), None, None, on=dt.date.min
            )
            customer, account, code, name, phone, *rest = fields
            paper = {
                "code": code,
                "name": name,
                "phone": phone,
                "tax_id": decrypt(tax_id),
                **json.loads(place),
            }
            status, account_status, representative, is_member, late, balance, open_orders = rest
            self.by_key[key] = self.by_account[account] = Buyer(
                customer,
                account,
                name,
                phone,
                status,
                account_status,
                representative,
                is_member,
                limit,
                source,
                late,
                terms.get(terms_id, self.ground.terms[0]),
                {word: said for word, said in paper.items() if said},
                balance,
                open_orders,
            )


def _money(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _rows(statement: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


READ = """
SELECT c.idempotency_key, c.tax_id, ARRAY[a.limit_kind, a.credit_limit::text, g.limit_kind, g.credit_limit::text],
       a.terms_id,
       jsonb_build_object('street', ad.street, 'city', ad.city, 'state', ad.state, 'postal_code', ad.postal_code,
                          'country', ad.country),
       c.id, a.id, c.code, c.name, c.phone, c.status, a.status, c.representative_id,
       EXISTS (SELECT FROM customers_segmentmembership m WHERE m.customer_id = c.id AND m.segment_id = %s),
       a.max_overdue_days, a.balance, a.open_orders
FROM customers_customer c
JOIN credit_creditaccount a ON a.customer_id = c.id
LEFT JOIN credit_creditgroup g ON g.id = a.group_id
LEFT JOIN customers_address ad ON ad.customer_id = c.id AND ad.kind = 'billing' AND ad.is_default
WHERE """
OPEN_BILLS = """
SELECT i.account_id, i.id, i.number, split_part(o.idempotency_key, ':', 3)::int, o.id, o.delivered_at IS NOT NULL,
       i.due_on, i.issued_at, i.outstanding
FROM credit_invoice i JOIN orders_order o ON o.code = i.order_number
WHERE i.outstanding > 0 AND o.idempotency_key LIKE %s ORDER BY i.due_on, i.id
"""
UNSPENT = """
SELECT account_id, id, number, unallocated_amount, received_on FROM credit_payment
WHERE unallocated_amount > 0 ORDER BY received_on, id
"""
