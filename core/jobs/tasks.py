"""Long work as Celery sees it. Every task may run twice, and beside itself."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from .running import run_job as work
from .sweeping import clean_up, sweep


@shared_task(name="core.run_job")
def run_job(job_id: int) -> None:
    """One turn at a job."""
    work(job_id)


@shared_task(name="core.sweep_jobs")
def sweep_jobs() -> None:
    """By beat: jobs that stand still go on."""
    sweep(at=timezone.now())


@shared_task(name="core.clean_up_jobs")
def clean_up_jobs() -> None:
    """By beat, at night: what nobody fetched goes."""
    while clean_up(at=timezone.now()):
        pass
