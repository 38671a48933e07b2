"""Writing to our own people: the same queue and templates, without a customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from core.phones import read_phone
from core.rows import insert
from core.tasks import after_commit
from messaging.events import EVENTS
from messaging.models import MessageFile, MessageTemplate, OutboundMessage, Suppression
from messaging.wording import content_values, fill


class Enclosed(NamedTuple):
    """A file that goes along by e-mail: its name, its type, and where it lies in the private storage."""

    name: str
    media_type: str
    path: str


@transaction.atomic(savepoint=False)
def write_to_staff(
    person: Any,
    event: str,
    *,
    context: Mapping[str, str],
    key: str,
    channels: Sequence[str],
    at: datetime,
    files: Sequence[Enclosed] = (),
    about: str = "",
) -> int:
    """Queue one message on each of these channels that has an address and a template; how many are new.

    `key` names the fact: told twice it is said once. WhatsApp takes the number in the person's profile.
    """
    values = {"customer": str(person), "company": settings.COMPANY["name"]} | dict(context)
    if missing := EVENTS[event].variables - values.keys():
        raise ValueError(f"{event} needs {', '.join(sorted(missing))}")
    written = 0
    for channel in channels:
        template, address = _template(event, channel, person.language), _address(person, channel)
        if template is None or not address:
            continue
        if Suppression.objects.filter(channel=channel, address=address).exists():
            continue
        row: Any = OutboundMessage(
            event=event,
            key=f"{key}:{person.pk}"[:120],
            channel=channel,
            recipient=address,
            language=template.language,
            subject=fill(template.subject, values)[:160],
            body=fill(template.body, values),
            variables=values,
            content_sid=template.content_sid,
            content_variables=content_values(template.content_variables, values)
            if template.content_sid
            else {},
            about=about,
            queued_at=at,
            not_before=at,
        )
        insert(row, unless_there=True)
        if row.pk is None:
            continue
        written += 1
        if channel == "email":
            MessageFile.objects.bulk_create(MessageFile(message=row, **file._asdict()) for file in files)
    if written:
        after_commit("messaging.deliver_messages")
    return written


def _template(event: str, channel: str, language: str) -> MessageTemplate | None:
    languages = [language or settings.LANGUAGE_CODE, settings.LANGUAGE_CODE]
    found = MessageTemplate.objects.filter(
        event=event, channel=channel, is_active=True, language__in=languages
    )
    return min(found, key=lambda each: languages.index(each.language), default=None)


def _address(person: Any, channel: str) -> str:
    if channel == "email":
        return str(person.email)
    try:
        return read_phone(person.phone)
    except ValidationError:
        return ""
