"""What happened with a customer, newest first."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core import listing
from customers.models import Customer, TimelineEntry

PER_PAGE = 20

KINDS: dict[str, tuple[str | Promise, str]] = {
    "order": (_("Orders"), "shopping-cart"),
    "invoice": (_("Invoices"), "document-text"),
    "payment": (_("Payments"), "banknotes"),
    "credit": (_("Credit"), "scale"),
    "message": (_("Messages"), "chat-bubble-left-right"),
    "call": (_("Calls"), "phone"),
    "meeting": (_("Meetings"), "calendar-days"),
    "ticket": (_("Tickets"), "lifebuoy"),
    "claim": (_("Claims"), "shield-check"),
    "note": (_("Notes"), "pencil-square"),
    "customer": (_("Profile"), "user"),
    "contact": (_("Contact persons"), "users"),
    "address": (_("Addresses"), "map-pin"),
    "segment": (_("Segments"), "tag"),
}


def timeline_page(customer: Customer, *, kind: str = "", after: str = "", before: str = "") -> listing.Page:
    """One page of a customer's timeline; `kind` is the first part of an event's name."""
    entries = TimelineEntry.objects.filter(customer=customer).select_related("by")
    if kind:
        entries = entries.filter(event__startswith=f"{kind}.")
    return listing.page(entries, ["-at", "-pk"], after=after, before=before, size=PER_PAGE)


def timeline_kinds() -> list[tuple[str, str | Promise]]:
    """The kinds to filter by, with their words."""
    return [(kind, label) for kind, (label, _icon) in KINDS.items()]


def icon_of(event: str) -> str:
    """The icon of an event's kind."""
    return KINDS.get(event.partition(".")[0], ("", "clock"))[1]


def last_activity(customer: Customer) -> datetime | None:
    """When something last happened with a customer, read from its timeline."""
    return (
        TimelineEntry.objects.filter(customer=customer).order_by("-at").values_list("at", flat=True).first()
    )
