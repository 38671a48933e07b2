"""Messages in the admin. What was said and told is history and read-only; templates are written here."""

from __future__ import annotations

from django.contrib import admin
from unfold.admin import ModelAdmin

from core.admin import ReadOnlyAdmin

from .models import (
    ChannelState,
    ConsentEvent,
    InboundMessage,
    MessageEvent,
    MessageTemplate,
    OutboundMessage,
    Suppression,
    WebhookEvent,
)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(ModelAdmin):
    list_display = ["event", "channel", "language", "is_active", "content_sid"]
    list_filter = ["event", "channel", "language", "is_active"]
    search_fields = ["event", "body"]


@admin.register(OutboundMessage)
class OutboundMessageAdmin(ReadOnlyAdmin):
    list_display = ["event", "channel", "recipient", "state", "attempts", "queued_at"]
    list_filter = ["state", "channel", "event"]
    search_fields = ["recipient", "key", "provider_id", "customer__name"]
    list_select_related = ["customer"]


@admin.register(MessageEvent)
class MessageEventAdmin(ReadOnlyAdmin):
    list_display = ["message_id", "kind", "attempt", "code", "at"]
    list_filter = ["kind"]
    search_fields = ["provider_id"]


@admin.register(ChannelState)
class ChannelStateAdmin(ReadOnlyAdmin):
    list_display = ["channel", "paused_at", "reason"]


@admin.register(Suppression)
class SuppressionAdmin(ReadOnlyAdmin):
    list_display = ["channel", "address", "reason", "at"]
    list_filter = ["channel", "reason"]
    search_fields = ["address"]


@admin.register(ConsentEvent)
class ConsentEventAdmin(ReadOnlyAdmin):
    list_display = ["channel", "address", "granted", "at"]
    list_filter = ["channel", "granted"]
    search_fields = ["address"]


@admin.register(WebhookEvent)
class WebhookEventAdmin(ReadOnlyAdmin):
    list_display = ["provider", "kind", "key", "at", "worked_at", "outcome"]
    list_filter = ["provider", "kind"]
    search_fields = ["key"]


@admin.register(InboundMessage)
class InboundMessageAdmin(ReadOnlyAdmin):
    list_display = ["channel", "sender", "body", "at"]
    list_filter = ["channel"]
    search_fields = ["sender", "body"]
    list_select_related = ["customer"]
