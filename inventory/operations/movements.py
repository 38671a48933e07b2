"""Goods that arrive, come back, are moved, or turn out to be more or fewer than the books say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import round_price
from core.numbering import take_number
from core.tasks import after_commit
from inventory.models import (
    GoodsReceipt,
    GoodsReceiptLine,
    Location,
    Product,
    PurchaseOrder,
    StockMove,
    Supplier,
)

from .costing import lock_costs
from .stock import ReceiptLine, StockLine, check_quantities, lock_levels, name_of, pk_of, write_moves
from .suppliers import supplier_named

RECEIPTS = "GRN"
LARGEST_COST = Decimal("1000000000")
Kind = StockMove.Kind


@transaction.atomic
def receive_goods(
    location: Location | int,
    lines: Sequence[ReceiptLine],
    *,
    supplier: Supplier | str | None = None,
    purchase_order: PurchaseOrder | None = None,
    document: str = "",
    reference: str = "",
    by: Any,
    at: dt.datetime,
) -> GoodsReceipt:
    """Book goods that arrived, in layers, and move their average cost. The same `reference` twice is one receipt.

    With an earlier `at` everything since is counted again. A supplier that is only named is looked up, or made. Orders
    that wait for the goods are filled after the commit. Locks: levels, costs, receipt number.
    """
    lines = [ReceiptLine(*line) for line in lines]
    _check_receipt(lines)
    place = pk_of(location)
    lock_levels((line.product_id, line.location_id or place) for line in lines)
    if reference and (before := GoodsReceipt.objects.filter(reference=reference).first()):
        return before
    costs = lock_costs(line.product_id for line in lines)
    number = take_number(RECEIPTS, on=local_date(at))
    receipt = GoodsReceipt.objects.create(
        number=number,
        location_id=place,
        supplier=supplier_named(supplier) if isinstance(supplier, str) else supplier,
        purchase_order=purchase_order,
        document=document.strip(),
        reference=reference or f"receipt:{number}",
        by=by,
        at=at,
    )
    moves = [
        StockMove(
            product_id=line.product_id,
            location_id=line.location_id or place,
            kind=Kind.RECEIPT,
            quantity=line.quantity,
            unit_cost=line.unit_cost,
            reference=f"receipt:{number}:{position}",
            document=number,
            by=by,
            at=at,
        )
        for position, line in enumerate(lines, start=1)
    ]
    write_moves(moves, costs=costs)
    GoodsReceiptLine.objects.bulk_create(
        GoodsReceiptLine(receipt=receipt, move=move, **line._asdict())
        for line, move in zip(lines, moves, strict=True)
    )
    after_commit("orders.fill_backorders", product_ids=sorted({line.product_id for line in lines}))
    return receipt


def _check_receipt(lines: Sequence[ReceiptLine]) -> None:
    if not lines:
        raise Refusal(_("Add at least one product."), code="no_lines")
    check_quantities((line.product_id, line.quantity) for line in lines)
    known = set(
        Product.objects.filter(pk__in=[line.product_id for line in lines]).values_list("pk", flat=True)
    )
    for line in lines:
        if line.product_id not in known:
            raise Refusal(
                _("Product #%(number)s does not exist.") % {"number": line.product_id}, code="no_product"
            )
        check_cost(line.product_id, line.unit_cost)


def check_cost(product_id: int, unit_cost: Decimal) -> None:
    """Refuse, naming the product, what no piece costs."""
    if not 0 <= unit_cost <= LARGEST_COST or unit_cost != round_price(unit_cost):
        message = _("%(product)s: %(cost)s is no cost of one piece. Use up to four decimals.")
        raise Refusal(message % {"product": name_of(product_id), "cost": unit_cost}, code="cost")


@transaction.atomic
def return_goods(
    lines: Sequence[StockLine],
    *,
    location: Location | int,
    reference: str,
    sold: Mapping[str, Sequence[str]] | None = None,
    by: Any,
    at: dt.datetime,
) -> list[StockMove]:
    """Take back pieces that were sold, at the cost they left with. `reference` is the return; each line once.

    `sold` has for a line (by its reference) the reservations its pieces left by, in the order they are taken back: one
    move for each of these sales. Pieces beyond them, and those whose cost nobody knew, come at the average of now.
    Locks: levels, costs.
    """
    check_quantities((line.product_id, line.quantity) for line in lines)
    place, sold = pk_of(location), sold or {}
    lock_levels((line.product_id, place) for line in lines)
    costs = lock_costs(line.product_id for line in lines)
    names = {line.reference: f"return:{reference}:{line.reference}" for line in lines}
    booked = set(StockMove.objects.filter(reference__in=names.values()).values_list("reference", flat=True))
    sales = _sales({each for left_by in sold.values() for each in left_by})
    moves = []
    for line in lines:
        name = names[line.reference]
        if name in booked:
            continue
        left_by = [sales[each] for each in sold.get(line.reference, ()) if each in sales]
        for turn, (pieces, sale) in enumerate(_taken_back(line, left_by), start=1):
            moves.append(
                StockMove(
                    product_id=line.product_id,
                    location_id=place,
                    kind=Kind.RETURN,
                    quantity=pieces,
                    unit_cost=sale.unit_cost if sale else None,
                    reference=name if turn == 1 else f"{name}:{turn}",
                    document=reference,
                    corrects_id=sale.pk if sale else None,
                    by=by,
                    at=max(at, sale.at) if sale else at,
                )
            )
    return write_moves(moves, costs=costs)


@dataclass
class _Sale:
    """Pieces that left at one time, at what average cost as we know it today, and how many have not come back."""

    pk: int
    product_id: int
    at: dt.datetime
    unit_cost: Decimal | None
    out: int


def _sales(references: Collection[str]) -> dict[str, _Sale]:
    """By the reservation that was shipped. The caller has locked the costs of its products."""
    rows = StockMove.objects.filter(
        kind=Kind.SALE, reference__in=[f"sale:{reference}" for reference in references]
    ).annotate(back=Coalesce(Sum("corrections__quantity"), 0))
    names = ("reference", "pk", "product_id", "at", "issue__unit_cost", "quantity", "back")
    return {
        name.removeprefix("sale:"): _Sale(pk, product, at, cost, -quantity - back)
        for name, pk, product, at, cost, quantity, back in rows.values_list(*names)
    }


def _taken_back(line: StockLine, left_by: Sequence[_Sale]) -> Iterator[tuple[int, _Sale | None]]:
    """Share the pieces of a line among the sales they left by; None for those that left by no sale we know."""
    wanted = line.quantity
    for sale in left_by:
        if sale.product_id == line.product_id and (pieces := min(wanted, sale.out)) > 0:
            sale.out -= pieces
            wanted -= pieces
            yield pieces, sale
    if wanted:
        yield wanted, None


@transaction.atomic
def adjust(
    product: Product | int,
    *,
    location: Location | int,
    difference: int,
    reason: str,
    reference: str,
    kind: str = Kind.ADJUSTMENT,
    document: str = "",
    by: Any,
    at: dt.datetime,
) -> StockMove | None:
    """Put the books right by `difference` pieces, saying why. Pieces that are promised can't be taken off.

    `document` is the number of the paper that says so. None when this reference was booked before.
    """
    product_id, place = product if isinstance(product, int) else product.pk, pk_of(location)
    check_quantities([(product_id, abs(difference))])
    if not reason.strip():
        raise Refusal(_("Say why the stock is adjusted."), code="no_reason")
    level = lock_levels([(product_id, place)])[(product_id, place)]
    if _standing(reference):
        return None
    if -difference > level.available:
        raise Refusal(
            _(
                "%(product)s: %(on_hand)s here, %(reserved)s of them promised; at most %(free)s can be taken off."
            )
            % {
                "product": name_of(product_id),
                "on_hand": level.on_hand,
                "reserved": level.reserved,
                "free": level.available,
            },
            code="promised",
        )
    move = StockMove(
        product_id=product_id,
        location_id=place,
        kind=kind,
        quantity=difference,
        reference=reference,
        document=document,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    return next(iter(write_moves([move])), None)


@transaction.atomic
def transfer(
    lines: Sequence[StockLine],
    *,
    source: Location | int,
    destination: Location | int,
    reference: str,
    document: str = "",
    reason: str = "",
    by: Any,
    at: dt.datetime,
) -> list[StockMove]:
    """Carry free pieces from one location to another: two moves a line, both or none."""
    here, there = pk_of(source), pk_of(destination)
    if here == there:
        raise Refusal(_("Choose two different locations."), code="same_location")
    check_quantities((line.product_id, line.quantity) for line in lines)
    levels = lock_levels((line.product_id, place) for line in lines for place in (here, there))
    if _standing(f"{reference}:{lines[0].reference}:out"):
        return []
    asked: Counter[int] = Counter()
    for line in lines:
        asked[line.product_id] += line.quantity
    for product_id, quantity in asked.items():
        free = levels[(product_id, here)].available
        if quantity > free:
            message = _("%(product)s: %(free)s free here, %(asked)s asked.")
            named = {"product": name_of(product_id), "free": free, "asked": quantity}
            raise Refusal(message % named, code="short_of_stock")
    return write_moves(
        [
            StockMove(
                product_id=line.product_id,
                location_id=place,
                kind=Kind.TRANSFER,
                quantity=sign * line.quantity,
                reference=f"{reference}:{line.reference}:{way}",
                document=document or reference,
                reason=reason,
                by=by,
                at=at,
            )
            for line in lines
            for place, sign, way in ((here, -1, "out"), (there, 1, "in"))
        ]
    )


def _standing(reference: str) -> bool:
    return StockMove.objects.filter(reference=reference).exists()
