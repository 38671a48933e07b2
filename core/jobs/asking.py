"""Asking for long work, and asking it to stop."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.models import Job
from core.tasks import after_commit

from .ending import end
from .kinds import kind_of
from .turns import claimable


@transaction.atomic
def start(
    kind: str,
    title: str,
    *,
    by: Any,
    at: dt.datetime,
    params: Mapping[str, Any] | None = None,
    total: int | None = None,
    back_url: str = "",
    idempotency_key: str | None = None,
) -> Job:
    """Hand work to a worker, once the surrounding transaction has committed.

    `params` is what the runner needs, as JSON. `total` says how many pieces it is when that is known already.
    `back_url` leads back to where it was asked for. With an `idempotency_key`, asking again gives the job there is.
    """
    if kind_of(kind) is None:
        raise LookupError(f"No app declares the job kind {kind!r}.")
    asked = Job(
        kind=kind,
        title=title[:160],
        by=by,
        params=dict(params or {}),
        total=total,
        asked_at=at,
        beat_at=at,
        back_url=back_url[:300],
        idempotency_key=idempotency_key,
    )
    if idempotency_key is None:
        asked.save()
    else:
        Job.objects.bulk_create([asked], ignore_conflicts=True)
        asked = Job.objects.get(idempotency_key=idempotency_key)
    if asked.state == Job.State.QUEUED:
        after_commit("core.run_job", job_id=asked.pk)
    return asked


@transaction.atomic
def ask_to_cancel(job: Job, *, at: dt.datetime) -> Job:
    """Stop a job after the step it is in; at once when no worker has it. What is done stays done."""
    free = Job.objects.select_for_update().filter(pk=job.pk).filter(claimable(at)).first()
    if free is not None:
        end(free, Job.State.CANCELLED, stopped_after(free), at=at)
        return free
    Job.objects.under_way().filter(pk=job.pk, cancel_asked_at=None).update(cancel_asked_at=at)
    job.refresh_from_db()
    return job


def stopped_after(job: Job) -> str:
    """What a cancelled job says."""
    if not job.done:
        return _("Cancelled before anything was done.")
    if not job.total:
        return _("Cancelled after %(done)s. What was done stays.") % {"done": job.done}
    return _("Cancelled after %(done)s of %(total)s. What was done stays.") % {
        "done": job.done,
        "total": job.total,
    }
