"""What the gateways know: pages to pay on, and what was paid on them."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Page:
    """A Stripe session (`cs_…`) or a Razorpay link (`plink_…`). Amounts in the smallest unit, as the APIs count."""

    provider: str
    id: str
    reference: str
    amount: int
    currency: str
    about: str
    back: str
    expires_at: int
    status: str = "open"
    payments: list[dict[str, Any]] = field(default_factory=list)

    @property
    def paid(self) -> int:
        return sum(payment["amount"] for payment in self.payments)


@dataclass
class GivenBack:
    """A refund (`re_…`, `rfnd_…`). `state`: pending, done or failed."""

    id: str
    payment: str
    amount: int
    currency: str
    key: str
    state: str
    asked: str = ""


class Store:
    """All pages, by their key; safe for the server's threads."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.pages: dict[str, Page] = {}
        self.replays: dict[str, tuple[str, str]] = {}  # Stripe's idempotency key → (parameters, page)
        self.refunds: dict[str, GivenBack] = {}
        self.disputes: dict[str, dict[str, Any]] = {}
        self.refunds_start = "done"

    def add(self, provider: str, **fields: Any) -> Page:
        prefix = "cs_test_" if provider == "stripe" else "plink_"
        with self.lock:
            page = Page(provider=provider, id=prefix + secrets.token_hex(10), **fields)
            self.pages[page.id] = page
            return page

    def by_reference(self, provider: str, reference: str) -> Page | None:
        with self.lock:
            return next(
                (p for p in self.pages.values() if p.provider == provider and p.reference == reference), None
            )

    def pay(self, page: Page, amount: int | None = None, currency: str = "") -> dict[str, Any]:
        """Money arrives on a page; `amount` and `currency` other than asked for play a gateway's surprises."""
        prefix = "pi_" if page.provider == "stripe" else "pay_"
        with self.lock:
            payment = {
                "id": prefix + secrets.token_hex(9),
                "amount": page.amount if amount is None else amount,
                "currency": (currency or page.currency).upper(),
                "at": int(time.time()),
            }
            page.payments.append(payment)
            page.status = "paid" if page.paid >= page.amount else "partially_paid"
            return payment

    def payment(self, key: str) -> dict[str, Any] | None:
        """What was paid on any page, by the payment's key."""
        with self.lock:
            return next((p for page in self.pages.values() for p in page.payments if p["id"] == key), None)

    def refund(self, payment: dict[str, Any], amount: int, key: str, asked: str = "") -> GivenBack | None:
        """Give so much of a payment back; the same key is the same refund. None: more than is left."""
        prefix = "re_" if payment["id"].startswith("pi_") else "rfnd_"
        with self.lock:
            for made in self.refunds.values():
                if key and made.key == key:
                    return made
            if amount > payment["amount"] - sum(
                r.amount for r in self.of(payment["id"]) if r.state != "failed"
            ):
                return None
            made = GivenBack(
                prefix + secrets.token_hex(9),
                payment["id"],
                amount,
                payment["currency"],
                key,
                self.refunds_start,
                asked,
            )
            self.refunds[made.id] = made
            return made

    def of(self, payment: str) -> list[GivenBack]:
        """The refunds of a payment."""
        return [made for made in self.refunds.values() if made.payment == payment]
