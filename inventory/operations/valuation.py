"""What a receipt cost after all: charges put onto it, and lines that were typed wrong.

Both count forward from the day of the receipt, so that costs are those of having known it then. What was sold
meanwhile keeps the cost it was sold at; the difference is told in `CostVariance`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import round_money
from core.tasks import after_commit
from inventory.costing import share_out
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCharge,
    LandedShare,
    ReceiptCorrection,
    StockMove,
)

from .costing import Cause, Changed, count_forward, lock_costs
from .movements import check_cost
from .purchasing import count_arrived, lock_purchase
from .stock import add_pieces, check_quantities, lock_levels, name_of

ShareBy = LandedCharge.ShareBy
LARGEST_CHARGE = Decimal("1000000000")


@transaction.atomic
def charge_receipt(
    receipt: GoodsReceipt,
    *,
    kind: str,
    amount: Decimal,
    share_by: str = ShareBy.VALUE,
    document: str = "",
    note: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> LandedCharge:
    """Put freight, duty or a fee onto a receipt, shared by its lines. The same `reference` twice is one charge.

    Locks: the receipt, costs.
    """
    lines = _lock(receipt)
    if before := LandedCharge.objects.filter(reference=reference).first():
        return before
    if not 0 < amount <= LARGEST_CHARGE or amount != round_money(amount):
        raise Refusal(
            _("%(amount)s is no amount to put onto a receipt.") % {"amount": amount},
            code="amount",
            field="amount",
        )
    if not any(line.quantity for line in lines):
        raise Refusal(_("Nothing is left of this receipt that could carry a charge."), code="no_lines")
    charge = LandedCharge.objects.create(
        receipt=receipt,
        kind=kind,
        amount=amount,
        share_by=share_by,
        document=document.strip(),
        note=note.strip(),
        reference=reference,
        by=by,
        at=at,
    )
    _share(receipt, lines)
    _recount(receipt, lines, Cause.CHARGE, by=by, at=at)
    return charge


@transaction.atomic
def take_back_charge(charge: LandedCharge, *, note: str, by: Any, at: dt.datetime) -> LandedCharge:
    """Undo a charge by a row that reverses it. Done twice it is done once. Locks: the receipt, costs."""
    lines = _lock(charge.receipt)
    if charge.reverses_id:
        raise Refusal(
            _("This row takes back another charge. Enter the charge anew instead."), code="reversal"
        )
    if before := LandedCharge.objects.filter(reverses=charge).first():
        return before
    if not note.strip():
        raise Refusal(_("Say why the charge is taken back."), code="no_reason", field="note")
    back = LandedCharge.objects.create(
        receipt=charge.receipt,
        kind=charge.kind,
        amount=-charge.amount,
        share_by=charge.share_by,
        document=charge.document,
        note=note.strip(),
        reference=f"back:{charge.pk}",
        reverses=charge,
        by=by,
        at=at,
    )
    _share(charge.receipt, lines)
    _recount(charge.receipt, lines, Cause.CHARGE, by=by, at=at)
    return back


@transaction.atomic
def correct_receipt_line(
    line: GoodsReceiptLine,
    *,
    quantity: int,
    unit_cost: Decimal,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
) -> ReceiptCorrection | None:
    """Say what a line of a receipt should have said: pieces (0 when it never came) and what one cost.

    Two moves of the receipt's own moment take back what was booked and book what is right. Pieces that were sold or
    promised meanwhile can't be taken off. None when nothing differs. What is open of a purchase order follows.
    Locks: the purchase order, the receipt, level, costs.
    """
    bought = lock_purchase(line.order_line.order) if line.order_line else None
    lines = _lock(line.receipt)
    if before := ReceiptCorrection.objects.filter(reference=reference).first():
        return before
    line = next(mine for mine in lines if mine.pk == line.pk)
    if quantity:
        check_quantities([(line.product_id, quantity)])
    check_cost(line.product_id, unit_cost)
    if not reason.strip():
        raise Refusal(_("Say why the receipt is corrected."), code="no_reason", field="reason")
    if (quantity, unit_cost) == (line.quantity, line.unit_cost):
        return None
    if line.move is None:
        raise Refusal(_("This line has no stock move of its own. Adjust the stock instead."), code="no_move")
    pair = (line.product_id, line.move.location_id)
    fewer = line.quantity - quantity
    if fewer > (free := lock_levels([pair])[pair].available):
        message = _("%(product)s: only %(free)s of them are here and free; %(fewer)s can't be taken off.")
        named = {"product": name_of(line.product_id), "free": free, "fewer": fewer}
        raise Refusal(message % named, code="sold_meanwhile", field="quantity")
    if not quantity and not any(mine.quantity for mine in lines if mine != line) and _charged(line.receipt):
        raise Refusal(
            _("Nothing would be left to carry the charges. Take back the charges first."), code="charged"
        )
    lock_costs(mine.product_id for mine in lines)
    correction = ReceiptCorrection.objects.create(
        line=line,
        quantity_before=line.quantity,
        unit_cost_before=line.unit_cost,
        quantity=quantity,
        unit_cost=unit_cost,
        reason=reason.strip(),
        reference=reference,
        by=by,
        at=at,
    )
    StockMove.objects.bulk_create(_reversing(line, correction, line.move))
    add_pieces({pair: -fewer})
    line.quantity, line.unit_cost = quantity, unit_cost
    line.save(update_fields=["quantity", "unit_cost"])
    _share(line.receipt, lines)
    _recount(line.receipt, lines, Cause.CORRECTION, by=by, at=at)
    if bought is not None:
        count_arrived(bought, at=at)
    if fewer < 0:
        after_commit("orders.fill_backorders", product_ids=[line.product_id])
    return correction


def _reversing(line: GoodsReceiptLine, correction: ReceiptCorrection, booked: StockMove) -> list[StockMove]:
    """What takes back the line as it stands, and what books it as it should be."""
    rows = ((-line.quantity, line.unit_cost, "back"), (correction.quantity, correction.unit_cost, "anew"))
    return [
        StockMove(
            product_id=line.product_id,
            location_id=booked.location_id,
            kind=StockMove.Kind.RECEIPT,
            quantity=pieces,
            unit_cost=cost,
            reference=f"{booked.reference}:{way}:{correction.pk}",
            document=booked.document,
            reason=correction.reason,
            corrects=booked,
            by=correction.by,
            at=booked.at,
        )
        for pieces, cost, way in rows
        if pieces
    ]


@transaction.atomic
def recompute_costs(
    product_ids: Sequence[int], *, since: dt.datetime | None = None, by: Any = None, at: dt.datetime
) -> list[Changed]:
    """Work everything out from the first move on (or `since`); the products of which anything was not as it should be.

    For rows that were written beside the operations. Locks: costs.
    """
    lock_costs(product_ids)
    return count_forward(product_ids, since=since, cause=Cause.RECOUNT, by=by, at=at)


def _lock(receipt: GoodsReceipt) -> list[GoodsReceiptLine]:
    GoodsReceipt.objects.select_for_update().get(pk=receipt.pk)
    return list(receipt.lines.select_related("move", "product", "receipt").order_by("pk"))


def _charged(receipt: GoodsReceipt) -> bool:
    return bool(receipt.charges.aggregate(Sum("amount"))["amount__sum"])


def _share(receipt: GoodsReceipt, lines: Sequence[GoodsReceiptLine]) -> None:
    """Share the charges that stand by the lines as they are now."""
    carrying = [line for line in lines if line.quantity]
    standing = receipt.charges.filter(reverses=None, reversed_by=None)
    weights: dict[str, list[Decimal | int]] = {
        ShareBy.VALUE: [line.quantity * line.unit_cost for line in carrying],
        ShareBy.PIECES: [line.quantity for line in carrying],
        ShareBy.LINES: [1 for _line in carrying],
    }
    LandedShare.objects.filter(charge__receipt=receipt).delete()
    LandedShare.objects.bulk_create(
        LandedShare(charge=charge, line=line, amount=part)
        for charge in standing
        for line, part in zip(carrying, share_out(charge.amount, weights[charge.share_by]), strict=True)
    )


def _recount(
    receipt: GoodsReceipt, lines: Sequence[GoodsReceiptLine], cause: str, *, by: Any, at: dt.datetime
) -> None:
    products = {line.product_id for line in lines}
    lock_costs(products)
    since = min((line.move.at for line in lines if line.move), default=receipt.at)
    count_forward(products, since=since, cause=cause, document=receipt.number, by=by, at=at)
