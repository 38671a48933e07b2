"""The end of a job: its state, its sentence, what hangs on it, and the bell of whoever went away meanwhile."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache
from django.db import transaction

from core.models import Job
from core.notify import notify

from . import files
from .kinds import kind_of

WATCHED_FOR = 12
"""Seconds that somebody counts as watching after the page asked how far it is; longer than the longest pause."""
TONES = {Job.State.DONE: "good", Job.State.FAILED: "bad", Job.State.CANCELLED: "warn"}


class TakenOver(Exception):
    """Another worker has the job: what this one was about to write must not be written."""


def end(job: Job, state: Job.State, sentence: str, *, at: dt.datetime) -> None:
    """End a job, inside a transaction. Ends it only once, and only by whoever has it."""
    job.state, job.sentence, job.finished_at, job.worker = state, sentence[:300], at, ""
    kept = Job.objects.under_way().filter(pk=job.pk, claim=job.claim)
    written = kept.update(
        state=state,
        sentence=job.sentence,
        finished_at=at,
        beat_at=at,
        worker="",
        total=job.total,
        done=job.done,
        refused=job.refused,
        cursor=job.cursor,
        worked=job.worked,
        result=job.result.name or "",
        result_name=job.result_name,
    )
    if not written:
        raise TakenOver
    kind = kind_of(job.kind)
    if kind is not None and kind.ended is not None:
        kind.ended(job)
    if job.by is not None and not is_watched(job):
        notify(
            [job.by],
            "job.ended",
            f"{job.title}: {job.sentence}",
            key=f"job:{job.pk}",
            url=job.get_absolute_url(),
            tone=TONES[state],
            at=at,
        )
    transaction.on_commit(lambda: files.drop_parts(job), robust=True)


def watch(job: Job) -> None:
    """Somebody looks at it now."""
    cache.set(f"job-watched:{job.pk}", 1, WATCHED_FOR)


def is_watched(job: Job) -> bool:
    return bool(cache.get(f"job-watched:{job.pk}"))
