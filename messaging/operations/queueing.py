"""Writing a message into the queue, in the transaction of what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from core.rows import insert
from core.tasks import after_commit
from customers.models import Customer
from messaging.events import EVENTS
from messaging.models import MessageTemplate, OutboundMessage
from messaging.operations.telling import touch_message
from messaging.wording import content_values, fill

NO_WAY = "no_way"


class Way(NamedTuple):
    """One channel this customer can be reached on, with the words for it."""

    template: MessageTemplate
    address: str


@transaction.atomic(savepoint=False)
def queue(
    customer: Customer,
    event: str,
    *,
    context: Mapping[str, str],
    key: str,
    by: Any = None,
    at: datetime | None = None,
    channels: Sequence[str] | None = None,
    about: str = "",
    not_before: datetime | None = None,
) -> None:
    """Write what the customer is to hear of `event`; it leaves after the transaction commits.

    Without `channels`, one message on the first of the customer's channels that works; with `channels`, one on each
    of them. `key` names the business fact (`invoice:INV-2026-00042`): told twice, it is said once. `context` has
    the event's variables (see `messaging.events`), as text. Who can't be reached gets a failed message that is
    seen in the queue; that is no reason to undo a sale.
    """
    at = at or timezone.now()
    values = _values(customer, event, context)
    wanted = list(channels if channels is not None else customer.channels or settings_channels())
    told, ways = _ways(customer, event, key, wanted)
    if told and channels is None:
        return
    chosen = ways if channels is not None else ways[:1]
    common = {"customer": customer, "event": event, "key": key, "about": about, "by": by, "queued_at": at}
    rows = [_row(way, values, not_before=not_before or at, **common) for way in chosen]
    if not rows:
        rows = [_unreachable(wanted, values, **common)]
    for row in rows:
        insert(row, unless_there=True)
        touch_message(row)
    after_commit("messaging.deliver_messages")


def fall_back(message: OutboundMessage, *, at: datetime) -> bool:
    """Say the same on the customer's next channel. False when there is none, or no customer."""
    if message.customer is None:
        return False
    channels = list(message.customer.channels or settings_channels())
    later = channels[channels.index(message.channel) + 1 :] if message.channel in channels else []
    _told, ways = _ways(message.customer, message.event, message.key, later)
    if not ways:
        return False
    row = _row(
        ways[0],
        message.variables,
        customer=message.customer,
        event=message.event,
        key=message.key,
        about=message.about,
        by=message.by,
        queued_at=at,
        not_before=at,
    )
    insert(row, unless_there=True)
    after_commit("messaging.deliver_messages")
    return True


def settings_channels() -> list[str]:
    """For a customer who has no channel of choice."""
    return ["whatsapp", "sms", "email"]


def _values(customer: Customer, event: str, context: Mapping[str, str]) -> dict[str, str]:
    values = {"customer": customer.name, "company": settings.COMPANY["name"]}
    values |= {name: str(value) for name, value in context.items()}
    if missing := EVENTS[event].variables - values.keys():
        raise ValueError(f"{event} needs {', '.join(sorted(missing))}")
    return values


def _ways(customer: Customer, event: str, key: str, channels: Sequence[str]) -> tuple[bool, list[Way]]:
    """Whether this fact was told before, and the working channels in their order. One round trip."""
    addresses = [customer.address_for(channel) for channel in channels]
    languages = [customer.message_language, settings.LANGUAGE_CODE]
    with connection.cursor() as cursor:
        cursor.execute(WAYS, [customer.pk, event, key, list(channels), addresses, event, languages])
        found = [Candidate(*row) for row in cursor.fetchall()]
    best: dict[str, Candidate] = {}
    for candidate in sorted(found, key=lambda each: languages.index(each.language), reverse=True):
        best[candidate.channel] = candidate
    ways = [
        Way(MessageTemplate(event=event, **best[channel].words), best[channel].address)
        for channel in channels
        if channel in best and best[channel].address and not best[channel].closed
    ]
    return any(candidate.told for candidate in found), ways


class Candidate(NamedTuple):
    """A template for a channel in one of the customer's languages, and what speaks against it."""

    channel: str
    language: str
    subject: str
    body: str
    content_sid: str
    content_variables: list[str]
    address: str
    told: bool
    closed: bool

    @property
    def words(self) -> dict[str, Any]:
        """The template itself."""
        return {name: getattr(self, name) for name in self._fields[:6]}


# On the path of every confirmed order, so by hand: templates of the event for the wanted channels, whether this fact
# was told to the customer before, and whether the address is suppressed on the channel.
WAYS = """
SELECT t.channel, t.language, t.subject, t.body, t.content_sid, t.content_variables, way.address,
       EXISTS (SELECT FROM messaging_outboundmessage m
               WHERE m.customer_id = %s AND m.event = %s AND m.key = %s),
       EXISTS (SELECT FROM messaging_suppression s WHERE s.channel = t.channel AND s.address = way.address)
FROM unnest(%s::text[], %s::text[]) AS way (channel, address)
JOIN messaging_messagetemplate t ON t.channel = way.channel
WHERE t.event = %s AND t.is_active AND t.language = ANY (%s::text[])
"""


def _row(way: Way, values: Mapping[str, str], **fields: Any) -> OutboundMessage:
    template = way.template
    message = OutboundMessage(
        channel=template.channel,
        recipient=way.address,
        language=template.language,
        subject=fill(template.subject, values)[:160],
        body=fill(template.body, values),
        variables=dict(values),
        **fields,
    )
    if template.content_sid:
        message.content_sid = template.content_sid
        message.content_variables = content_values(template.content_variables, values)
    return message


def _unreachable(channels: Sequence[str], values: Mapping[str, str], **fields: Any) -> OutboundMessage:
    return OutboundMessage(
        channel=channels[0] if channels else settings_channels()[0],
        recipient="",
        body="",
        variables=dict(values),
        state=OutboundMessage.State.FAILED,
        error_code=NO_WAY,
        error_text="No channel of this customer works: no address, opted out, or no active template.",
        not_before=fields["queued_at"],
        **fields,
    )
