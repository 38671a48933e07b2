"""What the component "job" says. `{% load jobs %}`: `job|how_far`, `job|time_left`, `job|pause`, `job|failures`."""

from __future__ import annotations

from django import template
from django.db.models import QuerySet
from django.utils import timezone

from core.jobs import pace
from core.models import Job, JobFailure

register = template.Library()
register.filter("how_far", pace.how_far)
register.filter("time_left", pace.time_left)


@register.filter
def pause(job: Job) -> int:
    """Seconds until the page asks again; 0 for never."""
    return pace.look_again_after(job, now=timezone.now())


@register.filter
def failures(job: Job, most: int = 50) -> QuerySet[JobFailure]:
    """The first pieces that were refused."""
    return job.failures.order_by("number")[:most]
