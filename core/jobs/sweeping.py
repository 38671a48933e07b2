"""By beat: jobs whose task or worker was lost go on, and what nobody fetched is thrown away."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from core.models import Job
from core.tasks import send_now

from . import files
from .turns import LOST_AFTER

SENT_AGAIN_AFTER = dt.timedelta(seconds=20)
"""A job that no worker has is asked for again after this long: its task was lost, or it stumbled."""
KEPT_FOR = dt.timedelta(days=30)
AT_ONCE = 200


def sweep(*, at: dt.datetime) -> int:
    """Send what stands still; how many. A job that waits in a long queue is sent again less and less often."""
    free = Q(worker="", beat_at__lt=at - SENT_AGAIN_AFTER)
    lost = Q(beat_at__lt=at - LOST_AFTER)
    standing = Job.objects.under_way().filter(free | lost).order_by("beat_at")
    sent = 0
    for pk, worker in standing.values_list("pk", "worker")[:AT_ONCE]:
        if not send_now("core.run_job", job_id=pk):
            break
        sent += 1
        if not worker:  # of a lost worker the old beat says that it is lost
            Job.objects.filter(pk=pk, worker="").update(beat_at=at)
    return sent


def clean_up(*, at: dt.datetime) -> int:
    """Forget jobs that ended long ago, with their files and failures; how many."""
    old = Job.objects.filter(finished_at__lt=at - KEPT_FOR).order_by("pk")[: AT_ONCE * 5]
    for job in old:
        files.drop_result(job)
        job.delete()
    return len(old)
