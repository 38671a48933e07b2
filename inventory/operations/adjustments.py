"""Adjustments with a reason: small ones are booked at once, others wait for somebody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.notify import holders, notify
from core.numbering import take_number
from inventory.models import Adjustment, AdjustmentReason, Location, Product, StockMove

from .movements import adjust
from .stock import check_quantities, lock_levels, name_of, pk_of
from .weighing import is_large, weigh

ADJUSTMENTS = "ADJ"
APPROVE = "inventory.approve_adjustment"
State = Adjustment.State


@transaction.atomic
def request_adjustment(
    product: Product | int,
    *,
    location: Location | int,
    quantity: int,
    reason: str,
    note: str = "",
    scrap: bool = False,
    reference: str,
    by: Any,
    at: dt.datetime,
) -> Adjustment:
    """Add `quantity` pieces to the books, or take them off when it is below zero, saying why.

    Booked at once up to `STOCK_APPROVAL_ABOVE`; above it nothing moves before somebody else approves. Pieces that are
    promised are refused now, not only later. The same `reference` gives the first one back. Locks: level, then number.
    """
    product_id, place, note = (
        (product if isinstance(product, int) else product.pk),
        pk_of(location),
        note.strip(),
    )
    check_quantities([(product_id, abs(quantity))])
    if reason not in AdjustmentReason.values:
        raise Refusal(_("Choose a reason."), code="no_reason", field="reason")
    if reason == AdjustmentReason.OTHER and not note:
        raise Refusal(_("Say what the reason is."), code="no_reason", field="note")
    level = lock_levels([(product_id, place)])[(product_id, place)]
    if told := Adjustment.objects.filter(reference=reference).first():
        return told
    if -quantity > level.available:
        text = _(
            "%(product)s: %(on_hand)s here, %(reserved)s of them promised; at most %(free)s can be taken off."
        ) % {
            "product": name_of(product_id),
            "on_hand": level.on_hand,
            "reserved": level.reserved,
            "free": level.available,
        }
        if level.reserved:
            text = f"{text} {_('To take off more, first cancel an order that they are promised to.')}"
        raise Refusal(text, code="promised", field="quantity")
    value = weigh([(product_id, quantity)])
    waits = is_large(value)
    adjustment = Adjustment.objects.create(
        number=take_number(ADJUSTMENTS, on=local_date(at)),
        product_id=product_id,
        location_id=place,
        quantity=quantity,
        scrap=scrap,
        reason=reason,
        note=note,
        value=value,
        waited=waits,
        state=State.REQUESTED if waits else State.BOOKED,
        reference=reference,
        requested_by=by,
        requested_at=at,
    )
    if waits:
        _tell_approvers(adjustment, by=by, at=at)
    else:
        _book(adjustment, by=by, at=at)
    live.touch(adjustment)
    return adjustment


@transaction.atomic
def approve_adjustment(adjustment: Adjustment, *, note: str = "", by: Any, at: dt.datetime) -> Adjustment:
    """Book what somebody else asked for. Twice is once. Refuses the asker, and pieces that are promised by now.

    Locks: the adjustment, then the level.
    """
    adjustment = _locked(adjustment)
    if adjustment.state == State.BOOKED:
        return adjustment
    _still_waits(adjustment)
    if by.pk == adjustment.requested_by_id:
        raise Refusal(_("You asked for it yourself; somebody else has to approve it."), code="own_request")
    _decide(adjustment, State.BOOKED, note, by=by, at=at)
    _book(adjustment, by=by, at=at)
    _tell_asker(adjustment, _lazy("{by} approved {number}: {product}, {pieces}."), by=by, at=at)
    return adjustment


@transaction.atomic
def reject_adjustment(adjustment: Adjustment, *, reason: str, by: Any, at: dt.datetime) -> Adjustment:
    """Say no, and why; whoever asked for it takes it back this way. Nothing moves. Twice is once."""
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    adjustment = _locked(adjustment)
    if adjustment.state in (State.REJECTED, State.WITHDRAWN):
        return adjustment
    _still_waits(adjustment)
    own = by.pk == adjustment.requested_by_id
    _decide(adjustment, State.WITHDRAWN if own else State.REJECTED, reason, by=by, at=at)
    if not own:
        text = _lazy("{by} rejected {number}, {product}, {pieces}: {reason}")
        _tell_asker(adjustment, text, by=by, at=at)
    return adjustment


def _locked(adjustment: Adjustment) -> Adjustment:
    return Adjustment.objects.select_for_update().get(pk=adjustment.pk)


def _still_waits(adjustment: Adjustment) -> None:
    if adjustment.state != State.REQUESTED:
        message = _("%(number)s is decided already: %(state)s.")
        said = {"number": adjustment.number, "state": adjustment.get_state_display()}
        raise Refusal(message % said, code="decided")


def _decide(adjustment: Adjustment, state: str, note: str, *, by: Any, at: dt.datetime) -> None:
    adjustment.state, adjustment.decision_note = state, note.strip()[:240]
    adjustment.decided_by, adjustment.decided_at = by, at
    adjustment.save(update_fields=["state", "decision_note", "decided_by", "decided_at"])
    live.touch(adjustment)


def _book(adjustment: Adjustment, *, by: Any, at: dt.datetime) -> None:
    said = ": ".join(filter(None, [str(adjustment.get_reason_display()), adjustment.note]))
    adjust(
        adjustment.product_id,
        location=adjustment.location_id,
        difference=adjustment.quantity,
        reason=said[:240],
        reference=f"adjustment:{adjustment.number}",
        document=adjustment.number,
        kind=StockMove.Kind.SCRAP if adjustment.scrap else StockMove.Kind.ADJUSTMENT,
        by=by,
        at=at,
    )


def _tell_approvers(adjustment: Adjustment, *, by: Any, at: dt.datetime) -> None:
    text = format_lazy(
        _lazy("{by} asks to adjust {product} by {pieces}: {reason}"),
        by=by,
        product=name_of(adjustment.product_id),
        pieces=f"{adjustment.quantity:+}",
        reason=adjustment.get_reason_display(),
    )
    notify(
        holders(APPROVE),
        "adjustment.requested",
        text,
        key=f"adjustment:{adjustment.pk}:requested",
        url=adjustment.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )


def _tell_asker(adjustment: Adjustment, text: Any, *, by: Any, at: dt.datetime) -> None:
    notify(
        [adjustment.requested_by],
        f"adjustment.{adjustment.state}",
        format_lazy(
            text,
            by=by,
            number=adjustment.number,
            product=name_of(adjustment.product_id),
            pieces=f"{adjustment.quantity:+}",
            reason=adjustment.decision_note[:120],
        ),
        key=f"adjustment:{adjustment.pk}:{adjustment.state}",
        url=adjustment.get_absolute_url(),
        tone="good" if adjustment.state == State.BOOKED else "bad",
        by=by,
        at=at,
    )
