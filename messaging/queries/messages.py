"""Reads about messages and those who get and send them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from core import listing
from core.templatetags import figures
from customers.models import Customer
from messaging.models import InboundMessage, MessageEvent, OutboundMessage, WebhookEvent
from messaging.models.outbound import OutboundMessageQuerySet

State = OutboundMessage.State
SERVICE_WINDOW = timedelta(hours=24)
FEW_SHOPS = 5000
NEWEST = 5_000
ENOUGH = 25
"""So many messages are looked at to guess how many are found, if so many of them are."""
NEEDS_A_LOOK = (State.FAILED, State.UNKNOWN)
WAITING = (State.QUEUED, State.SENDING)
STATUS_WORDS = (
    "accepted",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "delivered",
    "partially_delivered",
    "read",
    "failed",
    "undelivered",
    "canceled",
)
ICONS = {
    MessageEvent.Kind.ACCEPTED: "paper-airplane",
    MessageEvent.Kind.RESOLVED: "check-circle",
    MessageEvent.Kind.RESENT: "arrow-path",
    MessageEvent.Kind.CANCELLED: "x-circle",
}


class Happening(NamedTuple):
    """One line of a message's history, as the timeline component shows it."""

    icon: str
    text: str
    at: datetime
    by: Any = None
    url: str = ""


def service_window_open(number: str, *, at: datetime) -> bool:
    """Whether the person wrote to us on WhatsApp within the last 24 hours."""
    return InboundMessage.objects.filter(
        channel="whatsapp", sender=number, at__gt=at - SERVICE_WINDOW
    ).exists()


def customer_at(number: str) -> Customer | None:
    """The customer a phone number belongs to; the one changed last when several share it."""
    if not number:
        return None
    found = Customer.objects.filter(Q(phone=number) | Q(whatsapp=number) | Q(second_phone=number))
    return found.order_by("-updated_at").first()


def was_told_since(customer: Customer, event: str, since: datetime) -> bool:
    """Whether a message of this event was written to the customer after `since`, whatever became of it."""
    return OutboundMessage.objects.filter(customer=customer, event=event, queued_at__gt=since).exists()


def search_messages(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """By shop, address, document or words of the message.

    Few shops are looked up first: then one table answers, by index when the text is rare and along the list when it is
    not. A text that very many shops have is frequent enough to be found along the list.
    """
    shops = Customer.objects.search(text)
    few = list(shops.order_by().values_list("pk", flat=True)[: FEW_SHOPS + 1])
    found = Q(customer__in=few if len(few) <= FEW_SHOPS else shops.order_by().values("pk"))
    found |= Q(recipient__icontains=text) | Q(key__icontains=text) | Q(body__icontains=text)
    digits = "".join(filter(str.isdigit, text))
    if len(digits) >= 4:
        found |= Q(recipient__icontains=digits)
    return rows.filter(found)


def count_found(rows: QuerySet[Any]) -> listing.Count:
    """How many messages a search has found: exact for a few, from their share of the newest ones for many.

    Very common words are in most messages, and the planner, which can't know how common three letters are, would read
    the whole queue to count them. What is rare among the newest is few enough for the indexes, so they are insisted on.
    """
    edge = OutboundMessage.objects.order_by("-pk").values_list("pk", flat=True)[NEWEST : NEWEST + 1].first()
    if edge is None:
        return listing.count(rows)
    among = rows.order_by().filter(pk__gt=edge).count()
    if among >= ENOUGH:
        whole = listing.count(OutboundMessage.objects.all()).number
        return listing.Count(among * whole // NEWEST, False)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        found = listing.count(rows)
        cursor.execute("SET LOCAL enable_seqscan = on")
    return found


def addressee(message: OutboundMessage) -> str:
    """The customer's name, or the bare address of somebody who is none."""
    return message.customer.name if message.customer else message.recipient


def address(message: OutboundMessage) -> str:
    if message.channel == "email" or not message.recipient:
        return message.recipient
    return figures.phone(message.recipient)


class Said(NamedTuple):
    """One message of a conversation, either way."""

    message: Any
    inbound: bool
    at: datetime


def conversation_with(customer: Customer, *, limit: int) -> list[Said]:
    """The latest messages to and from a customer, newest first."""
    ours = OutboundMessage.objects.filter(customer=customer).order_by("-queued_at", "-pk")[:limit]
    theirs = InboundMessage.objects.filter(customer=customer).order_by("-at", "-pk")[:limit]
    said = [Said(each, False, each.queued_at) for each in ours] + [
        Said(each, True, each.at) for each in theirs
    ]
    return sorted(said, key=lambda each: each.at, reverse=True)[:limit]


def trouble_of(message: OutboundMessage) -> str:
    """Why it has not arrived, as a sentence; empty when nothing is wrong."""
    return capfirst(message.error_text) if message.state in (*NEEDS_A_LOOK, *WAITING) else ""


def siblings_of(message: OutboundMessage) -> OutboundMessageQuerySet:
    """The same fact on other channels."""
    same = OutboundMessage.objects.filter(event=message.event, key=message.key, customer=message.customer)
    return same.exclude(pk=message.pk).order_by("queued_at")


def callbacks_of(message: OutboundMessage) -> list[WebhookEvent]:
    """What the provider told about a message, all its attempts included, oldest first."""
    sids = {message.provider_id, *message.events.values_list("provider_id", flat=True)} - {""}
    keys = [f"{sid}:{word}" for sid in sids for word in STATUS_WORDS]
    return list(WebhookEvent.objects.filter(provider="twilio", kind="status", key__in=keys).order_by("pk"))


def event_in_words(event: MessageEvent) -> str:
    """What was done with a message, with the provider's own words."""
    return capfirst(" · ".join(filter(None, [event.get_kind_display(), event.code, event.text])))


def history_of(message: OutboundMessage) -> list[Happening]:
    """Everything that was done with a message and told about it, newest first."""
    done = [
        Happening(
            ICONS.get(MessageEvent.Kind(event.kind), "exclamation-triangle"),
            event_in_words(event),
            event.at,
            event.by,
        )
        for event in message.events.select_related("by")
    ]
    told = [
        Happening(
            "arrow-down-left",
            _("Twilio says: %(status)s") % {"status": told.payload.get("MessageStatus", "")}
            + (f" ({told.payload['ErrorCode']})" if told.payload.get("ErrorCode") else ""),
            told.at,
        )
        for told in callbacks_of(message)
    ]
    queued = Happening("pencil-square", _("Written into the queue"), message.queued_at, message.by)
    return sorted([queued, *done, *told], key=lambda each: each.at, reverse=True)
