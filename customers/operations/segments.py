"""Who is in a segment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from customers.models import Customer, Segment, SegmentMembership, TimelineEntry

from .timeline import entry

Customers = Customer | int | Iterable[Customer | int]


@transaction.atomic
def put_in_segment(
    segment: Segment,
    customers: Customers,
    *,
    reason: str = "",
    expires_on: date | None = None,
    by: Any,
    at: datetime,
) -> int:
    """Put one or many customers in a segment; returns how many were not in it yet. Those who are stay as they are."""
    on = timezone.localtime(at).date()
    if expires_on and expires_on < on:
        raise Refusal(
            _("The membership would have ended before it begins."), code="expired", field="expires_on"
        )
    ids = _ids(customers)
    Segment.objects.select_for_update().get(pk=segment.pk)
    new = sorted(
        ids - set(segment.memberships.filter(customer__in=ids).values_list("customer_id", flat=True))
    )
    SegmentMembership.objects.bulk_create(
        SegmentMembership(
            segment=segment, customer_id=pk, entered_on=on, expires_on=expires_on, reason=reason.strip()[:240]
        )
        for pk in new
    )
    _tell(
        new,
        "segment.entered",
        _("Put in segment %(name)s.") % {"name": segment.name},
        reason,
        segment,
        by,
        at,
    )
    return len(new)


@transaction.atomic
def take_out_of_segment(
    segment: Segment, customers: Customers, *, reason: str = "", by: Any, at: datetime
) -> int:
    """Take one or many customers out of a segment; returns how many were in it."""
    members = (
        segment.memberships.select_for_update().filter(customer__in=_ids(customers)).order_by("customer_id")
    )
    gone = list(members.values_list("customer_id", flat=True))
    segment.memberships.filter(customer__in=gone).delete()
    _tell(
        gone,
        "segment.left",
        _("Taken out of segment %(name)s.") % {"name": segment.name},
        reason,
        segment,
        by,
        at,
    )
    return len(gone)


def _ids(customers: Customers) -> set[int]:
    many = [customers] if isinstance(customers, Customer | int) else customers
    return {c.pk if isinstance(c, Customer) else c for c in many}


def _tell(
    customers: list[int], event: str, text: str, reason: str, segment: Segment, by: Any, at: datetime
) -> None:
    said = entry(event, f"{text} {reason.strip()}".strip(), f"customers.segment:{segment.pk}")
    TimelineEntry.objects.bulk_create(TimelineEntry(customer_id=pk, by=by, at=at, **said) for pk in customers)
