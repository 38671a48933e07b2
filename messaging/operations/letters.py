"""Mail to somebody who is no customer, a supplier for one: own words, with files."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from core.tasks import after_commit
from messaging.models import MessageFile, OutboundMessage

from .telling import touch_message


class Letter(NamedTuple):
    """What the mail says. `event` names what it is about, `key` the business fact: told twice, it is said once."""

    event: str
    key: str
    subject: str
    body: str
    about: str


class LetterFile(NamedTuple):
    """A file that goes along."""

    name: str
    media_type: str
    content: bytes


@transaction.atomic
def write_letter(
    address: str, letter: Letter, *, files: Sequence[LetterFile] = (), by: Any, at: datetime
) -> OutboundMessage:
    """Put mail to an address into the queue; it leaves after the commit. The same fact to the same address is one."""
    message, is_new = OutboundMessage.objects.get_or_create(
        event=letter.event,
        key=letter.key,
        channel="email",
        recipient=address,
        defaults={
            "subject": letter.subject[:160],
            "body": letter.body,
            "about": letter.about,
            "by": by,
            "queued_at": at,
            "not_before": at,
        },
    )
    if is_new:
        for file in files:
            path = default_storage.save(
                f"messages/{at:%Y/%m}/{secrets.token_urlsafe(16)}", ContentFile(file.content)
            )
            MessageFile.objects.create(
                message=message, name=file.name[:160], media_type=file.media_type, path=path
            )
        touch_message(message)
        after_commit("messaging.deliver_messages")
    return message
