"""What went wrong by itself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.models import Job
from messaging.models import OutboundMessage

from .sight import in_sight

DAYS = 7


def failed_jobs(*, at: dt.datetime) -> int:
    """Long work of anybody that failed this week."""
    return Job.objects.filter(state=Job.State.FAILED, finished_at__gte=at - dt.timedelta(days=DAYS)).count()


def failed_messages(user: Any, *, at: dt.datetime) -> int:
    """Messages of this week that reached nobody."""
    failed = OutboundMessage.objects.filter(
        state=OutboundMessage.State.FAILED, queued_at__gte=at - dt.timedelta(days=DAYS)
    )
    return in_sight(failed, user, "customer").count()
