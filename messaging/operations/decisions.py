"""What a person decides about a message or a channel."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from core.tasks import after_commit
from messaging.models import ChannelState, MessageEvent, OutboundMessage
from messaging.operations.failing import close_channel
from messaging.operations.telling import touch_message

State = OutboundMessage.State


@transaction.atomic
def resend_message(message: OutboundMessage, *, by: Any, at: datetime) -> OutboundMessage:
    """Put a failed or unknown message back into the queue. For an unknown one, the person takes the risk of two."""
    message = _locked(message)
    if message.state not in (State.FAILED, State.UNKNOWN):
        raise Refusal(
            _("This message is %(state)s; only a failed or unknown one can be sent again.") % _words(message)
        )
    if not message.recipient:
        raise Refusal(
            _("There is no address to send it to. Correct the customer's record and write a new message.")
        )
    _note(message, MessageEvent.Kind.RESENT, by=by, at=at)
    message.state, message.not_before, message.attempts = State.QUEUED, at, 0
    message.provider_id = message.error_code = message.error_text = ""
    message.claimed_at = message.posted_at = message.sent_at = None
    message.save()
    after_commit("messaging.deliver_messages")
    return message


@transaction.atomic
def cancel_message(message: OutboundMessage, *, by: Any, at: datetime) -> OutboundMessage:
    """Take a message out of the queue. What is being sent, or was, can't be called back."""
    message = _locked(message)
    if message.state not in (State.QUEUED, State.UNKNOWN):
        raise Refusal(_("This message is %(state)s; it can't be cancelled any more.") % _words(message))
    _note(message, MessageEvent.Kind.CANCELLED, by=by, at=at)
    message.state = State.CANCELLED
    message.save(update_fields=["state"])
    return message


@transaction.atomic
def pause_channel(channel: str, *, reason: str, at: datetime) -> None:
    """Stop sending on a channel; its messages wait."""
    close_channel(channel, reason=reason, at=at)


@transaction.atomic
def resume_channel(channel: str) -> None:
    """Send on a channel again, beginning with what has waited."""
    ChannelState.objects.filter(channel=channel).update(paused_at=None, reason="")
    live.touch("messaging.outboundmessage")
    after_commit("messaging.deliver_messages")


def _locked(message: OutboundMessage) -> OutboundMessage:
    return OutboundMessage.objects.select_for_update(of=("self",)).get(pk=message.pk)


def _words(message: OutboundMessage) -> dict[str, str]:
    return {"state": str(message.get_state_display()).lower()}


def _note(message: OutboundMessage, kind: str, *, by: Any, at: datetime) -> None:
    touch_message(message)
    MessageEvent.objects.create(message=message, kind=kind, attempt=message.attempts, by=by, at=at)
