"""Stripe's side: checkout sessions, idempotency keys, signed events. (API of 2026-10-28, the part that is used.)"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import time
import urllib.parse
from typing import Any

from .state import GivenBack, Page, Store


class StripeError(Exception):
    """An answer as Stripe gives it: status, type, sentence."""

    def __init__(self, status: int, kind: str, text: str) -> None:
        super().__init__(text)
        self.status, self.body = status, {"error": {"type": kind, "message": text}}


def create(store: Store, body: bytes, idempotency_key: str, base: str) -> dict[str, Any]:
    """POST /v1/checkout/sessions. The same key and parameters give the same session; other ones, an error."""
    typed = body.decode()
    form = {name: values[-1] for name, values in urllib.parse.parse_qs(typed).items()}
    with store.lock:
        if idempotency_key in store.replays:
            before, page_id = store.replays[idempotency_key]
            if before != typed:
                raise StripeError(
                    400,
                    "idempotency_error",
                    "Keys for idempotent requests can only be used with the same parameters.",
                )
            return session(store.pages[page_id], base)
        price = "line_items[0][price_data]"
        expires = int(form.get("expires_at", "0"))
        if not 1790 <= expires - time.time() <= 86410:
            raise StripeError(
                400,
                "invalid_request_error",
                "expires_at must lie 30 minutes to 24 hours ahead.",
            )
        page = store.add(
            "stripe",
            reference=form.get("client_reference_id", ""),
            amount=int(form[f"{price}[unit_amount]"]) * int(form.get("line_items[0][quantity]", "1")),
            currency=form[f"{price}[currency]"].upper(),
            about=form.get(f"{price}[product_data][name]", ""),
            back=form["success_url"],
            expires_at=expires,
        )
        if idempotency_key:
            store.replays[idempotency_key] = (typed, page.id)
    return session(page, base)


def session(page: Page, base: str) -> dict[str, Any]:
    """A session as Stripe shows it. What was paid is the session's amount: Stripe takes no parts."""
    done = bool(page.payments)
    last = page.payments[-1] if done else None
    return {
        "id": page.id,
        "object": "checkout.session",
        "status": "complete" if done else "expired" if page.status == "expired" else "open",
        "payment_status": "paid" if done and page.status != "async" else "unpaid",
        "payment_intent": last["id"] if last else None,
        "amount_total": last["amount"] if last else page.amount,
        "currency": (last["currency"] if last else page.currency).lower(),
        "client_reference_id": page.reference,
        "metadata": {"reference": page.reference},
        "expires_at": page.expires_at,
        "url": None if done else f"{base}/pay/{page.id}",
        "livemode": False,
    }


def give_back(store: Store, body: bytes, idempotency_key: str) -> dict[str, Any]:
    """POST /v1/refunds. The same key gives the same refund; more than is left of the payment is refused."""
    form = {name: values[-1] for name, values in urllib.parse.parse_qs(body.decode()).items()}
    payment = store.payment(form.get("payment_intent", ""))
    if payment is None:
        raise StripeError(404, "invalid_request_error", "No such payment_intent")
    made = store.refund(
        payment, int(form.get("amount", payment["amount"])), idempotency_key, form.get("metadata[refund]", "")
    )
    if made is None:
        raise StripeError(400, "invalid_request_error", "Refund amount is greater than unrefunded amount.")
    return refund(made)


def refund(made: GivenBack) -> dict[str, Any]:
    """A refund as Stripe shows it."""
    return {
        "id": made.id,
        "object": "refund",
        "amount": made.amount,
        "currency": made.currency.lower(),
        "payment_intent": made.payment,
        "metadata": {"refund": made.asked} if made.asked else {},
        "status": {"done": "succeeded"}.get(made.state, made.state),
        **({"failure_reason": "expired_or_canceled_card"} if made.state == "failed" else {}),
    }


def dispute(told: dict[str, Any]) -> dict[str, Any]:
    """A dispute as Stripe shows it."""
    return {
        "id": told["id"],
        "object": "dispute",
        "amount": told["amount"],
        "currency": told["currency"].lower(),
        "payment_intent": told["payment"],
        "status": {"open": "needs_response"}.get(told["state"], told["state"]),
        "reason": "fraudulent",
        "evidence_details": {"due_by": told["until"]},
    }


def event(page: Page, kind: str, base: str) -> bytes:
    """A snapshot event about a session."""
    return about(kind, session(page, base))


def about(kind: str, told: dict[str, Any]) -> bytes:
    """A snapshot event about anything."""
    return json.dumps(
        {
            "id": "evt_" + secrets.token_hex(12),
            "object": "event",
            "type": kind,
            "created": int(time.time()),
            "data": {"object": told},
        }
    ).encode()


def signed(body: bytes, secret: str, at: int | None = None) -> dict[str, str]:
    """The header of a webhook."""
    moment = int(time.time()) if at is None else at
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={made}", "Content-Type": "application/json"}
