"""Files that belong to a record."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _


class Attachment(models.Model):
    """A file of any record: who sees the record sees the file. Stored private, served by a view that checks.

    `checksum` (SHA-256) keeps the same file from lying on one record twice. Removing keeps the row:
    who attached what, and who took it away, stays known.
    """

    class Kind(models.TextChoices):
        KYC = "kyc", _("KYC")
        ID_CARD = "id_card", _("ID card")
        LICENCE = "licence", _("Licence")
        CONTRACT = "contract", _("Contract")
        PROOF = "proof", _("Proof of payment")
        PHOTO = "photo", _("Photo")
        OTHER = "other", _("Other")

    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.OTHER)
    file = models.FileField(_("file"), upload_to="attachments/%Y/%m/")
    name = models.CharField(_("name"), max_length=160)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    checksum = models.CharField(max_length=64)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(_("at"))
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "checksum"],
                condition=models.Q(removed_at__isnull=True),
                name="one_copy_of_a_file_per_record",
            )
        ]
        indexes = [models.Index(fields=["content_type", "object_id", "-at"], name="attachment_by_record")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_photo(self) -> bool:
        """Whether it has a small picture."""
        return self.media_type.startswith("image/")
