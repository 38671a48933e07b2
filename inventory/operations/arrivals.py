"""Goods that arrive for a purchase order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from core.money import round_price
from inventory.models import GoodsReceipt, Location, PurchaseOrder, PurchaseOrderLine

from .locations import put_on_shelf
from .movements import receive_goods
from .purchasing import lock_purchase, settle_status
from .stock import ReceiptLine

Lines = Mapping[int, PurchaseOrderLine]


class Arrived(NamedTuple):
    """Pieces of one line of the order: whole ones, broken ones, and the shelf the whole ones are put on."""

    line_id: int
    good: int = 0
    damaged: int = 0
    shelf: str = ""


@transaction.atomic
def receive_purchase(
    order: PurchaseOrder,
    pieces: Sequence[Arrived],
    *,
    more_is_right: bool = False,
    damaged_to: Location | int | None = None,
    rest_on: dt.date | None = None,
    document: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> GoodsReceipt:
    """Book what came, at the order's prices and its exchange rate. The same `reference` twice is one receipt.

    More than ordered is asked for first (`more_is_right`) and then kept. Broken pieces go to `damaged_to` at once.
    The rest stays open and is expected on `rest_on`. Locks: order, levels, costs, receipt number.
    """
    order = lock_purchase(order)
    if before := GoodsReceipt.objects.filter(reference=reference).first():
        return before
    if not order.is_open:
        message = _("%(order)s is %(status)s; nothing can be received for it.")
        raise Refusal(message % {"order": order, "status": order.get_status_display()}, code="status")
    lines = {line.pk: line for line in order.lines.select_related("product")}
    came = [each for each in pieces if each.good or each.damaged]
    if any(each.line_id not in lines for each in came):
        raise Refusal(_("A product is not on %s.") % order, code="wrong_product")
    if not more_is_right:
        _ask_for_more(came, lines)
    booked = _as_booked(order, came, lines, damaged_to.pk if isinstance(damaged_to, Location) else damaged_to)
    receipt = receive_goods(
        order.location_id,
        booked,
        supplier=order.supplier,
        purchase_order=order,
        document=document,
        reference=reference,
        by=by,
        at=at,
    )
    _write_down(order, came, lines)
    if rest_on is not None:
        order.lines.filter(outstanding__gt=0).update(expected_on=rest_on)
    settle_status(order, at=at)
    order.save()
    live.touch(order)
    return receipt


def _ask_for_more(came: Sequence[Arrived], lines: Lines) -> None:
    """Refuse, naming them, lines of which more came than was to come."""
    sentences = [
        _("%(product)s: %(came)s came, %(open)s were still to come.")
        % {
            "product": lines[each.line_id].product,
            "came": each.good + each.damaged,
            "open": lines[each.line_id].outstanding,
        }
        for each in came
        if each.good + each.damaged > lines[each.line_id].outstanding
    ]
    if sentences:
        sentences.append(_("Count again, or say that more is right."))
        raise Refusal(" ".join(sentences), code="more_than_ordered")


def _as_booked(
    order: PurchaseOrder, came: Sequence[Arrived], lines: Lines, aside: int | None
) -> list[ReceiptLine]:
    """The lines of the receipt: whole pieces, and broken ones where they are put aside."""
    if aside is None and any(each.damaged for each in came):
        raise Refusal(_("Say where the damaged pieces go."), code="no_damaged_location", field="damaged_to")
    booked = []
    for each in came:
        line = lines[each.line_id]
        cost = round_price(line.price * order.exchange_rate)
        if each.good:
            booked.append(ReceiptLine(line.product_id, each.good, cost, line.pk))
        if each.damaged:
            booked.append(ReceiptLine(line.product_id, each.damaged, cost, line.pk, aside))
    return booked


def _write_down(order: PurchaseOrder, came: Sequence[Arrived], lines: Lines) -> None:
    """What came counts on the order's lines, and lies on its shelf."""
    for each in sorted(came, key=lambda one: lines[one.line_id].product_id):
        line = lines[each.line_id]
        line.received += each.good + each.damaged
        line.save(update_fields=["received"])
        if each.shelf.strip() and each.good:
            put_on_shelf(line.product_id, order.location_id, each.shelf)
