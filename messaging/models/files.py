"""Files that go along with an e-mail."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .outbound import OutboundMessage


class MessageFile(models.Model):
    """A file sent with a message by e-mail; `path` is where it lies in the private storage."""

    message = models.ForeignKey(OutboundMessage, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=160)
    media_type = models.CharField(max_length=100)
    path = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
