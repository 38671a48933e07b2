"""How a message leaves the house: one small module per kind of provider."""

from __future__ import annotations

from messaging.transports.base import Accepted, Found, NotSent, Outgoing, Rejected, Transport, Unknown
from messaging.transports.email import EmailTransport
from messaging.transports.rules import Act, Rule, rule_for
from messaging.transports.twilio import TwilioTransport

__all__ = [
    "Accepted",
    "Act",
    "Found",
    "NotSent",
    "Outgoing",
    "Rejected",
    "Rule",
    "Transport",
    "Unknown",
    "for_channel",
    "rule_for",
]

_TRANSPORTS: dict[str, Transport] = {
    "whatsapp": TwilioTransport("whatsapp"),
    "sms": TwilioTransport("sms"),
    "email": EmailTransport(),
}


def for_channel(channel: str) -> Transport:
    return _TRANSPORTS[channel]
