"""Stripe Checkout: a session is a page of Stripe's on which one amount is paid whole."""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Mapping
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from .base import (
    Bad,
    Declined,
    Disputed,
    Gateway,
    GatewayDown,
    Notice,
    Opened,
    Paid,
    Refunded,
    Standing,
    from_units,
    in_units,
)

SESSION_EVENTS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
REFUND_EVENTS = {
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
}
REFUND_STATES = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
DISPUTE_STATES = {"won": "won", "lost": "lost", "warning_closed": "won", "prevented": "won"}
TOLERANCE = 300
"""Seconds between signing and arriving."""


class Stripe(Gateway):
    """The session is asked for again whenever a webhook speaks of it: events come in any order, and twice."""

    name = "stripe"
    label = _("Card")

    def takes(self, currency: str) -> bool:
        return bool(settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRETS)

    def open(self, checkout: Any, *, back: str, about: str) -> Opened:
        metadata = {"reference": checkout.reference}
        params: dict[str, Any] = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": checkout.currency.lower(),
                        "unit_amount": in_units(checkout.amount, checkout.currency),
                        "product_data": {"name": about},
                    },
                }
            ],
            "success_url": back,
            "cancel_url": back,
            "client_reference_id": checkout.reference,
            "metadata": metadata,
            # Stripe does not copy the session's metadata to the payment it makes.
            "payment_intent_data": {"metadata": metadata},
            "expires_at": int(checkout.expires_at.timestamp()),
        }
        try:
            session = self._client().v1.checkout.sessions.create(
                params=params,  # type: ignore[arg-type]
                options={"idempotency_key": checkout.reference},
            )
        except stripe.StripeError as error:
            raise GatewayDown(str(error)) from error
        return Opened(session.id, session.url or "", _moment(session.expires_at))

    def standing(self, checkout: Any) -> Standing:
        try:
            session = self._client().v1.checkout.sessions.retrieve(checkout.provider_id)
        except stripe.StripeError as error:
            raise GatewayDown(str(error)) from error
        paid = []
        if session.payment_status == "paid" and session.payment_intent and session.amount_total:
            currency = str(session.currency).upper()
            key = (
                session.payment_intent
                if isinstance(session.payment_intent, str)
                else session.payment_intent.id
            )
            paid = [Paid(key, from_units(session.amount_total, currency), currency)]
        # Complete and unpaid is a payment that takes days; it ends by its own event.
        ended = session.status == "expired" or bool(paid)
        return Standing(session.client_reference_id or "", paid, ended)

    def refund(self, refund: Any) -> Refunded:
        try:
            made = self._client().v1.refunds.create(
                params={
                    "payment_intent": refund.gateway_payment.provider_payment_id,
                    "amount": in_units(refund.amount, refund.currency),
                    "metadata": {"refund": refund.key},
                },
                options={"idempotency_key": refund.key},
            )
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            raise Declined(str(error.user_message or error)) from error
        except stripe.StripeError as error:
            raise GatewayDown(str(error)) from error
        return _refunded(made)

    def refunds_of(self, payment_id: str) -> list[Refunded]:
        try:
            found = self._client().v1.refunds.list(params={"payment_intent": payment_id, "limit": 100})
            return [_refunded(each) for each in found.auto_paging_iter()]
        except stripe.StripeError as error:
            raise GatewayDown(str(error)) from error

    def dispute(self, dispute_id: str) -> Disputed:
        try:
            found = self._client().v1.disputes.retrieve(dispute_id)
        except stripe.StripeError as error:
            raise GatewayDown(str(error)) from error
        currency = str(found.currency).upper()
        details = found.evidence_details
        return Disputed(
            found.id,
            _key_of(found.payment_intent),
            from_units(found.amount, currency),
            currency,
            DISPUTE_STATES.get(found.status, "open"),
            str(found.reason or ""),
            _moment(details.due_by if details else None),
        )

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Any of our secrets may have signed it. The SDK refuses what is old; what claims to be of the future we do."""
        signature = headers.get("Stripe-Signature", "")
        if _signed_at(signature) > time.time() + TOLERANCE:
            raise Bad("signed in the future")
        for secret in settings.STRIPE_WEBHOOK_SECRETS:
            try:
                stripe.WebhookSignature.verify_header(body.decode(), signature, secret, tolerance=TOLERANCE)
            except (stripe.SignatureVerificationError, UnicodeDecodeError):
                continue
            return self.parse(body)
        raise Bad("signature")

    def parse(self, body: bytes, event_id: str = "") -> Notice:
        """The event's key and session. Any other, thin ones (v2) too, is kept and moves nothing."""
        try:
            event = json.loads(body)
            key, kind = str(event["id"])[:120], str(event["type"])[:80]
            about = event.get("data", {}).get("object", {})
            if kind in SESSION_EVENTS:
                return Notice(key, kind, str(about.get("client_reference_id") or ""), str(about["id"]))
            if kind in REFUND_EVENTS:
                return Notice(key, kind, refunds_of=_key_of(about.get("payment_intent")))
            if kind.startswith("charge.dispute."):
                return Notice(key, kind, dispute_id=str(about["id"]))
            reference = (
                (about.get("metadata") or {}).get("reference", "")
                if kind == "payment_intent.succeeded"
                else ""
            )
            return Notice(key, kind, str(reference))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Bad("not an event") from error

    def _client(self) -> stripe.StripeClient:
        # Without max_network_retries a client of its own sends once; without a timeout it waits 80 seconds.
        http = stripe.RequestsClient(timeout=settings.GATEWAY_TIMEOUT_SECONDS)
        base = {"api": settings.STRIPE_API_BASE_URL} if settings.STRIPE_API_BASE_URL else None
        return stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            base_addresses=base,  # type: ignore[arg-type]
            max_network_retries=2,
            http_client=http,
        )


def _signed_at(signature: str) -> float:
    found = re.search(r"(?:^|,)t=(\d{1,12})(?:,|$)", signature)
    return float(found[1]) if found else 0.0


def _moment(seconds: int | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(seconds, dt.UTC) if seconds else None


def _key_of(named: Any) -> str:
    """The id of what is named by its id, or given whole."""
    if named is None or isinstance(named, str):
        return named or ""
    return str(named["id"])


def _refunded(made: Any) -> Refunded:
    currency = str(made.currency).upper()
    told = made.metadata.to_dict() if made.metadata else {}
    return Refunded(
        made.id,
        str(told.get("refund") or ""),
        from_units(made.amount, currency),
        currency,
        REFUND_STATES.get(made.status or "", "pending"),
        str(getattr(made, "failure_reason", "") or ""),
    )
