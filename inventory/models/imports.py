"""Product imports: the file, what became of every row."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ImportBatch(models.Model):
    """One run of an import. One that was asked for on a page is done by its `job`, and goes on when a worker dies.

    A dry run leaves no rows behind; `failures` are those it refused, in memory only.
    """

    failures: list[ImportRow]

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        STOPPED = "stopped", _("Stopped")

    file_name = models.CharField(_("file"), max_length=240)
    file = models.FileField(upload_to="imports/%Y/%m/", blank=True)
    mapping = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WAITING)
    refusal = models.CharField(max_length=500, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("at"))
    job = models.OneToOneField("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("product import")
        verbose_name_plural = _("product imports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:import_detail", args=[self.pk])

    @property
    def under_way(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in {self.State.WAITING, self.State.RUNNING}

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.created + self.updated + self.unchanged + self.refused


class ImportRow(models.Model):
    """What became of one row of the file."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        UPDATED = "updated", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="outcomes")
    number = models.PositiveIntegerField(_("row"))
    sku = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    sentence = models.CharField(max_length=300, blank=True)
    values = models.JSONField(
        default=list, help_text=_("Of a refused row: its columns and what stood in them.")
    )

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_outcome_per_row")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.number}: {self.outcome}"
