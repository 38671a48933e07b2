"""Writing a message into the queue, in the transaction of what it speaks of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, Exists, OuterRef, Value, When
from django.utils import timezone

from core.tasks import after_commit
from customers.models import Customer
from messaging.events import EVENTS
from messaging.models import MessageTemplate, OutboundMessage, Suppression
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
    OutboundMessage.objects.bulk_create(rows, ignore_conflicts=True)
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
    OutboundMessage.objects.bulk_create([row], ignore_conflicts=True)
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
    """Whether this fact was told before, and the working channels in their order. One query."""
    addresses = {channel: address for channel in channels if (address := customer.address_for(channel))}
    languages = [customer.message_language, settings.LANGUAGE_CODE]
    address_of = Case(
        *(When(channel=channel, then=Value(address)) for channel, address in addresses.items()),
        default=Value(""),
        output_field=CharField(),
    )
    told = OutboundMessage.objects.filter(event=event, key=key, customer=customer)
    closed = Suppression.objects.filter(channel=OuterRef("channel"), address=OuterRef("address"))
    templates = MessageTemplate.objects.filter(
        event=event, is_active=True, channel__in=channels, language__in=languages
    ).annotate(address=address_of, told=Exists(told), closed=Exists(closed))
    best: dict[str, Any] = {}
    for template in sorted(templates, key=lambda each: languages.index(each.language), reverse=True):
        best[template.channel] = template
    open_ways = [
        Way(best[channel], best[channel].address)
        for channel in channels
        if channel in best and best[channel].address and not best[channel].closed
    ]
    return any(template.told for template in best.values()), open_ways


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
