"""Pieces that lie here for a supplier: put on a draft, taken off again, and sent."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import round_money
from core.numbering import take_number
from inventory.models import (
    GoodsReceiptLine,
    Supplier,
    SupplierProduct,
    SupplierReturn,
    SupplierReturnLine,
)

from .costing import lock_costs
from .stock import lock_levels, write_moves
from .supplier_returns import NUMBERS, GoingBack, check_free, prices_of, returning_moves

Status = SupplierReturn.Status


class Aside(NamedTuple):
    """Pieces that lie at a location for the product's supplier. `source` names who put them there, once and for all."""

    source: str
    product_id: int
    location_id: int
    quantity: int
    reason: str = SupplierReturnLine.Reason.DEFECT


def suppliers_of(product_ids: Collection[int]) -> dict[int, int]:
    """Whom a product goes back to: the preferred supplier, else the cheapest, else who sent it last."""
    came = GoodsReceiptLine.objects.filter(product__in=product_ids, receipt__supplier__isnull=False)
    last = came.order_by("receipt__at", "pk").values_list("product_id", "receipt__supplier_id")
    offered = SupplierProduct.objects.offered().filter(product__in=product_ids)
    best = reversed(list(offered.values_list("product_id", "supplier_id")))
    return dict(last) | dict(best)


@transaction.atomic
def put_aside(pieces: Sequence[Aside], *, by: Any, at: dt.datetime) -> list[Aside]:
    """Put pieces on the draft of a return to their product's supplier, made where there is none.

    They stay where they lie until the draft is sent. What stands on a return already is left alone. Gives those that
    nobody is known to sell us: they are put nowhere. Locks: suppliers, then the number; after stock and costs.
    """
    sellers = suppliers_of({piece.product_id for piece in pieces})
    wanted = [piece for piece in pieces if piece.product_id in sellers]
    locked = (
        Supplier.objects.select_for_update(no_key=True).filter(pk__in=set(sellers.values())).order_by("pk")
    )
    suppliers = {supplier.pk: supplier for supplier in locked}
    known = set(
        SupplierReturnLine.objects.filter(source__in=[piece.source for piece in wanted]).values_list(
            "source", flat=True
        )
    )
    by_supplier: dict[int, list[Aside]] = defaultdict(list)
    for piece in wanted:
        if piece.source not in known:
            by_supplier[sellers[piece.product_id]].append(piece)
    for pk in sorted(by_supplier):
        draft = _draft_of(suppliers[pk], by=by, at=at)
        SupplierReturnLine.objects.bulk_create(
            SupplierReturnLine(supplier_return=draft, **piece._asdict()) for piece in by_supplier[pk]
        )
        _price(draft)
    return [piece for piece in pieces if piece.product_id not in sellers]


def _draft_of(supplier: Supplier, *, by: Any, at: dt.datetime) -> SupplierReturn:
    draft = SupplierReturn.objects.filter(supplier=supplier, status=Status.DRAFT).first()
    if draft is not None:
        return draft
    number = take_number(NUMBERS, on=local_date(at))
    return SupplierReturn.objects.create(
        number=number,
        supplier=supplier,
        status=Status.DRAFT,
        currency=str(settings.CURRENCY),
        reference=f"draft:{number}",
        by=by,
        at=at,
    )


def _going(lines: Sequence[SupplierReturnLine]) -> list[GoingBack]:
    return [
        GoingBack(line.product_id, line.location_id, line.quantity, line.reason, line.receipt_line_id)
        for line in lines
    ]


def _price(draft: SupplierReturn) -> list[SupplierReturnLine]:
    """What each line is worth by now; its lines."""
    lines = list(draft.lines.select_related("product").order_by("pk"))
    prices, draft.currency = prices_of(draft.supplier, _going(lines))
    for line, price in zip(lines, prices, strict=True):
        line.price = price
    SupplierReturnLine.objects.bulk_update(lines, ["price"])
    draft.expected = round_money(sum((line.quantity * line.price for line in lines), Decimal(0)))
    draft.save()
    live.touch(draft)
    return lines


@transaction.atomic
def take_off(line: SupplierReturnLine, *, by: Any, at: dt.datetime) -> SupplierReturn:
    """Take a line off a draft; its pieces stay where they lie. Refuses one that was sent. Locks: the supplier."""
    Supplier.objects.select_for_update(no_key=True).get(pk=line.supplier_return.supplier_id)
    draft = SupplierReturn.objects.select_related("supplier").get(pk=line.supplier_return_id)
    if draft.status != Status.DRAFT:
        raise Refusal(_("%s has been sent; its lines stand.") % draft.number, code="sent")
    draft.lines.filter(pk=line.pk).delete()
    _price(draft)
    return draft


@transaction.atomic
def send_draft(draft: SupplierReturn, *, by: Any, at: dt.datetime) -> SupplierReturn:
    """The pieces of a draft leave the stock for the supplier, at what they are worth now. Sent twice is sent once.

    Promised pieces stay. Locks: levels, costs, the supplier.
    """
    before = set(draft.lines.values_list("product_id", "location_id"))
    levels = lock_levels(before)
    costs = lock_costs(product for product, _place in before)
    Supplier.objects.select_for_update(no_key=True).get(pk=draft.supplier_id)
    draft = SupplierReturn.objects.select_related("supplier").get(pk=draft.pk)
    if draft.status != Status.DRAFT:
        return draft
    lines = _price(draft)
    if not lines:
        raise Refusal(_("Nothing stands on %s.") % draft.number, code="no_lines")
    pieces = _going(lines)
    if {(piece.product_id, piece.location_id) for piece in pieces} - before:
        raise Refusal(_("More was put on %s meanwhile. Look at it again.") % draft.number, code="stale")
    check_free(pieces, levels)
    draft.status, draft.by, draft.at = Status.SENT, by, at
    draft.save()
    write_moves(returning_moves(draft.number, pieces, by=by, at=at), costs=costs)
    return draft
