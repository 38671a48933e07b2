"""Messages: what to say, what was said, what came of it.

An `OutboundMessage` is written in the transaction that causes it and sent by a worker afterwards. It is queue and
history in one. Its states only move forward; what may have been sent is never sent again by itself (`unknown`).
"""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.history import AppendOnly, tracked
from customers.models import Customer
from customers.models.choices import Channel


@tracked()
class MessageTemplate(models.Model):
    """The words for one event on one channel in one language. `{{name}}` marks a variable."""

    event = models.CharField(_("event"), max_length=60)
    channel = models.CharField(_("channel"), max_length=12, choices=Channel.choices)
    language = models.CharField(_("language"), max_length=8, default="en")
    subject = models.CharField(_("subject"), max_length=160, blank=True)
    body = models.TextField(_("text"))
    content_sid = models.CharField(
        _("approved template"), max_length=34, blank=True, help_text=_("ContentSid (HX…) of the approved WhatsApp template.")
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("message template")
        verbose_name_plural = _("message templates")
        ordering = ["event", "channel", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "channel", "language"], name="one_template_per_event_channel_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} · {self.channel} · {self.language}"


class ChannelState(models.Model):
    """Whether a channel is working. A wrong credential pauses it; its messages wait."""

    channel = models.CharField(max_length=12, choices=Channel.choices, primary_key=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.channel}: {'paused' if self.paused_at else 'open'}"


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
    key = models.CharField(max_length=120, help_text=_("The business fact this speaks of, such as invoice:INV-2026-00042."))
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
    content_variables = models.JSONField(default=dict, blank=True)
    about = models.CharField(max_length=80, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    not_before = models.DateTimeField(_("not before"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
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
                fields=["key", "channel", "recipient"], name="one_message_per_fact_channel_recipient"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered", "read"], provider_id=""),
                name="sent_message_has_a_provider_id",
            ),
        ]
        indexes = [
            models.Index(fields=["not_before", "id"], condition=Q(state="queued"), name="message_to_send"),
            models.Index(fields=["claimed_at"], condition=Q(state="sending"), name="message_being_sent"),
            models.Index(fields=["-queued_at", "-id"], name="message_newest_first"),
            models.Index(fields=["customer", "-queued_at"], name="message_by_customer"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="message_by_provider_id"),
            models.Index(fields=["about"], condition=~Q(about=""), name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.recipient}"


class Suppression(models.Model):
    """An address we must not use on a channel: the person opted out, or the address does not exist."""

    class Reason(models.TextChoices):
        OPTED_OUT = "opted_out", _("opted out")
        INVALID = "invalid", _("address is not valid")
        BLOCKED = "blocked", _("blocked by the recipient")

    channel = models.CharField(max_length=12, choices=Channel.choices)
    address = models.CharField(max_length=254)
    reason = models.CharField(max_length=12, choices=Reason.choices)
    proof = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")
        constraints = [
            models.UniqueConstraint(fields=["channel", "address"], name="one_suppression_per_address")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.address}: {self.reason}"


class WebhookEvent(AppendOnly):
    """What a provider told us, stored before anything is done with it. Told twice, it is one row."""

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=160)
    payload = models.JSONField()
    at = models.DateTimeField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind", "key"], name="one_row_per_webhook_fact")
        ]

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
