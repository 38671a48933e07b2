"""Razorpay's side: payment links, references used once, signed events."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from .state import GivenBack, Page, Store


class RazorpayError(Exception):
    def __init__(self, status: int, text: str, code: str = "BAD_REQUEST_ERROR") -> None:
        super().__init__(text)
        self.status, self.body = status, {"error": {"code": code, "description": text}}


def create(store: Store, body: bytes, base: str) -> dict[str, Any]:
    """POST /v1/payment_links. A reference is used once; the second time is refused, also when nothing else differs."""
    asked = json.loads(body)
    reference = str(asked.get("reference_id", ""))
    if len(reference) > 40:
        raise RazorpayError(400, "reference_id should not be more than 40 characters")
    if int(asked.get("amount", 0)) < 100:
        raise RazorpayError(400, "Order amount less than minimum amount allowed")
    with store.lock:
        if store.by_reference("razorpay", reference):
            raise RazorpayError(
                400,
                f"payment link creation with reference ID {reference} already attempted. "
                "Please use a different reference ID",
            )
        page = store.add(
            "razorpay",
            reference=reference,
            amount=int(asked["amount"]),
            currency=str(asked.get("currency", "INR")),
            about=str(asked.get("description", "")),
            back=str(asked.get("callback_url", "")),
            expires_at=int(asked.get("expire_by", 0)),
        )
    return link(page, base)


def link(page: Page, base: str) -> dict[str, Any]:
    """A payment link as Razorpay shows it."""
    status = {"open": "created"}.get(page.status, page.status)
    return {
        "id": page.id,
        "amount": page.amount,
        "amount_paid": page.paid,
        "currency": page.payments[-1]["currency"] if page.payments else page.currency,
        "reference_id": page.reference,
        "short_url": f"{base}/pay/{page.id}",
        "status": status,
        "expire_by": page.expires_at,
        "payments": [
            {
                "payment_id": p["id"],
                "amount": p["amount"],
                "status": "captured",
                "method": "upi",
                "created_at": p["at"],
            }
            for p in page.payments
        ],
    }


def give_back(store: Store, key: str, body: bytes, idempotency_key: str) -> dict[str, Any]:
    """POST /v1/payments/{id}/refund. The same idempotency header gives the same refund."""
    asked = json.loads(body)
    payment = store.payment(key)
    if payment is None:
        raise RazorpayError(400, "The id provided does not exist")
    made = store.refund(
        payment,
        int(asked.get("amount", payment["amount"])),
        idempotency_key,
        str((asked.get("notes") or {}).get("refund", "")),
    )
    if made is None:
        raise RazorpayError(400, "The refund amount provided is greater than amount captured")
    return refund(made)


def refund(made: GivenBack) -> dict[str, Any]:
    """A refund as Razorpay shows it."""
    return {
        "id": made.id,
        "entity": "refund",
        "amount": made.amount,
        "currency": made.currency,
        "payment_id": made.payment,
        "notes": {"refund": made.asked} if made.asked else [],
        "status": {"done": "processed"}.get(made.state, made.state),
    }


def dispute(told: dict[str, Any]) -> dict[str, Any]:
    """A dispute as Razorpay shows it."""
    return {
        "id": told["id"],
        "entity": "dispute",
        "payment_id": told["payment"],
        "amount": told["amount"],
        "currency": told["currency"],
        "reason_code": "goods_not_received",
        "respond_by": told["until"],
        "status": told["state"],
    }


def about(kind: str, what: str, told: dict[str, Any]) -> bytes:
    """An event about a refund or a dispute."""
    return json.dumps(
        {
            "entity": "event",
            "event": kind,
            "created_at": int(time.time()),
            "payload": {what: {"entity": told}},
        }
    ).encode()


def event(page: Page, kind: str, base: str) -> bytes:
    """`payment_link.paid` and its like."""
    last = page.payments[-1] if page.payments else {}
    return json.dumps(
        {
            "entity": "event",
            "event": kind,
            "created_at": int(time.time()),
            "payload": {
                "payment_link": {"entity": link(page, base)},
                "payment": {"entity": {"id": last.get("id", ""), "amount": last.get("amount", 0)}},
            },
        }
    ).encode()


def signed(body: bytes, secret: str, event_id: str = "") -> dict[str, str]:
    """The headers of a webhook."""
    return {
        "X-Razorpay-Signature": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "X-Razorpay-Event-Id": event_id or secrets.token_hex(8),
        "Content-Type": "application/json",
    }
