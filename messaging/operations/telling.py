"""What the customer's timeline says of messages."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import live
from core.notify import holders, notify
from customers import operations as customers
from messaging.models import ChannelState, InboundMessage, OutboundMessage


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


def tell_failed(message: OutboundMessage, *, at: datetime) -> None:
    """It will not arrive: those who may send it again, and see the customer."""
    who = message.customer.name if message.customer else message.recipient
    notify(
        holders("messaging.resend_message", about=message),
        "message.failed",
        format_lazy(
            _lazy("{event} to {who} by {channel} failed."),
            event=message.event_name,
            who=who,
            channel=message.get_channel_display(),
        ),
        key=f"message:{message.pk}:failed:{message.attempts}",
        url=message.get_absolute_url(),
        tone="bad",
        at=at,
    )


def tell_paused(state: ChannelState, *, at: datetime) -> None:
    """A channel stands still: those who may let it go on."""
    notify(
        holders("messaging.resend_message"),
        "channel.paused",
        format_lazy(
            _lazy("{channel} is paused: {reason}"), channel=state.get_channel_display(), reason=state.reason
        ),
        key=f"channel:{state.pk}:paused:{at.isoformat()}",
        url=reverse("messaging:message_list"),
        tone="bad",
        at=at,
    )
