"""Goods that go back to a supplier, and what comes of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import round_money, round_price
from core.numbering import take_number
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    ProductCost,
    StockLevel,
    StockMove,
    Supplier,
    SupplierProduct,
    SupplierReturn,
    SupplierReturnLine,
)

from .stock import check_quantities, lock_levels, name_of, write_moves

NUMBERS = "RTS"
Status = SupplierReturn.Status


class GoingBack(NamedTuple):
    """Pieces of a product that leave a location for the supplier, and why. `receipt_line_id`: what they came by."""

    product_id: int
    location_id: int
    quantity: int
    reason: str = SupplierReturnLine.Reason.DEFECT
    receipt_line_id: int | None = None


@transaction.atomic
def return_to_supplier(
    supplier: Supplier,
    pieces: Sequence[GoingBack],
    *,
    wanted: str = SupplierReturn.Wanted.CREDIT,
    receipt: GoodsReceipt | None = None,
    note: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> SupplierReturn:
    """The pieces leave the stock now; what they are worth is expected back. The same `reference` twice is one return.

    Promised pieces stay, and no more go back than a receipt brought. Locks: levels, costs, number.
    """
    if not pieces:
        raise Refusal(_("Add at least one product."), code="no_lines")
    check_quantities((piece.product_id, piece.quantity) for piece in pieces)
    levels = lock_levels((piece.product_id, piece.location_id) for piece in pieces)
    if before := SupplierReturn.objects.filter(reference=reference).first():
        return before
    check_free(pieces, levels)
    _check_receipt(pieces)
    prices, currency = prices_of(supplier, pieces)
    number = take_number(NUMBERS, on=local_date(at))
    going = SupplierReturn.objects.create(
        number=number,
        supplier=supplier,
        receipt=receipt,
        wanted=wanted,
        note=note.strip(),
        currency=currency,
        expected=round_money(
            sum((p.quantity * price for p, price in zip(pieces, prices, strict=True)), Decimal(0))
        ),
        reference=reference,
        by=by,
        at=at,
    )
    SupplierReturnLine.objects.bulk_create(
        SupplierReturnLine(supplier_return=going, price=price, **piece._asdict())
        for piece, price in zip(pieces, prices, strict=True)
    )
    write_moves(returning_moves(number, pieces, by=by, at=at))
    live.touch(going)
    return going


def check_free(pieces: Sequence[GoingBack], levels: Mapping[tuple[int, int], StockLevel]) -> None:
    """Refuse, naming the product, more than is free where it lies."""
    asked: Counter[tuple[int, int]] = Counter()
    for piece in pieces:
        asked[(piece.product_id, piece.location_id)] += piece.quantity
    for (product_id, place), quantity in asked.items():
        free = levels[(product_id, place)].available
        if quantity > free:
            message = _("%(product)s: %(free)s free there, %(asked)s to go back.")
            named = {"product": name_of(product_id), "free": free, "asked": quantity}
            raise Refusal(message % named, code="short_of_stock")


def returning_moves(number: str, pieces: Sequence[GoingBack], *, by: Any, at: dt.datetime) -> list[StockMove]:
    """What takes the pieces of a return off the stock."""
    return [
        StockMove(
            product_id=piece.product_id,
            location_id=piece.location_id,
            kind=StockMove.Kind.RETURN,
            quantity=-piece.quantity,
            reference=f"supplier-return:{number}:{position}",
            document=number,
            reason=str(SupplierReturnLine.Reason(piece.reason).label),
            by=by,
            at=at,
        )
        for position, piece in enumerate(pieces, start=1)
    ]


def _check_receipt(pieces: Sequence[GoingBack]) -> None:
    """No more of a receipt's line goes back, all returns together, than it brought."""
    asked: Counter[int] = Counter()
    for piece in pieces:
        if piece.receipt_line_id is not None:
            asked[piece.receipt_line_id] += piece.quantity
    lines = GoodsReceiptLine.objects.select_for_update(of=("self",)).select_related("product")
    for line in lines.filter(pk__in=asked).order_by("pk"):
        gone = line.return_lines.aggregate(Sum("quantity"))["quantity__sum"] or 0
        if gone + asked[line.pk] > line.quantity:
            message = _("%(product)s: %(came)s came with this receipt, %(gone)s went back already.")
            named = {"product": line.product, "came": line.quantity, "gone": gone}
            raise Refusal(message % named, code="more_than_came")


def prices_of(supplier: Supplier, pieces: Sequence[GoingBack]) -> tuple[list[Decimal], str]:
    """What we paid for one of each: by the order, else by the supplier's price, else what it cost us on average.

    Prices of the supplier's currency when all are known in it, else costs in the base currency.
    """
    products = {piece.product_id for piece in pieces}
    ordered: dict[int, Decimal] = {}
    costs: dict[int, Decimal] = {}
    lines = GoodsReceiptLine.objects.filter(pk__in=[p.receipt_line_id for p in pieces if p.receipt_line_id])
    for line in lines.select_related("order_line__order"):
        costs[line.pk] = line.unit_cost
        if line.order_line and line.order_line.order.currency == supplier.currency:
            ordered[line.pk] = line.order_line.price
    offers = dict(
        SupplierProduct.objects.filter(
            supplier=supplier, product__in=products, currency=supplier.currency, price__isnull=False
        ).values_list("product_id", "price")
    )
    theirs = [ordered.get(p.receipt_line_id or 0, offers.get(p.product_id)) for p in pieces]
    found = [price for price in theirs if price is not None]
    if supplier.currency != settings.CURRENCY and len(found) == len(pieces):
        return found, supplier.currency
    average = dict(ProductCost.objects.filter(product__in=products).values_list("product_id", "average"))
    return [
        costs.get(p.receipt_line_id or 0)
        or (price if price is not None and supplier.currency == settings.CURRENCY else None)
        or round_price(average.get(p.product_id, Decimal(0)))
        for p, price in zip(pieces, theirs, strict=True)
    ], str(settings.CURRENCY)


@transaction.atomic
def settle_return(
    going: SupplierReturn,
    status: str,
    *,
    credited: Decimal | None = None,
    document: str = "",
    replacement: GoodsReceipt | None = None,
    at: dt.datetime,
) -> SupplierReturn:
    """What the supplier did: credited an amount by a document, sent others, or refused."""
    going = SupplierReturn.objects.select_for_update(of=("self",)).get(pk=going.pk)
    if Status.DRAFT in (going.status, status):
        raise Refusal(_("%s has not been sent yet.") % going.number, code="not_sent")
    if going.status != Status.SENT:
        message = _("%(number)s is settled: %(status)s.")
        raise Refusal(
            message % {"number": going.number, "status": going.get_status_display()}, code="settled"
        )
    if status == Status.CREDITED and credited is None:
        raise Refusal(_("Say how much was credited."), code="no_amount", field="credited")
    if replacement is not None and replacement.supplier_id not in (None, going.supplier_id):
        raise Refusal(_("That receipt is from another supplier."), code="other_supplier", field="replacement")
    going.status = Status(status)
    going.credited = credited if status == Status.CREDITED else None
    going.document, going.replacement, going.settled_at = document.strip(), replacement, at
    going.save()
    live.touch(going)
    return going
