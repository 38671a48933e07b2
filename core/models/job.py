"""Long work: what was asked, how far it is, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class JobQuerySet(models.QuerySet["Job"]):
    def under_way(self) -> JobQuerySet:
        """Waiting for a worker, or at one."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def visible_to(self, user: models.Model) -> JobQuerySet:
        """One's own."""
        return self.filter(by=user)


class Job(models.Model):
    """One piece of long work, done in steps by a worker.

    `cursor` says where to go on after a worker died: it is written in the same transaction as the step it closes.
    `claim` counts how often a worker took it up: one whose claim was taken over can write nothing any more. `worker`
    is who has it now ("" between two turns), `beat_at` moves with every step, so that work whose worker is gone is
    found. `attempts` counts the times in a row that it stopped without finishing a step; `worked` the seconds of work.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=160)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    params = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.QUEUED)
    total = models.PositiveIntegerField(_("to do"), null=True, help_text=_("Unknown until it is counted."))
    done = models.PositiveIntegerField(_("done"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    cursor = models.JSONField(default=dict)
    claim = models.PositiveIntegerField(default=0, editable=False)
    worker = models.CharField(max_length=120, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    worked = models.FloatField(default=0, editable=False)
    asked_at = models.DateTimeField(_("asked"))
    started_at = models.DateTimeField(_("started"), null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    sentence = models.CharField(_("outcome"), max_length=300, blank=True)
    result = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    result_name = models.CharField(max_length=160, blank=True)
    back_url = models.CharField(max_length=300, blank=True)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True, editable=False)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(done__lte=F("total")), name="done_within_total"
            ),
        ]
        indexes = [
            models.Index(fields=["by", "-asked_at", "-id"], name="job_by_person"),
            models.Index(
                fields=["beat_at"], condition=Q(state__in=["queued", "running"]), name="job_under_way"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("core:job_detail", args=[self.pk])

    @property
    def under_way(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.RUNNING}

    @property
    def stopping(self) -> bool:
        """Somebody asked for its end, and the step under way is not through yet."""
        return self.under_way and self.cancel_asked_at is not None

    @property
    def seconds_left(self) -> float | None:
        """What is left at the pace so far; None while that would be guessed."""
        if not self.under_way or not self.total or not self.done or self.worked < 2:
            return None
        return (self.total - self.done) * self.worked / self.done


class JobFailure(models.Model):
    """One row that a job could not do, and why."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="failures")
    number = models.PositiveIntegerField(_("row"))
    what = models.CharField(_("what"), max_length=200)
    sentence = models.CharField(_("why"), max_length=300)
    url = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="one_failure_per_row_of_a_job")]

    def __str__(self) -> str:
        return f"{self.what}: {self.sentence}"
