"""Taking the pieces of orders off the shelf: who picks, and what was picked, scan by scan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.queries import by_code
from orders.models import Order, OrderLine, Pick, PickMark, Status

from .drafts import lock_order


@transaction.atomic
def start_pick(order: Order, *, by: Any, at: dt.datetime) -> Pick:
    """Take an order to pick; the picking that is open, when there is one. It then is whose turn it is."""
    order = lock_order(order)
    if order.status not in {Status.CONFIRMED, Status.BACKORDERED}:
        raise Refusal(
            _("Order %(code)s is %(now)s; there is nothing to pick.")
            % {"code": order.code, "now": order.get_status_display().lower()},
            code="wrong_status",
        )
    pick = Pick.objects.filter(order=order, ended_at=None).first()
    if pick is None:
        pick = Pick.objects.create(order=order, picker=by, started_at=at)
    elif pick.picker_id != getattr(by, "pk", None):
        pick.picker = by
        pick.save(update_fields=["picker"])
    live.touch(order)
    return pick


@transaction.atomic
def mark_picked(
    order: Order, code: str, *, reference: str, by: Any, at: dt.datetime, pieces: int = 1, product_id: int = 0
) -> PickMark:
    """Count pieces of a scanned product as picked (below nought: put back again). The same `reference` is one scan.

    Refuses a product that is not on the order, and more pieces than are reserved. Locks: order.
    """
    if told := PickMark.objects.filter(reference=reference).first():
        return told
    order = lock_order(order)
    if told := PickMark.objects.filter(reference=reference).first():
        return told
    product = product_id
    name = code
    if not product:
        found = by_code([code]).get(code)
        if found is None:
            raise Refusal(_("No product has the code %s.") % code, code="unknown_code")
        product, name = found.pk, found.name
    line = OrderLine.objects.filter(order=order, product_id=product).select_related("product").first()
    if line is None:
        raise Refusal(_("Wrong product: %s is not on this order.") % name, code="wrong_product")
    pick = start_pick(order, by=by, at=at)
    picked = pick.marks.filter(product_id=product).aggregate(n=Sum("pieces"))["n"] or 0
    if not 0 <= picked + pieces <= line.reserved:
        raise Refusal(
            _("%(product)s: %(picked)d of %(reserved)d are picked already.")
            % {"product": line.product.name, "picked": picked, "reserved": line.reserved}
            if pieces > 0
            else _("%(product)s: no piece is picked.") % {"product": line.product.name},
            code="all_picked",
        )
    mark = PickMark.objects.create(
        pick=pick, product_id=product, pieces=pieces, reference=reference[:80], by=by, at=at
    )
    _look_whether_done(order, pick, at=at)
    live.touch(order)
    return mark


def _look_whether_done(order: Order, pick: Pick, *, at: dt.datetime) -> None:
    """All reserved pieces are picked, or not any more."""
    wanted = order.lines.aggregate(n=Sum("reserved"))["n"] or 0
    picked = pick.marks.aggregate(n=Sum("pieces"))["n"] or 0
    finished = at if picked >= wanted else None
    if bool(pick.finished_at) != bool(finished):
        pick.finished_at = finished
        pick.save(update_fields=["finished_at"])


def end_pick(order: Order, *, at: dt.datetime) -> None:
    """The pieces left, or the order was taken back: what is still to go is picked anew. One statement."""
    Pick.objects.filter(order=order, ended_at=None).update(ended_at=at)
