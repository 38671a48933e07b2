"""Product imports: the file, what became of every row."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import FileImport, FileRow


class ImportBatch(FileImport):
    """One run of an import of products.

    A dry run leaves no rows behind; `failures` are those it refused, in memory only.
    """

    failures: list[ImportRow]

    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)

    class Meta(FileImport.Meta):
        abstract = False
        verbose_name = _("product import")
        verbose_name_plural = _("product imports")

    def get_absolute_url(self) -> str:
        return reverse("inventory:import_detail", args=[self.pk])

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.created + self.updated + self.unchanged + self.refused


class ImportRow(FileRow):
    """What became of one row of the file."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        UPDATED = "updated", _("Changed")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="outcomes")
    sku = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)

    class Meta(FileRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_outcome_per_row")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="import_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.number}: {self.outcome}"


class DeviceImport(FileImport):
    """One run of an import of phones: brands, market names, model codes, aliases."""

    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("added to"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)

    class Meta(FileImport.Meta):
        abstract = False
        verbose_name = _("phone import")
        verbose_name_plural = _("phone imports")
        permissions = [("import_devices", "Can import lists of phones")]

    def get_absolute_url(self) -> str:
        return reverse("inventory:device_import_detail", args=[self.pk])

    @property
    def done(self) -> int:
        """Rows that have their outcome."""
        return self.created + self.updated + self.unchanged + self.refused


class DeviceImportRow(FileRow):
    """What became of one row of a list of phones."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("New")
        UPDATED = "updated", _("Added to")
        UNCHANGED = "unchanged", _("Unchanged")
        REFUSED = "refused", _("Refused")

    batch = models.ForeignKey(DeviceImport, on_delete=models.CASCADE, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    device_model = models.ForeignKey(
        "inventory.DeviceModel", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(FileRow.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_outcome_per_device_row")]
        indexes = [models.Index(fields=["batch", "outcome", "number"], name="device_row_by_outcome")]

    def __str__(self) -> str:
        return f"{self.batch_id} row {self.number}: {self.outcome}"
