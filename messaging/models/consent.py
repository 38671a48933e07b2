"""To whom nothing may be said on a channel, and the proof of it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly
from customers.models import Customer
from customers.models.choices import Channel


class Suppression(models.Model):
    """An address we must not use on a channel: the person opted out, or the address does not exist."""

    class Reason(models.TextChoices):
        OPTED_OUT = "opted_out", _("opted out")
        INVALID = "invalid", _("address is not valid")
        BLOCKED = "blocked", _("blocked by the recipient")

    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason.choices)
    proof = models.CharField(_("proof"), max_length=300, blank=True)
    at = models.DateTimeField(_("since"))

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="one_suppression_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}: {self.reason}"


class ConsentEvent(AppendOnly):
    """A person said stop, or start again, on a channel. The last word counts; all are kept as proof."""

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="consent_events"
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    address = models.CharField(_("address"), max_length=254)
    granted = models.BooleanField(_("may write"))
    proof = models.CharField(_("proof"), max_length=300)
    at = models.DateTimeField(_("at"))

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["channel", "address", "-at"], name="consent_by_address")]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}: {'yes' if self.granted else 'no'}"
