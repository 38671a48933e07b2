"""What a killed worker left behind."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from messaging.models import MessageEvent, OutboundMessage
from messaging.operations.telling import touch_message

State = OutboundMessage.State
# Longer than any transport waits for an answer, so that a slow worker is not taken for a dead one.
HANDED_OVER_FOR = timedelta(minutes=1)
# A slow batch may lose its last messages to another worker: `begin` checks the claim again, so none goes out twice.
CLAIMED_FOR = timedelta(minutes=1)


@transaction.atomic
def recover_stuck(*, at: datetime) -> int:
    """Give back what was claimed and never handed over; call unknown what was handed over without an answer."""
    stuck = OutboundMessage.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        state=State.SENDING
    )
    waiting = list(stuck.filter(posted_at=None, claimed_at__lt=at - CLAIMED_FOR))
    in_doubt = list(stuck.filter(posted_at__lt=at - HANDED_OVER_FOR))
    for message in waiting:
        message.state, message.attempts = State.QUEUED, message.attempts - 1
    for message in in_doubt:
        message.state, message.error_code = State.UNKNOWN, "unknown"
        message.error_text = "The worker died while handing it over."
        message.not_before = at
    for message in [*waiting, *in_doubt]:
        touch_message(message)
    OutboundMessage.objects.bulk_update(
        [*waiting, *in_doubt], ["state", "attempts", "error_code", "error_text", "not_before"]
    )
    MessageEvent.objects.bulk_create(
        MessageEvent(
            message=message,
            kind=MessageEvent.Kind.RECOVERED,
            attempt=message.attempts,
            text=message.error_text,
            at=at,
        )
        for message in [*waiting, *in_doubt]
    )
    return len(waiting) + len(in_doubt)
