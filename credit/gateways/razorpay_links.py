"""Razorpay payment links: a short address on which an amount is paid, whole or in parts."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any

import razorpay
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from razorpay.errors import BadRequestError, GatewayError, ServerError
from requests.exceptions import RequestException

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

# What the SDK lets through when the other end is not well: an HTML error page is a JSONDecodeError.
TROUBLE = (BadRequestError, GatewayError, ServerError, RequestException, JSONDecodeError, KeyError, TypeError)
LINK_EVENTS = {
    "payment_link.paid",
    "payment_link.partially_paid",
    "payment_link.cancelled",
    "payment_link.expired",
}
ENDED = {"paid", "cancelled", "expired"}
REFUND_STATES = {"processed": "done", "failed": "failed"}
DISPUTE_STATES = {"won": "won", "lost": "lost", "closed": "won"}


class Razorpay(Gateway):
    """Our reference names the link: asked for twice, Razorpay refuses the second, and the first is looked up."""

    name = "razorpay"
    label = _("UPI, card or bank")

    def takes(self, currency: str) -> bool:
        return bool(
            currency == "INR"
            and settings.RAZORPAY_KEY_ID
            and settings.RAZORPAY_KEY_SECRET
            and settings.RAZORPAY_WEBHOOK_SECRETS
        )

    def open(self, checkout: Any, *, back: str, about: str) -> Opened:
        asked = {
            "amount": in_units(checkout.amount, checkout.currency),
            "currency": checkout.currency,
            "reference_id": checkout.reference,
            "description": about[:2048],
            "customer": {"name": checkout.account.customer.name[:50]},
            "notify": {"sms": False, "email": False},  # we write ourselves
            "reminder_enable": False,
            "accept_partial": False,
            "expire_by": int(checkout.expires_at.timestamp()),
            "callback_url": back,
            "callback_method": "get",
        }
        client = self._client()
        try:
            link = client.payment_link.create(asked, timeout=settings.GATEWAY_TIMEOUT_SECONDS)
        except BadRequestError as error:
            if "already attempted" not in str(error):
                raise GatewayDown(str(error)) from error
            link = self._known(client, checkout.reference)
        except TROUBLE as error:
            raise GatewayDown(str(error)) from error
        try:
            ends = dt.datetime.fromtimestamp(link["expire_by"], dt.UTC) if link.get("expire_by") else None
            return Opened(link["id"], link["short_url"], ends)
        except TROUBLE as error:
            raise GatewayDown("no link in the answer") from error

    def standing(self, checkout: Any) -> Standing:
        try:
            link = self._client().payment_link.fetch(
                checkout.provider_id, timeout=settings.GATEWAY_TIMEOUT_SECONDS
            )
            currency = str(link["currency"]).upper()
            paid = [
                Paid(each["payment_id"], from_units(int(each["amount"]), currency), currency)
                for each in link.get("payments") or []
                if each.get("status", "captured") == "captured"
            ]
            return Standing(str(link["reference_id"]), paid, link["status"] in ENDED)
        except TROUBLE as error:
            raise GatewayDown(str(error)) from error

    def refund(self, refund: Any) -> Refunded:
        try:
            made = self._client().payment.refund(
                refund.gateway_payment.provider_payment_id,
                {"amount": in_units(refund.amount, refund.currency), "notes": {"refund": refund.key}},
                headers={"X-Refund-Idempotency": refund.key},
                timeout=settings.GATEWAY_TIMEOUT_SECONDS,
            )
            return _refunded(made)
        except BadRequestError as error:
            raise Declined(str(error)) from error
        except TROUBLE as error:
            raise GatewayDown(str(error)) from error

    def refunds_of(self, payment_id: str) -> list[Refunded]:
        try:
            found = self._client().payment.fetch_multiple_refund(
                payment_id, {"count": 100}, timeout=settings.GATEWAY_TIMEOUT_SECONDS
            )
            return [_refunded(each) for each in found["items"]]
        except TROUBLE as error:
            raise GatewayDown(str(error)) from error

    def dispute(self, dispute_id: str) -> Disputed:
        try:
            found = self._client().dispute.fetch(dispute_id, timeout=settings.GATEWAY_TIMEOUT_SECONDS)
            currency = str(found["currency"]).upper()
            until = found.get("respond_by")
            return Disputed(
                str(found["id"]),
                str(found["payment_id"]),
                from_units(int(found["amount"]), currency),
                currency,
                DISPUTE_STATES.get(found["status"], "open"),
                str(found.get("reason_code") or ""),
                dt.datetime.fromtimestamp(until, dt.UTC) if until else None,
            )
        except TROUBLE as error:
            raise GatewayDown(str(error)) from error

    def read(self, body: bytes, headers: Mapping[str, str]) -> Notice:
        """Any of our secrets may have signed it: after a change Razorpay signs older events with the old one.

        Compared here: the SDK's own check takes text only, and answers False without a word when a key is missing.
        """
        given = headers.get("X-Razorpay-Signature", "")
        made = (
            hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
            for secret in settings.RAZORPAY_WEBHOOK_SECRETS
        )
        if not given.isascii() or not any([hmac.compare_digest(each, given) for each in made]):  # noqa: C419 (each is compared)
            raise Bad("signature")
        # Older accounts send no id of the event; then the same bytes are the same event.
        return self.parse(body, headers.get("X-Razorpay-Event-Id", "") or hashlib.sha256(body).hexdigest())

    def parse(self, body: bytes, event_id: str = "") -> Notice:
        """Events of anything but payment links, refunds and disputes are kept, and move nothing."""
        try:
            event = json.loads(body)
            kind = str(event["event"])[:80]
            if kind.startswith("refund."):
                about = event["payload"]["refund"]["entity"]
                return Notice(event_id[:120], kind, refunds_of=str(about["payment_id"]))
            if kind.startswith("payment.dispute."):
                return Notice(
                    event_id[:120], kind, dispute_id=str(event["payload"]["dispute"]["entity"]["id"])
                )
            if kind not in LINK_EVENTS:
                return Notice(event_id[:120], kind)
            link = event["payload"]["payment_link"]["entity"]
            return Notice(event_id[:120], kind, str(link.get("reference_id") or ""), str(link["id"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Bad("not an event") from error

    def _known(self, client: Any, reference: str) -> Any:
        try:
            found = client.payment_link.all(
                {"reference_id": reference}, timeout=settings.GATEWAY_TIMEOUT_SECONDS
            )
            return next(link for link in found["payment_links"] if link["reference_id"] == reference)
        except (*TROUBLE, StopIteration) as error:
            raise GatewayDown("the link that is there can't be found") from error

    def _client(self) -> Any:
        options = {"base_url": settings.RAZORPAY_API_BASE_URL} if settings.RAZORPAY_API_BASE_URL else {}
        return razorpay.Client(auth=(settings.RAZORPAY_KEY_ID, settings.RAZORPAY_KEY_SECRET), **options)


def _refunded(made: Any) -> Refunded:
    currency = str(made["currency"]).upper()
    notes = made.get("notes")
    return Refunded(
        str(made["id"]),
        str(notes.get("refund") or "") if isinstance(notes, dict) else "",  # Razorpay writes no notes as []
        from_units(int(made["amount"]), currency),
        currency,
        REFUND_STATES.get(made["status"], "pending"),
        str(made.get("error_description") or ""),
    )
