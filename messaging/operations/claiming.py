"""Taking messages out of the queue so that two workers never take the same one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from messaging.models import OutboundMessage, Suppression
from messaging.operations.failing import settle_failure
from messaging.transports.rules import Act, Rule

State = OutboundMessage.State
BATCH = 20
CLOSED = Rule(Act.FALL_BACK, "this address must not be used any more")


def claim(*, at: datetime, limit: int = BATCH) -> list[OutboundMessage] | None:
    """Mark the next due messages as ours, in one transaction that is committed before anything is sent.

    None when nothing is due; an empty list when what was due may not be sent any more.

    `claimed_at` is also the fence: a worker that slept through its claim finds another value and keeps its hands off.
    """
    with transaction.atomic(durable=True):
        due = list(
            OutboundMessage.objects.due(at)
            .select_for_update(skip_locked=True, of=("self",))
            .order_by("not_before", "pk")[:limit]
        )
        if not due:
            return None
        closed = _closed(due)
        taken = [message for message in due if (message.channel, message.recipient) not in closed]
        for message in due:
            if (message.channel, message.recipient) in closed:
                settle_failure(message, code="suppressed", text=CLOSED.meaning, rule=CLOSED, at=at)
        OutboundMessage.objects.filter(pk__in=[message.pk for message in taken]).update(
            state=State.SENDING, claimed_at=at, posted_at=None, attempts=F("attempts") + 1
        )
        for message in taken:
            message.state, message.claimed_at, message.posted_at = State.SENDING, at, None
            message.attempts += 1
        return taken


def begin(message: OutboundMessage, *, at: datetime) -> bool:
    """Commit that this message is handed over now. False when the claim is no longer ours."""
    with transaction.atomic(durable=True):
        ours = OutboundMessage.objects.filter(
            pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at, posted_at=None
        ).update(posted_at=at)
    message.posted_at = at
    return bool(ours)


def release(message: OutboundMessage) -> None:
    """Put a claimed message that was not handed over back as it was."""
    OutboundMessage.objects.filter(
        pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at, posted_at=None
    ).update(state=State.QUEUED, attempts=F("attempts") - 1)


def _closed(messages: list[OutboundMessage]) -> set[tuple[str, str]]:
    """The (channel, address) pairs among these that were closed since the message was queued."""
    addresses = {message.recipient for message in messages}
    return set(Suppression.objects.filter(address__in=addresses).values_list("channel", "address"))
