"""What providers and people tell us."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly, frozen_except
from customers.models import Customer
from customers.models.choices import Channel


class WebhookEvent(models.Model):
    """What a provider told us, stored before anything is done with it. Told twice, it is one row.

    Only what came of it is written later: `worked_at` and `outcome`.
    """

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    payload: Any = models.JSONField()
    at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=80, blank=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "key"], name="one_row_per_webhook_fact")
        ]
        indexes = [models.Index(fields=["id"], condition=Q(worked_at=None), name="webhook_to_work")]
        triggers = frozen_except("worked_at", "outcome")

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.key}"


class InboundMessage(AppendOnly):
    """What a retailer wrote to us."""

    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound_messages"
    )
    channel = models.CharField(max_length=12, choices=Channel.choices)
    sender = models.CharField(max_length=254)
    body = models.TextField(blank=True)
    provider_id = models.CharField(max_length=80, unique=True)
    payload: Any = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("inbound message")
        verbose_name_plural = _("inbound messages")
        ordering = ["-at"]
        indexes = [models.Index(fields=["channel", "sender", "-at"], name="inbound_by_sender")]

    def __str__(self) -> str:
        return f"{self.sender}: {self.body[:40]}"
