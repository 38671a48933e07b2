"""`{% load wording %}`: a message as the person who gets it sees it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from messaging.markup import as_html

register = template.Library()


@register.filter
def as_seen(message: Any) -> SafeString:
    """The text with its links, and WhatsApp's bold and italics; everything else is escaped."""
    return SafeString(as_html(message.body, rich=message.channel == "whatsapp"))
