"""What happened with a customer, newest first."""

from __future__ import annotations

from datetime import datetime

from django.utils.functional import Promise

from core import listing
from customers.models import Customer, TimelineEntry
from customers.models.timeline import KINDS, icon_of

__all__ = ["icon_of", "last_activity", "timeline_kinds", "timeline_page"]

PER_PAGE = 20


def timeline_page(customer: Customer, *, kind: str = "", after: str = "", before: str = "") -> listing.Page:
    """One page of a customer's timeline; `kind` is the first part of an event's name."""
    entries = TimelineEntry.objects.filter(customer=customer).select_related("by")
    if kind:
        entries = entries.filter(event__startswith=f"{kind}.")
    return listing.page(entries, ["-at", "-pk"], after=after, before=before, size=PER_PAGE)


def timeline_kinds() -> list[tuple[str, str | Promise]]:
    """The kinds to filter by, with their words."""
    return [(kind, label) for kind, (label, _icon) in KINDS.items()]


def last_activity(customer: Customer) -> datetime | None:
    """When something last happened with a customer, read from its timeline."""
    return (
        TimelineEntry.objects.filter(customer=customer).order_by("-at").values_list("at", flat=True).first()
    )
