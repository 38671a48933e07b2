"""What is said: the queue and the history in one.

An `OutboundMessage` is written in the transaction that causes it and sent by a worker afterwards. Its states only
move forward; what may have been sent is never sent again by itself (`unknown`).
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Visibility
from core.history import AppendOnly
from customers.models import Customer
from customers.models.choices import Channel
from messaging.events import EVENTS

from .channel import ChannelState


class OutboundMessageQuerySet(models.QuerySet["OutboundMessage"]):
    def visible_to(self, user: Any) -> OutboundMessageQuerySet:
        """Messages to customers the person sees; those to nobody's customer, to people who see all."""
        if user.is_authenticated and user.sees == Visibility.ALL:
            return self
        return self.filter(customer__in=Customer.objects.visible_to(user))

    def due(self, at: datetime) -> OutboundMessageQuerySet:
        """What may be sent now: queued, its time has come, and its channel is not paused."""
        paused = ChannelState.objects.filter(channel=models.OuterRef("channel"), paused_at__isnull=False)
        return self.filter(~models.Exists(paused), state=OutboundMessage.State.QUEUED, not_before__lte=at)


class OutboundMessage(models.Model):
    """One message to one recipient on one channel about one fact (`key`)."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENDING = "sending", _("Sending")
        ACCEPTED = "accepted", _("Accepted")
        SENT = "sent", _("Sent")
        DELIVERED = "delivered", _("Delivered")
        READ = "read", _("Read")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("Unknown")
        CANCELLED = "cancelled", _("Cancelled")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(
        max_length=120, help_text=_("The business fact this speaks of, such as invoice:INV-2026-00042.")
    )
    event = models.CharField(_("event"), max_length=60)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="messages"
    )
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    recipient = models.CharField(_("to"), max_length=254)
    language = models.CharField(max_length=8, default="en")
    subject = models.CharField(max_length=160, blank=True)
    body = models.TextField()
    content_sid = models.CharField(max_length=34, blank=True)
    content_variables: Any = models.JSONField(default=dict, blank=True)
    variables: Any = models.JSONField(
        default=dict,
        blank=True,
        help_text=_("What the template was filled with; another channel is filled with it too."),
    )
    about = models.CharField(max_length=80, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True, help_text=_("When a worker took it."))
    posted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("Committed just before it is handed over; from here on it may have been sent."),
    )
    provider_id = models.CharField(max_length=80, blank=True)
    error_code = models.CharField(max_length=20, blank=True)
    error_text = models.CharField(max_length=300, blank=True)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = OutboundMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-queued_at", "-pk"]
        permissions = [
            ("queue_message", "Can write to a customer"),
            ("resend_message", "Can send a message again"),
            ("cancel_message", "Can cancel a message"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "key", "channel", "recipient"],
                name="one_message_per_event_fact_and_recipient",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered", "read"], provider_id=""),
                name="sent_message_has_a_provider_id",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False),
                name="message_being_sent_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="queued"), name="message_to_send"),
            models.Index(
                fields=["claimed_at"], condition=Q(state__in=["sending", "unknown"]), name="message_in_doubt"
            ),
            models.Index(fields=["-queued_at", "-id"], name="message_newest_first"),
            # What `icontains` asks for, so that the list is searched by index.
            GinIndex(
                OpClass(Upper("recipient"), name="gin_trgm_ops"),
                OpClass(Upper("key"), name="gin_trgm_ops"),
                OpClass(Upper("body"), name="gin_trgm_ops"),
                name="message_search",
            ),
            models.Index(fields=["-queued_at"], condition=Q(state="failed"), name="message_failed"),
            models.Index(fields=["customer", "-queued_at"], name="message_by_customer"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} → {self.recipient}"

    def get_absolute_url(self) -> str:
        return reverse("messaging:message_detail", args=[self.pk])

    @property
    def event_name(self) -> str:
        return str(EVENTS[self.event].name) if self.event in EVENTS else self.event


class MessageEvent(AppendOnly):
    """One thing that was done with a message: an attempt and its outcome, a recovery, a person's decision."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted", _("accepted by the provider")
        NOT_SENT = "not_sent", _("not sent")
        REJECTED = "rejected", _("refused")
        UNKNOWN = "unknown", _("no clear answer")
        RECOVERED = "recovered", _("taken back from a worker that died")
        RESOLVED = "resolved", _("found at the provider")
        FAILED = "failed", _("failed on its way")
        RESENT = "resent", _("put back into the queue")
        CANCELLED = "cancelled", _("cancelled")

    message = models.ForeignKey(OutboundMessage, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    attempt = models.PositiveSmallIntegerField()
    provider_id = models.CharField(max_length=80, blank=True)
    code = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        verbose_name = _("message event")
        verbose_name_plural = _("message events")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.kind}"
