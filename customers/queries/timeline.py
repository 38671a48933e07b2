"""What happened with a customer, newest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import ngettext

from core import listing
from customers.models import Customer, TimelineEntry
from customers.models.timeline import KINDS, icon_of

__all__ = ["Told", "fold", "icon_of", "last_activity", "timeline_kinds", "timeline_page"]

PER_PAGE = 20
NOISY = {"price"}
"""Kinds that come in heaps: a list of prices is set at once."""
FOLDS_FROM = 3


class Told(NamedTuple):
    """One line of a timeline. `folded`: entries of the same kind that followed each other and stand for one."""

    icon: str
    text: str
    at: datetime
    by: Any = None
    url: str = ""
    folded: Sequence[Any] = ()


def fold(entries: Iterable[TimelineEntry]) -> list[Told]:
    """Entries as the timeline shows them; several of a noisy kind in a row, on one day, become one line."""
    told: list[Told] = []
    for (kind, _on), same in groupby(entries, lambda e: (e.kind, timezone.localtime(e.at).date())):
        rows = [Told(entry.icon, entry.text, entry.at, entry.by, entry.url) for entry in same]
        if kind in NOISY and len(rows) >= FOLDS_FROM:
            text = ngettext("%(n)d price", "%(n)d prices", len(rows)) % {"n": len(rows)}
            rows = [Told(rows[0].icon, text, rows[0].at, rows[0].by, "", rows)]
        told += rows
    return told


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
