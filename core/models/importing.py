"""A file that is imported, and what became of its rows: what the imports of all apps have in common."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FileImport(models.Model):
    """One run of an import. One that was asked for on a page is done by its `job`, and goes on when a worker dies."""

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
    refused = models.PositiveIntegerField(_("refused"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("at"))
    job = models.OneToOneField("core.Job", null=True, on_delete=models.SET_NULL, related_name="+")
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%Y-%m-%d %H:%M}"

    @property
    def under_way(self) -> bool:
        """Whether a worker has it, or will."""
        return self.state in {self.State.WAITING, self.State.RUNNING}


class FileRow(models.Model):
    """What became of one row of a file. Of a refused one its columns and what stood in them are kept."""

    number = models.PositiveIntegerField(_("row"))
    sentence = models.CharField(max_length=300, blank=True)
    values = models.JSONField(
        default=list, help_text=_("Of a refused row: its columns and what stood in them.")
    )

    class Meta:
        abstract = True
        ordering = ["number"]
