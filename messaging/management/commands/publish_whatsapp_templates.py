"""`manage.py publish_whatsapp_templates`: have WhatsApp approve the templates that it doesn't know yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from core.errors import Refusal
from messaging.operations import publish_whatsapp_templates
from messaging.transports import NotSent


class Command(BaseCommand):
    help = "Register WhatsApp templates with Twilio and ask for their approval. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            published = publish_whatsapp_templates()
        except (Refusal, NotSent) as error:
            raise CommandError(str(error)) from error
        for template in published:
            self.stdout.write(f"{template.event} ({template.language}): {template.content_sid}")
        if not published:
            self.stdout.write("Every WhatsApp template is published.")
