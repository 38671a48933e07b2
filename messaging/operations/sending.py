"""Handing claimed messages to their transports, and writing down what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import structlog
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from messaging import transports
from messaging.models import MessageEvent, OutboundMessage
from messaging.operations.checking import still_wanted
from messaging.operations.claiming import BATCH, begin, claim, release
from messaging.operations.failing import requeue, settle_failure, wait_for_channel
from messaging.operations.telling import tell_sent, touch_message
from messaging.queries import service_window_open
from messaging.transports import Accepted, NotSent, Outgoing, Rejected, Unknown, rule_for

log = structlog.get_logger(__name__)
State = OutboundMessage.State
Kind = MessageEvent.Kind
WINDOW_CLOSED = "63016"
# Twilio's own retries of a callback: up to 5, whatever went wrong (the fragment is neither sent nor signed).
CALLBACK_RETRIES = "#rc=5&rp=all"


class Tally(NamedTuple):
    """How many messages were handed over, and how many were not."""

    accepted: int
    others: int


def deliver_due(*, batch: int = BATCH) -> Tally:
    """Send everything that is due, batch by batch, until the queue is empty or every channel is paused."""
    accepted = others = 0
    while (claimed := claim(at=timezone.now(), limit=batch)) is not None:
        paused: set[str] = set()
        for message in claimed:
            if message.channel in paused:
                release(message)
                continue
            if not still_wanted(message, at=timezone.now()):
                continue
            if not begin(message, at=timezone.now()):
                continue
            outcome = attempt(message)
            record(message, outcome, at=timezone.now())
            if isinstance(outcome, NotSent) and outcome.pauses:
                paused.add(message.channel)
            accepted += isinstance(outcome, Accepted)
            others += not isinstance(outcome, Accepted)
    return Tally(accepted, others)


def attempt(message: OutboundMessage) -> Accepted | NotSent | Rejected | Unknown:
    """One try over the network, outside any transaction. Whatever goes wrong is an outcome, also our own bug."""
    if not _may_go(message):
        rule = rule_for(WINDOW_CLOSED)
        return Rejected(rule.meaning, code=WINDOW_CLOSED, rule=rule)
    try:
        return transports.for_channel(message.channel).send(outgoing(message))
    except (NotSent, Rejected, Unknown) as outcome:
        return outcome
    except Exception as error:
        # A bug of ours can strike before or after the message left: only a person can tell.
        log.exception("message_attempt_crashed", message=str(message.uid))
        return Unknown(f"{type(error).__name__}: {error}")


@transaction.atomic(durable=True)
def record(claimed: OutboundMessage, outcome: object, *, at: datetime) -> None:
    """Write down what came of an attempt, beside what callbacks may have told in the meantime."""
    message = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=claimed.pk)
    touch_message(message)
    ours = message.claimed_at == claimed.claimed_at
    if isinstance(outcome, Accepted):
        _accept(message, outcome, ours=ours, attempt=claimed.attempts, at=at)
    elif not ours or message.state not in (State.SENDING, State.UNKNOWN):
        log.warning("late_outcome_ignored", message=str(message.uid), outcome=type(outcome).__name__)
    elif isinstance(outcome, Rejected):
        settle_failure(message, code=outcome.code, text=outcome.text, rule=outcome.rule, at=at)
    elif isinstance(outcome, NotSent):
        _not_sent(message, outcome, at=at)
    elif isinstance(outcome, Unknown):
        message.state, message.error_code, message.error_text = State.UNKNOWN, "unknown", outcome.text[:300]
        message.not_before = at
        message.save()
        _note(message, Kind.UNKNOWN, text=outcome.text, at=at)


def outgoing(message: OutboundMessage) -> Outgoing:
    """The message as a transport takes it."""
    callback = (
        f"{settings.PUBLIC_BASE_URL}{reverse('messaging:twilio_status')}?o={message.uid}{CALLBACK_RETRIES}"
    )
    return Outgoing(
        uid=str(message.uid),
        channel=message.channel,
        recipient=message.recipient,
        body=message.body,
        subject=message.subject,
        html=_html(message) if message.channel == "email" else "",
        content_sid=message.content_sid,
        content_variables=message.content_variables,
        status_callback=callback,
        files=_files(message) if message.channel == "email" and message.customer_id is None else (),
    )


def _files(message: OutboundMessage) -> tuple[tuple[str, bytes, str], ...]:
    """What is enclosed. Only mail to our own people carries files; customers get a link."""
    found = []
    for file in message.files.order_by("pk"):
        with default_storage.open(file.path, "rb") as content:
            found.append((file.name, content.read(), file.media_type))
    return tuple(found)


def _may_go(message: OutboundMessage) -> bool:
    """WhatsApp takes free text only within 24 hours of the customer's last message; a template goes always."""
    if message.channel != "whatsapp" or message.content_sid:
        return True
    return service_window_open(message.recipient, at=timezone.now())


def _accept(message: OutboundMessage, outcome: Accepted, *, ours: bool, attempt: int, at: datetime) -> None:
    if not message.provider_id and (ours or message.posted_at is None):
        message.provider_id = outcome.provider_id[:80]
        message.error_code = message.error_text = ""
        message.state = State.SENT if outcome.status == "sent" else State.ACCEPTED
        message.sent_at = at
        message.save()
        tell_sent(message, at=at)
    MessageEvent.objects.create(
        message=message, kind=Kind.ACCEPTED, attempt=attempt, provider_id=outcome.provider_id[:80], at=at
    )


def _not_sent(message: OutboundMessage, outcome: NotSent, *, at: datetime) -> None:
    if outcome.pauses:
        wait_for_channel(message, code=outcome.code, text=outcome.text, at=at)
    else:
        requeue(message, code=outcome.code, text=outcome.text, at=at, after=outcome.retry_after)
    _note(message, Kind.NOT_SENT, code=outcome.code, text=outcome.text, at=at)


def _note(message: OutboundMessage, kind: str, *, at: datetime, code: str = "", text: str = "") -> None:
    MessageEvent.objects.create(
        message=message, kind=kind, attempt=message.attempts, code=code[:20], text=text[:300], at=at
    )


def _html(message: OutboundMessage) -> str:
    with translation.override(message.language):
        return render_to_string("messaging/email.html", {"message": message, "company": settings.COMPANY})
