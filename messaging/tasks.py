"""Work of the messaging queue. Every task may run twice, and beside itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from messaging import operations


@shared_task(name="messaging.deliver_messages")
def deliver_messages() -> None:
    """Send what is due."""
    operations.deliver_due()


@shared_task(name="messaging.work_webhook")
def work_webhook(event_id: int) -> None:
    """Work on one webhook event."""
    operations.work_webhook(event_id, at=timezone.now())


@shared_task(name="messaging.sweep_outbox")
def sweep_outbox() -> None:
    """By beat: recover what a dead worker left, work on webhooks whose task was lost, send what is due."""
    at = timezone.now()
    operations.recover_stuck(at=at)
    operations.work_left_webhooks(at=at)
    operations.deliver_due()


@shared_task(name="messaging.reconcile_unknown")
def reconcile_unknown() -> None:
    """By beat: ask providers about messages nobody answered for."""
    operations.reconcile_unknown(at=timezone.now())
