"""Webhooks: kept first, answered at once, worked on afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from core.tasks import after_commit
from messaging.models import WebhookEvent
from messaging.operations.callbacks import apply_status
from messaging.operations.inbound import receive

log = structlog.get_logger(__name__)
STATUS, INBOUND = "status", "inbound"
LEFT_FOR = timedelta(seconds=30)


@transaction.atomic
def store_webhook(
    *, provider: str, kind: str, key: str, payload: Mapping[str, str], at: datetime
) -> WebhookEvent:
    """Keep what was told, once, and have it worked on after the commit."""
    # PostgreSQL stores no NUL, and nobody means one.
    clean = {name.replace("\0", ""): value.replace("\0", "") for name, value in payload.items()}
    event = WebhookEvent(provider=provider, kind=kind, key=key[:160], payload=clean, at=at)
    WebhookEvent.objects.bulk_create([event], ignore_conflicts=True)
    stored = WebhookEvent.objects.get(provider=provider, kind=kind, key=key[:160])
    if stored.worked_at is None:
        after_commit("messaging.work_webhook", event_id=stored.pk)
    return stored


@transaction.atomic
def work_webhook(event_id: int, *, at: datetime) -> str:
    """Do what an event asks for, once. Safe to call again, and at the same time."""
    event = WebhookEvent.objects.select_for_update().get(pk=event_id)
    if event.worked_at is not None:
        return event.outcome
    event.outcome = (apply_status(event, at=at) if event.kind == STATUS else receive(event))[:80]
    event.worked_at = at
    event.save(update_fields=["outcome", "worked_at"])
    return event.outcome


def work_left_webhooks(*, at: datetime) -> int:
    """Work on events whose task was lost."""
    left = WebhookEvent.objects.filter(worked_at=None, at__lt=at - LEFT_FOR).order_by("pk")
    ids = list(left.values_list("pk", flat=True)[:500])
    for event_id in ids:
        try:
            work_webhook(event_id, at=at)
        except Exception:
            # It stays, is told by verify_books, and must not keep the others from being worked on.
            log.exception("webhook_not_worked", event=event_id)
    return len(ids)
