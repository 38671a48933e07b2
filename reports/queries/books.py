"""Do all books add up? Every app recomputes its own figures; here they are asked on one snapshot."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from psycopg import IsolationLevel

from core.books import Discrepancy
from credit.models import CreditAccount, Invoice, Payment, ReceivableEntry
from credit.queries import check_books as check_credit
from inventory.models import Product, StockLevel, StockMove
from inventory.queries import check_books as check_inventory
from messaging.models import OutboundMessage
from messaging.queries import check_books as check_messaging
from orders.models import Order
from orders.queries import check_books as check_orders

from .numbers import check_numbers

CHECKS: dict[str, Callable[[], Iterable[Discrepancy]]] = {
    "credit": check_credit,
    "inventory": check_inventory,
    "orders": check_orders,
    "messaging": check_messaging,
    "numbers": check_numbers,
}
COUNTED = {
    "accounts": CreditAccount,
    "receivable entries": ReceivableEntry,
    "invoices": Invoice,
    "payments": Payment,
    "products": Product,
    "stock levels": StockLevel,
    "stock moves": StockMove,
    "orders": Order,
    "messages": OutboundMessage,
}


class Section(NamedTuple):
    """What one check found, and how long it took."""

    name: str
    seconds: float
    discrepancies: list[Discrepancy]


class Verdict(NamedTuple):
    """The outcome of all checks at one moment of the database."""

    at: dt.datetime
    seconds: float
    counts: dict[str, int]
    sections: list[Section]

    @property
    def discrepancies(self) -> list[Discrepancy]:
        return [wrong for section in self.sections for wrong in section.discrepancies]

    def as_json(self) -> dict[str, Any]:
        """For `--json`; figures as text, so that no cent is lost in a float."""
        return {
            "ok": not self.discrepancies,
            "at": self.at.isoformat(),
            "seconds": round(self.seconds, 3),
            "counts": self.counts,
            "checks": [
                {"name": s.name, "seconds": round(s.seconds, 3), "differences": len(s.discrepancies)}
                for s in self.sections
            ],
            "discrepancies": [told(wrong) for wrong in self.discrepancies],
        }


def verify_books() -> Verdict:
    """Run every check on one consistent snapshot, while the shop goes on working. Writes nothing.

    Can't run inside a transaction: it needs one of its own.
    """
    at, start = timezone.now(), time.perf_counter()
    with snapshot():
        counts = {name: model._default_manager.count() for name, model in COUNTED.items()}
        sections = [_section(name, check) for name, check in CHECKS.items()]
    return Verdict(at, time.perf_counter() - start, counts, sections)


def told(wrong: Discrepancy) -> dict[str, str]:
    """A discrepancy as JSON, figures as text."""
    return {name: str(value) for name, value in wrong._asdict().items()}


@contextmanager
def snapshot() -> Iterator[None]:
    """A read-only transaction that sees the database of its first moment throughout."""
    connection.ensure_connection()
    session = connection.connection
    before = session.isolation_level, session.read_only
    session.isolation_level, session.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        session.isolation_level, session.read_only = before


def _section(name: str, check: Callable[[], Iterable[Discrepancy]]) -> Section:
    start = time.perf_counter()
    return Section(name, discrepancies=list(check()), seconds=time.perf_counter() - start)
