"""Asking the provider what became of messages nobody answered for."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from messaging import transports
from messaging.models import MessageEvent, OutboundMessage
from messaging.operations.callbacks import move
from messaging.operations.sending import outgoing
from messaging.operations.telling import tell_sent
from messaging.transports import Found, NotSent

log = structlog.get_logger(__name__)
State = OutboundMessage.State
BEFORE, AFTER = timedelta(minutes=2), timedelta(minutes=10)  # clocks differ; a provider may be slow to book
ASKED_FOR = timedelta(hours=24)
SOONEST = timedelta(minutes=1)


def reconcile_unknown(*, at: datetime) -> int:
    """Look for each unknown message in its provider's records. Answers how many were found there.

    What is not found stays unknown: a list that does not show it yet is no proof. A callback or a person decides.
    """
    waiting = OutboundMessage.objects.filter(
        state=State.UNKNOWN, not_before__lte=at, posted_at__gt=at - ASKED_FOR
    ).order_by("not_before")
    found = 0
    for message in waiting[:100]:
        assert message.posted_at is not None
        try:
            listed = transports.for_channel(message.channel).find(
                outgoing(message), since=message.posted_at - BEFORE, until=message.posted_at + AFTER
            )
        except NotSent as error:
            log.warning("provider_not_asked", message=str(message.uid), reason=error.text)
            listed = []
        found += _settle(message, list(listed or []), at=at)
    return found


@transaction.atomic
def _settle(asked: OutboundMessage, listed: list[Found], *, at: datetime) -> bool:
    message = OutboundMessage.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if message.state != State.UNKNOWN or message.posted_at is None:
        return False
    candidates = _unclaimed([each for each in listed if _same(each.body, message.body)])
    if len(candidates) != 1 or _rivals(message):
        message.not_before = at + max(at - message.posted_at, SOONEST)  # asked again at growing distances
        message.save(update_fields=["not_before"])
        return False
    found = candidates[0]
    message.provider_id, message.state = found.provider_id, State.ACCEPTED
    message.sent_at, message.error_code, message.error_text = found.at, "", ""
    message.save()
    tell_sent(message, at=at)
    MessageEvent.objects.create(
        message=message,
        kind=MessageEvent.Kind.RESOLVED,
        attempt=message.attempts,
        provider_id=found.provider_id,
        text="Found in the provider's list of messages.",
        at=at,
    )
    move(message, found.status, code=found.error_code, at=at)
    return True


def _unclaimed(found: list[Found]) -> list[Found]:
    """Without those that are known to be another message, or an earlier attempt."""
    ids = [each.provider_id for each in found]
    known = set(OutboundMessage.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    known |= set(MessageEvent.objects.filter(provider_id__in=ids).values_list("provider_id", flat=True))
    return [each for each in found if each.provider_id not in known]


def _rivals(message: OutboundMessage) -> bool:
    """Another unknown message to the same person with the same words: the list can't tell which is which."""
    return (
        OutboundMessage.objects.filter(
            state=State.UNKNOWN, channel=message.channel, recipient=message.recipient, body=message.body
        )
        .exclude(pk=message.pk)
        .exists()
    )


def _same(theirs: str, ours: str) -> bool:
    return theirs.split() == ours.split()
