"""What becomes of a count: its variances are booked, left out, or all of it is cancelled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import live
from core.errors import Refusal
from core.notify import holders, notify
from inventory.models import StockCount, StockCountEntry, StockCountLine, StockLevel, StockMove

from .counting import locked_count
from .stock import check_quantities, lock_levels, write_moves
from .weighing import is_large, may_decide, weigh

APPROVE = "inventory.approve_stockcount"
State, Kind = StockCount.State, StockMove.Kind
NAMED = 5
"""Products that a refusal names; of the others it says how many they are."""


class Hindrance(NamedTuple):
    """Why a line can't be booked now."""

    line: StockCountLine
    text: str


@transaction.atomic
def finish_count(count: StockCount, *, rest_is_none: bool = False, by: Any, at: dt.datetime) -> StockCount:
    """End the counting. What nobody counted stays as it is, or with `rest_is_none` counts as none there.

    A count without any variance is approved by that: there is nothing to decide.
    Locks: the count, its lines, the levels.
    """
    count = locked_count(count.pk)
    if count.state != State.COUNTING:
        return count
    lines = list(count.lines.select_for_update().order_by("product_id"))
    levels = lock_levels((line.product_id, count.location_id) for line in lines)
    if waiting := sum(line.recount for line in lines):
        message = _("%(n)s products wait to be counted again. Count them, or leave them out.")
        raise Refusal(message % {"n": waiting}, code="recount")
    if rest_is_none:
        _count_none(
            count, [line for line in lines if line.counted is None and not line.dropped], levels, by=by, at=at
        )
    elif all(line.counted is None for line in lines):
        raise Refusal(_("Nothing is counted yet. Count something, or cancel the count."), code="nothing")
    count.state, count.closed_by, count.closed_at = State.REVIEW, by, at
    count.save(update_fields=["state", "closed_by", "closed_at"])
    live.touch(count)
    if count.lines.filter(counted__isnull=False).exclude(counted=F("expected")).exists():
        _tell_approvers(count, by=by, at=at)
        return count
    return _approved(count, note="", by=by, at=at)


def _count_none(
    count: StockCount,
    lines: Sequence[StockCountLine],
    levels: dict[tuple[int, int], StockLevel],
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    """Write down that none of these lie there: as `count_product` does for one, under the locks the caller holds."""
    newest = StockMove.objects.order_by().aggregate(last=Max("pk"))["last"] or 0
    for line in lines:
        line.counted, line.expected = 0, levels[(line.product_id, count.location_id)].on_hand
        line.counted_by, line.counted_at, line.after_move, line.rounds = by, at, newest, line.rounds + 1
    written = ["counted", "expected", "counted_by", "counted_at", "after_move", "rounds"]
    StockCountLine.objects.bulk_update(lines, written, batch_size=1000)
    StockCountEntry.objects.bulk_create(
        StockCountEntry(
            line=line,
            pieces=0,
            adds=False,
            total=0,
            on_hand=line.expected or 0,
            reference=f"rest:{count.number}:{line.product_id}",
            by=by,
            at=at,
        )
        for line in lines
    )


@transaction.atomic
def approve_count(
    count: StockCount, *, leave_out: bool = False, note: str = "", by: Any, at: dt.datetime
) -> StockCount:
    """Book the variances as moves of kind count, each against the books as they are now. Twice is once.

    Sales and receipts since a product was counted stay as they are, because a variance is a difference. Refused, with
    what to do, are pieces that are promised to orders and products whose books were put right since; `leave_out`
    books the others. Above `STOCK_APPROVAL_ABOVE` it takes the right, and somebody who counted none of it.
    Locks: the count, its lines, the levels.
    """
    count = locked_count(count.pk)
    if count.state == State.APPROVED:
        return count
    if count.state != State.REVIEW:
        message = _("%(number)s can't be approved: %(state)s.")
        said = {"number": count.number, "state": count.get_state_display()}
        raise Refusal(message % said, code="not_counted")
    lines = list(count.lines.select_for_update(of=("self",)).select_related("product").order_by("product_id"))
    differing = [line for line in lines if line.variance and not line.dropped]
    value = weigh((line.product_id, line.variance) for line in differing)
    may_decide(value, APPROVE, counters_of(count), by=by)
    count.takes_two = is_large(value)
    levels = lock_levels((line.product_id, count.location_id) for line in lines)
    hindered = _hindrances(count, differing, levels)
    if hindered and not leave_out:
        raise _refused(hindered)
    if hindered:
        StockCountLine.objects.filter(pk__in=[each.line.pk for each in hindered]).update(dropped=True)
    left = {each.line.pk for each in hindered}
    _book(count, [line for line in differing if line.pk not in left], by=by, at=at)
    return _approved(count, note=note, by=by, at=at)


@transaction.atomic
def leave_out(line: StockCountLine, *, dropped: bool = True, by: Any, at: dt.datetime) -> StockCount:
    """Leave a line out of what will be booked, or take it in again."""
    count = locked_count(line.count_id)
    if count.state not in (State.COUNTING, State.REVIEW):
        raise Refusal(_("%s is decided already.") % count.number, code="decided")
    StockCountLine.objects.filter(pk=line.pk).update(dropped=dropped, recount=False)
    live.touch(count)
    return count


@transaction.atomic
def cancel_count(count: StockCount, *, reason: str, by: Any, at: dt.datetime) -> StockCount:
    """Give a count up: nothing is booked, what was counted stays to be read. Twice is once."""
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    count = locked_count(count.pk)
    if count.state == State.CANCELLED:
        return count
    if count.state == State.APPROVED:
        raise Refusal(_("%s is approved and booked already.") % count.number, code="decided")
    _decide(count, State.CANCELLED, reason, by=by, at=at)
    return count


def _tell_approvers(count: StockCount, *, by: Any, at: dt.datetime) -> None:
    """Those who may approve a large variance hear of it; a small one is closed by who counted."""
    lines = count.lines.filter(counted__isnull=False, dropped=False).exclude(counted=F("expected"))
    if not is_large(weigh(lines.values_list("product_id", "variance"))):
        return
    notify(
        holders(APPROVE),
        "count.finished",
        format_lazy(
            _lazy("{number}, {location}: counted, its variances wait for approval."),
            number=count.number,
            location=count.location.name,
        ),
        key=f"count:{count.pk}:{at.isoformat()}",
        url=count.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )


def counters_of(count: StockCount) -> set[int | None]:
    """Everybody who counted something of it."""
    entries = StockCountEntry.objects.filter(line__count=count).order_by()
    return set(entries.values_list("by_id", flat=True).distinct())


def _hindrances(
    count: StockCount, lines: Sequence[StockCountLine], levels: dict[tuple[int, int], StockLevel]
) -> list[Hindrance]:
    place = count.location_id
    righted = dict(
        StockMove.objects.filter(
            product_id__in=[line.product_id for line in lines],
            location_id=place,
            kind__in=[Kind.COUNT, Kind.ADJUSTMENT, Kind.SCRAP],
        )
        .order_by()
        .values_list("product_id")
        .annotate(Max("pk"))
    )
    found = []
    for line in lines:
        level = levels[(line.product_id, place)]
        if righted.get(line.product_id, 0) > (line.after_move or 0):
            text = _("%(product)s: its books were put right after it was counted. Count it again.")
            found.append(Hindrance(line, text % {"product": line.product.name}))
        elif -(line.variance or 0) > level.available:
            text = _(
                "%(product)s: %(missing)s are missing, but only %(free)s are free; %(reserved)s are promised to "
                "orders. Take the promise back on its page, or count it again."
            )
            named = {
                "product": line.product.name,
                "missing": -(line.variance or 0),
                "free": level.available,
                "reserved": level.reserved,
            }
            found.append(Hindrance(line, text % named))
    return found


def _refused(hindered: Sequence[Hindrance]) -> Refusal:
    texts = [each.text for each in hindered[:NAMED]]
    if len(hindered) > NAMED:
        texts.append(_("And %(more)s more products.") % {"more": len(hindered) - NAMED})
    return Refusal(" ".join(texts), code="hindered", lines=[each.line for each in hindered])


def _book(count: StockCount, lines: Sequence[StockCountLine], *, by: Any, at: dt.datetime) -> None:
    """The moves of all lines at once. What stands in the way was looked at under the locks the caller holds."""
    check_quantities((line.product_id, abs(line.variance or 0)) for line in lines)
    moves = [
        StockMove(
            product_id=line.product_id,
            location_id=count.location_id,
            kind=Kind.COUNT,
            quantity=line.variance or 0,
            reference=f"count:{count.number}:{line.product_id}",
            document=count.number,
            reason=_("Counted %(counted)s, the books said %(expected)s")
            % {"counted": line.counted, "expected": line.expected},
            by=by,
            at=at,
        )
        for line in lines
    ]
    if moves:
        write_moves(moves)


def _approved(count: StockCount, *, note: str, by: Any, at: dt.datetime) -> StockCount:
    counted = count.lines.filter(counted__isnull=False, dropped=False)
    counted.update(booked=F("variance"))
    StockLevel.objects.filter(
        location_id=count.location_id, product_id__in=counted.values("product_id")
    ).update(counted_at=at)
    _decide(count, State.APPROVED, note, by=by, at=at)
    return count


def _decide(count: StockCount, state: str, note: str, *, by: Any, at: dt.datetime) -> None:
    count.state, count.decision_note = state, note.strip()[:240]
    count.decided_by, count.decided_at = by, at
    count.save(update_fields=["state", "decision_note", "decided_by", "decided_at", "takes_two"])
    live.touch(count)
