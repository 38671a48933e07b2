"""Work in the background."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.history import acting

from . import operations


@shared_task(name="accounts.remind")
def remind() -> None:
    """Every minute: remind of the tasks that want it."""
    with acting(via="task", where="accounts.remind"):
        operations.remind(at=timezone.now())
