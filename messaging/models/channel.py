"""Whether a channel works."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.models.choices import Channel


class ChannelState(models.Model):
    """Whether a channel is working. A wrong credential pauses it; its messages wait."""

    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices, primary_key=True)
    paused_at = models.DateTimeField(_("paused"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")

    def get_absolute_url(self) -> str:
        return reverse("messaging:message_list")

    def __str__(self) -> str:
        return str(self.get_channel_display())
