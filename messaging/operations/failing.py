"""What follows from an error, whether it came as an answer or later by callback."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import structlog

from core import live
from messaging.models import ChannelState, MessageEvent, MessageTemplate, OutboundMessage
from messaging.operations.consent import suppress
from messaging.operations.queueing import fall_back
from messaging.operations.telling import tell_failed, tell_paused
from messaging.transports.rules import Act, Rule

log = structlog.get_logger(__name__)
State = OutboundMessage.State
MAX_ATTEMPTS = 12
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(hours=1)


def back_off(attempts: int, at_least: timedelta | None = None) -> timedelta:
    """How long to wait after so many attempts: doubling, with up to half as much again by chance."""
    wait = min(FIRST_WAIT * 2 ** max(attempts - 1, 0), LONGEST_WAIT)
    return max(wait, at_least or timedelta()) * random.uniform(1, 1.5)  # noqa: S311


def requeue(
    message: OutboundMessage, *, code: str, text: str, at: datetime, after: timedelta | None = None
) -> None:
    """It was certainly not delivered: try again later, or give up after `MAX_ATTEMPTS`."""
    message.error_code, message.error_text = code[:20], text[:300]
    message.provider_id = ""
    message.claimed_at = message.posted_at = None
    if message.attempts >= MAX_ATTEMPTS:
        message.state = State.FAILED
        tell_failed(message, at=at)
    else:
        message.state, message.not_before = State.QUEUED, at + back_off(message.attempts, after)
    message.save()


def wait_for_channel(message: OutboundMessage, *, code: str, text: str, at: datetime) -> None:
    """The fault is in our configuration: the channel stops, and this message waits with the others, uncounted."""
    close_channel(message.channel, reason=text, at=at)
    message.error_code, message.error_text = code[:20], text[:300]
    message.provider_id = ""
    message.claimed_at = message.posted_at = None
    message.state, message.not_before = State.QUEUED, at
    message.attempts = max(message.attempts - 1, 0)
    message.save()


def settle_failure(message: OutboundMessage, *, code: str, text: str, rule: Rule, at: datetime) -> None:
    """Act by the behaviour table. The caller holds the row's lock."""
    old_provider_id = message.provider_id
    act = rule.act
    if act is Act.RETRY and rule.retries is not None and message.attempts > rule.retries:
        act = rule.then
    if act is Act.PAUSE:
        wait_for_channel(message, code=code, text=text, at=at)
    elif act is Act.RETRY:
        requeue(message, code=code, text=text, at=at, after=rule.after)
    else:
        message.state, message.error_code, message.error_text = State.FAILED, code[:20], text[:300]
        message.save()
    if rule.suppress:
        suppress(
            message.channel,
            message.recipient,
            reason=rule.suppress,
            proof=f"{code} {text}",
            at=at,
            customer=message.customer,
        )
    if rule.stops_template and message.content_sid:
        stop_template(message.content_sid, code=code)
    said_otherwise = act is Act.FALL_BACK and fall_back(message, at=at)
    if message.state == State.FAILED and act is not Act.RETRY and not said_otherwise:
        tell_failed(message, at=at)
    MessageEvent.objects.create(
        message=message,
        kind=MessageEvent.Kind.FAILED if old_provider_id else MessageEvent.Kind.REJECTED,
        attempt=message.attempts,
        provider_id=old_provider_id,
        code=code[:20],
        text=text[:300],
        at=at,
    )


def close_channel(channel: str, *, reason: str, at: datetime) -> None:
    """Stop a channel until a person resumes it; its messages wait."""
    _state, created = ChannelState.objects.get_or_create(
        channel=channel, defaults={"paused_at": at, "reason": reason[:300]}
    )
    changed = created or ChannelState.objects.filter(channel=channel, paused_at=None).update(
        paused_at=at, reason=reason[:300]
    )
    if changed:
        log.error("channel_paused", channel=channel, reason=reason)
        tell_paused(ChannelState.objects.get(pk=channel), at=at)
        live.touch("messaging.outboundmessage")


def stop_template(content_sid: str, *, code: str) -> None:
    """WhatsApp refuses this template: nothing more goes out with it until a person has looked."""
    MessageTemplate.objects.filter(content_sid=content_sid).update(is_active=False)
    log.error("template_stopped", content_sid=content_sid, code=code)
