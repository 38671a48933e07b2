"""The words a new installation starts with, and their approval by WhatsApp."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from twilio.base.exceptions import TwilioException
from twilio.rest.content.v1.content import ContentList
from twilio.rest.content.v1.content.approval_create import ApprovalCreateList

from core.errors import Refusal
from customers.models.choices import Channel
from messaging.default_templates import DEFAULTS
from messaging.models import MessageTemplate
from messaging.transports.twilio import client
from messaging.wording import numbered, variables_in

NOT_FOUND = 404


@transaction.atomic
def add_missing_templates(model: Any = MessageTemplate) -> None:
    """Give every event its words on every channel in every language. Leaves alone what is there.

    `migrate` gives the model as it is at that migration.
    """
    rows = []
    for language, events in DEFAULTS.items():
        for event, words in events.items():
            common = {"event": event, "language": language}
            rows += [
                model(channel=Channel.WHATSAPP, body=words.whatsapp, **common),
                model(channel=Channel.SMS, body=words.sms, **common),
                model(channel=Channel.EMAIL, subject=words.subject, body=words.email, **common),
            ]
    model.objects.bulk_create(rows, ignore_conflicts=True)


def publish_whatsapp_templates() -> list[MessageTemplate]:
    """Register every WhatsApp template that Twilio doesn't know, and ask WhatsApp to approve it.

    Changing a template's text afterwards means clearing its ContentSid and publishing it again. Changing the Twilio
    account does not: what the new account doesn't know is registered there.
    """
    active = MessageTemplate.objects.filter(channel=Channel.WHATSAPP, is_active=True)
    published = []
    for template in active.order_by("pk"):
        if template.content_sid and _known(template.content_sid):
            continue
        order = variables_in(template.body)
        name = f"{template.event}_{template.language}".lower()
        payload: dict[str, object] = {
            "friendly_name": name,
            "language": template.language,
            "variables": {str(at): variable for at, variable in enumerate(order, start=1)},
            "types": {"twilio/text": {"body": numbered(template.body, order)}},
        }
        template.content_sid, template.content_variables = _register(name, payload), order
        template.save(update_fields=["content_sid", "content_variables"])
        published.append(template)
    return published


def _known(content_sid: str) -> bool:
    try:
        client().content.v1.contents(content_sid).fetch()
    except TwilioException as error:
        if getattr(error, "status", 0) == NOT_FOUND:
            return False
        raise Refusal(f"Twilio did not tell whether it knows {content_sid}: {error}") from error
    return True


def _register(name: str, payload: dict[str, object]) -> str:
    contents = client().content.v1.contents
    try:
        created = contents.create(ContentList.ContentCreateRequest(payload))
        contents(created.sid).approval_create.create(
            ApprovalCreateList.ContentApprovalRequest({"name": name, "category": "UTILITY"})
        )
    except TwilioException as error:
        raise Refusal(f"Twilio did not take the template {name}: {error}") from error
    return str(created.sid)
