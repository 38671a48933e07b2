"""Whose turn it is: one worker at a time, and none that was taken for dead.

Three things keep a job in one hand. A step holds an advisory lock until its transaction ends, however that comes; so
work that is merely slow is never taken for lost. A worker that lets the lock go and then says nothing is lost after a
while, and another claims the job. The claim's number is written by every step: the old worker, should it wake up, has
the wrong number, and its transaction is undone.
"""

from __future__ import annotations

import datetime as dt
import os
import socket

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from core.models import Job

LOST_AFTER = dt.timedelta(seconds=60)
"""A worker that has finished no step for this long, and is in none, is gone."""
LOCKS = 0x6A6F6200 << 32
"""Where the numbers of our advisory locks begin."""


def claimable(now: dt.datetime) -> Q:
    """Jobs that no living worker has."""
    return Q(state__in=[Job.State.QUEUED, Job.State.RUNNING]) & (
        Q(worker="") | Q(beat_at__lt=now - LOST_AFTER)
    )


@transaction.atomic
def claim(job_id: int) -> Job | None:
    """Take a job up; None when somebody has it, or nothing is left to do."""
    if not _lock(job_id, wait=False):
        return None
    now = timezone.now()
    job = (
        Job.objects.select_related("by")
        .select_for_update(of=("self",))
        .filter(pk=job_id)
        .filter(claimable(now))
        .first()
    )
    if job is None:
        return None
    job.attempts += 1 if job.worker else 0  # whoever had it is gone, in the middle of a step
    job.claim += 1
    job.worker = f"{socket.gethostname()}:{os.getpid()}"[:120]
    job.state, job.beat_at, job.started_at = Job.State.RUNNING, now, job.started_at or now
    job.save(update_fields=["attempts", "claim", "worker", "state", "beat_at", "started_at"])
    return job


def still_mine(job: Job) -> bool:
    """Begin a step: hold the lock until the transaction ends, and see whether the job is still in this hand.

    Also learns whether its end was asked for.
    """
    _lock(job.pk, wait=True)
    mine = Job.objects.filter(pk=job.pk, claim=job.claim, state=Job.State.RUNNING)
    row = mine.values_list("cancel_asked_at").first()
    if row is not None:
        job.cancel_asked_at = row[0]
    return row is not None


def _lock(job_id: int, *, wait: bool) -> bool:
    """The lock of one job, until the end of the transaction."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s::bigint)", [LOCKS + job_id])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s::bigint)", [LOCKS + job_id])
        return bool(cursor.fetchone()[0])
