"""Asking whether a claimed message is still wanted, just before it is handed over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import structlog
from django.db import transaction

from messaging.models import MessageEvent, MessageTemplate, OutboundMessage
from messaging.operations.failing import requeue
from messaging.operations.telling import touch_message
from messaging.wanted import Anew, NoLonger, check_of
from messaging.wording import content_values, fill

log = structlog.get_logger(__name__)
State = OutboundMessage.State


def still_wanted(message: OutboundMessage, *, at: datetime) -> bool:
    """Whether to hand this claimed message over. One that nobody wants any more is cancelled, with the reason; one
    whose figures have changed says the new ones. A check that breaks sends nothing: it is tried again later."""
    check = check_of(message.event)
    if check is None:
        return True
    try:
        with transaction.atomic(durable=True):
            if not _ours(message):
                return False
            told = check(message, at)
            if isinstance(told, NoLonger):
                _cancel(message, told.why, at=at)
                return False
            if isinstance(told, Anew):
                _say_anew(message, told.values)
            return True
    except Exception:
        log.exception("message_check_crashed", message=str(message.uid))
        with transaction.atomic(durable=True):
            if _ours(message):
                requeue(
                    message, code="check", text="It could not be checked whether it is still true.", at=at
                )
        return False


def _ours(message: OutboundMessage) -> bool:
    held = OutboundMessage.objects.select_for_update(of=("self",)).filter(
        pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at, posted_at=None
    )
    return held.exists()


def _cancel(message: OutboundMessage, why: str, *, at: datetime) -> None:
    message.state, message.error_code, message.error_text = State.CANCELLED, "not_wanted", why[:300]
    message.claimed_at = None
    message.save(update_fields=["state", "error_code", "error_text", "claimed_at"])
    touch_message(message)
    MessageEvent.objects.create(
        message=message,
        kind=MessageEvent.Kind.CANCELLED,
        attempt=message.attempts,
        code="not_wanted",
        text=why[:300],
        at=at,
    )


def _say_anew(message: OutboundMessage, values: Mapping[str, str]) -> None:
    """Fill the template again. Without a template nothing is sent: the old words may not be true."""
    message.variables = {**message.variables, **{name: str(value) for name, value in values.items()}}
    template = MessageTemplate.objects.get(
        event=message.event, channel=message.channel, language=message.language
    )
    message.subject = fill(template.subject, message.variables)[:160]
    message.body = fill(template.body, message.variables)
    if message.content_sid:
        message.content_sid = template.content_sid
        message.content_variables = content_values(template.content_variables, message.variables)
    message.save(update_fields=["variables", "subject", "body", "content_sid", "content_variables"])
