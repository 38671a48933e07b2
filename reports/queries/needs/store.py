"""Pieces that are more or fewer than the books say, and wait for somebody's yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from core.screens import Action
from inventory.models import Adjustment, StockCount

from .need import EACH, Need


def adjustments(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Adjustments that this person may approve and did not ask for."""
    if not user.has_perm("inventory.approve_adjustment"):
        return
    rows = Adjustment.objects.filter(state=Adjustment.State.REQUESTED).exclude(requested_by=user)
    for row in rows.select_related("product", "location", "requested_by").order_by("requested_at")[:EACH]:
        said = {"pieces": f"{row.quantity:+}", "product": row.product.name}
        yield Need(
            66,
            "adjustment",
            _("Adjust %(product)s by %(pieces)s?") % said,
            " · ".join(filter(None, [str(row.requested_by or ""), str(row.get_reason_display()), row.note])),
            row.requested_at,
            row.get_absolute_url(),
            Action(_("Approve"), "inventory:adjustment_approve", (row.pk,), ask=True),
            "warn",
            "scale",
        )


def counts(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Counts whose variances wait to be looked at."""
    if not user.has_perm("inventory.approve_stockcount"):
        return
    rows = StockCount.objects.filter(state=StockCount.State.REVIEW)
    for row in rows.select_related("location", "closed_by").order_by("opened_at")[:EACH]:
        yield Need(
            64,
            "count",
            _("%(number)s, %(location)s: look at its variances")
            % {"number": row.number, "location": row.location.name},
            str(row.closed_by or ""),
            row.closed_at or row.opened_at,
            row.get_absolute_url(),
            Action(_("Look"), href=row.get_absolute_url()),
            "warn",
            "clipboard-document-check",
        )
