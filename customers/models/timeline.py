"""One timeline per customer."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly

from .customer import Customer


class TimelineEntry(AppendOnly):
    """Something that happened with a customer: `order.confirmed`, `payment.recorded`, `message.sent`.

    `about` names the record as `app.model:pk`, and `text` says it in one sentence as it was that day.
    """

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="timeline")
    event = models.CharField(_("event"), max_length=60)
    text = models.CharField(max_length=300)
    about = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "-at", "-id"], name="timeline_newest_first")]

    def __str__(self) -> str:
        return f"{self.event} {self.at:%Y-%m-%d}"
