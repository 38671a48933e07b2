"""What a provider tells about a message later. It may come late, twice, or in any order."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from messaging.models import MessageEvent, OutboundMessage, WebhookEvent
from messaging.operations.failing import settle_failure
from messaging.operations.telling import tell_sent, touch_message
from messaging.transports import rule_for

State = OutboundMessage.State
RANK = {
    State.QUEUED: 0,
    State.SENDING: 0,
    State.UNKNOWN: 0,
    State.CANCELLED: 0,
    State.ACCEPTED: 1,
    State.SENT: 2,
    State.DELIVERED: 3,
    State.READ: 4,
}
STATE_OF = {
    "accepted": State.ACCEPTED,
    "scheduled": State.ACCEPTED,
    "queued": State.ACCEPTED,
    "sending": State.ACCEPTED,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "partially_delivered": State.SENT,
    "read": State.READ,
    "failed": State.FAILED,
    "undelivered": State.FAILED,
    "canceled": State.CANCELLED,
}
ARRIVED = (State.DELIVERED, State.READ)


@transaction.atomic
def apply_status(event: WebhookEvent, *, at: datetime) -> str:
    """Move the message a status callback speaks of. Answers what came of it, in a word or two."""
    told = event.payload
    sid, status = told.get("MessageSid", ""), told.get("MessageStatus", "")
    message = _message_of(sid, told.get("o", ""))
    if message is None:
        return "no such message"
    if message.provider_id != sid:
        if message.provider_id or message.events.filter(provider_id=sid).exists():
            return "about an earlier attempt"
        _adopt(message, sid, at=at)
    touch_message(message)
    return move(message, status, code=told.get("ErrorCode", ""), at=at)


def move(message: OutboundMessage, status: str, *, code: str, at: datetime) -> str:
    """Forward only: a failure is final unless it had arrived, and what was read stays read."""
    new = STATE_OF.get(status)
    if new is None:
        return f"status {status[:20]} is not known"
    if message.state == State.FAILED or (new is State.FAILED and message.state in ARRIVED):
        return "nothing new"
    if new is State.FAILED:
        rule = rule_for(code)
        settle_failure(message, code=code or status, text=rule.meaning, rule=rule, at=at)
        return "failed"
    if new is State.CANCELLED:
        if RANK[State(message.state)] > RANK[State.ACCEPTED]:
            return "nothing new"
        message.state = new
        message.save(update_fields=["state"])
        return "cancelled"
    if RANK[new] <= RANK[State(message.state)]:
        return "nothing new"
    message.state = new
    _stamp(message, new, at)
    message.save()
    return str(new)


def _message_of(sid: str, uid: str) -> OutboundMessage | None:
    messages = OutboundMessage.objects.select_for_update(of=("self",))
    if sid and (message := messages.filter(provider_id=sid).first()):
        return message
    try:
        return messages.filter(uid=uuid.UUID(uid)).first()
    except ValueError:
        return None


def _adopt(message: OutboundMessage, sid: str, *, at: datetime) -> None:
    """The callback is the first to tell that the provider has the message, and under which name."""
    message.provider_id = sid[:80]
    message.state, message.error_code, message.error_text = State.ACCEPTED, "", ""
    message.sent_at = message.sent_at or at
    message.save()
    tell_sent(message, at=at)
    MessageEvent.objects.create(
        message=message,
        kind=MessageEvent.Kind.RESOLVED,
        attempt=message.attempts,
        provider_id=sid[:80],
        text="The provider called back.",
        at=at,
    )


def _stamp(message: OutboundMessage, state: str, at: datetime) -> None:
    message.sent_at = message.sent_at or at
    if state in ARRIVED:
        message.delivered_at = message.delivered_at or at
    if state == State.READ:
        message.read_at = message.read_at or at
