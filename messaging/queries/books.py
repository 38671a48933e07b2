"""What is not as its own records say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from core.books import Discrepancy
from messaging.models import ConsentEvent, OutboundMessage, Suppression, WebhookEvent

State = OutboundMessage.State
STUCK_AFTER = timedelta(hours=1)


def check_books() -> Iterator[Discrepancy]:
    """For `manage.py verify_books`: yields each figure that is wrong, nothing when all is well."""
    at = timezone.now()
    taken = (State.ACCEPTED, State.SENT, State.DELIVERED, State.READ)
    for message in OutboundMessage.objects.filter(state__in=taken, provider_id=""):
        yield Discrepancy("message has a provider id", _name(message), message.state, "a provider id")
    stuck = Q(claimed_at__lt=at - STUCK_AFTER) | Q(claimed_at=None)
    for message in OutboundMessage.objects.filter(stuck, state=State.SENDING):
        yield Discrepancy("message is not stuck", _name(message), message.state, "queued or unknown")
    for event in WebhookEvent.objects.filter(worked_at=None, at__lt=at - STUCK_AFTER):
        yield Discrepancy("webhook was worked on", str(event), "waiting", "worked on")
    yield from _states_below_callbacks()
    yield from _opt_outs_not_kept()


def _states_below_callbacks() -> Iterator[Discrepancy]:
    """A message whose provider told it arrived, and that does not say so."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT message.uid, message.state, max(split_part(event.key, ':', 2))
            FROM messaging_webhookevent event
            JOIN messaging_outboundmessage message ON message.provider_id = split_part(event.key, ':', 1)
            WHERE event.provider = 'twilio' AND event.kind = 'status' AND event.worked_at IS NOT NULL
              AND message.provider_id <> '' AND message.state <> 'failed'
              AND (split_part(event.key, ':', 2) IN ('delivered', 'read')
                   AND message.state NOT IN ('delivered', 'read')
                   OR split_part(event.key, ':', 2) = 'read' AND message.state <> 'read')
            GROUP BY message.uid, message.state
            """
        )
        for uid, state, told in cursor.fetchall():
            yield Discrepancy("message state is what the provider told", f"message {uid}", state, told)


def _opt_outs_not_kept() -> Iterator[Discrepancy]:
    """The last word of a person on a channel, against what we keep to."""
    last = ConsentEvent.objects.order_by("channel", "address", "-at", "-pk").distinct("channel", "address")
    closed = set(Suppression.objects.values_list("channel", "address"))
    for event in last:
        if not event.granted and (event.channel, event.address) not in closed:
            yield Discrepancy("opt-out is kept to", f"{event.channel} {event.address}", "open", "closed")


def _name(message: OutboundMessage) -> str:
    return f"message {message.uid}"
