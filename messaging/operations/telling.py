"""What the customer's timeline says of messages."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from core import live
from customers import operations as customers
from messaging.models import InboundMessage, OutboundMessage


def touch_message(message: OutboundMessage) -> None:
    """Open pages that show the message, or what it is about, look again."""
    live.touch(message if message.pk else "messaging.outboundmessage", message.about)


def tell_sent(message: OutboundMessage, *, at: datetime) -> None:
    """The provider has it. Said once per provider message, by whichever way we learned it."""
    if message.customer_id is None:
        return
    words = {"channel": message.get_channel_display(), "event": message.event_name}
    customers.record(
        message.customer_id,
        "message.sent",
        text=_("%(channel)s: %(event)s") % words,
        about=f"messaging.outboundmessage:{message.pk}",
        url=message.get_absolute_url(),
        by=message.by,
        at=at,
    )


def tell_received(message: InboundMessage) -> None:
    """The customer wrote."""
    if message.customer_id is None:
        return
    words = {"channel": message.get_channel_display(), "body": message.body}
    customers.record(
        message.customer_id,
        "message.received",
        text=_("%(channel)s: “%(body)s”") % words,
        about=f"messaging.inboundmessage:{message.pk}",
        by=None,
        at=message.at,
    )
