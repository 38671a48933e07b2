"""What stock operations share: lines, locks, and writing moves with the figures beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Location, Product, ProductCost, StockLevel, StockMove

from .costing import Cause, Cost, count_forward, lock_costs
from .watching import give_out_soon, watch_soon

LARGEST_QUANTITY = 1_000_000
Kind = StockMove.Kind


class StockLine(NamedTuple):
    """Pieces of a product for one line of a document. `reference` names that line, once and for all."""

    reference: str
    product_id: int
    quantity: int


class ReceiptLine(NamedTuple):
    """Pieces that arrived, and what one of them cost, in the base currency.

    `order_line_id` is the line of the purchase order they came by; `location_id` where they are put when that is not
    the receipt's own place (broken ones).
    """

    product_id: int
    quantity: int
    unit_cost: Decimal
    order_line_id: int | None = None
    location_id: int | None = None


def pk_of(location: Location | int) -> int:
    return location if isinstance(location, int) else location.pk


def check_quantities(lines: Iterable[tuple[int, int]]) -> None:
    """Refuse, naming the product, a (product, quantity) that no shelf holds."""
    for product_id, quantity in lines:
        if 0 < quantity <= LARGEST_QUANTITY:
            continue
        message = _("%(product)s: %(quantity)s pieces can't be booked. Enter 1 to %(largest)s.")
        named = {"product": name_of(product_id), "quantity": quantity, "largest": f"{LARGEST_QUANTITY:,}"}
        raise Refusal(message % named, code="quantity")


def name_of(product_id: int) -> str:
    return Product.objects.values_list("name", flat=True).filter(pk=product_id).first() or f"#{product_id}"


def lock_levels(pairs: Iterable[tuple[int, int]]) -> dict[tuple[int, int], StockLevel]:
    """The levels of (product, location) pairs, made where missing, locked in the order everybody locks them.

    Refuses a location that is closed. That is read under a lock of its row, so that nothing comes in while it closes;
    the foreign key alone is looked at only when the transaction ends.
    """
    wanted = sorted(set(pairs))
    products, locations = [product for product, _l in wanted], [location for _p, location in wanted]
    with connection.cursor() as cursor:
        cursor.execute(MAKE_LEVELS, [products, locations])
        cursor.execute(LOCK_LEVELS, [products, locations])
        locked = cursor.fetchall()
    if closed := next((name for _pk, name, is_active in locked if not is_active), ""):
        message = _("%(location)s is closed. Choose another location, or open it again.")
        raise Refusal(message % {"location": closed}, code="closed_location")
    levels = StockLevel.objects.filter(pk__in=[pk for pk, _name, _active in locked]).select_related(
        "location"
    )
    return {(level.product_id, level.location_id): level for level in levels}


MAKE_LEVELS = """
INSERT INTO inventory_stocklevel (product_id, location_id)
SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS wanted (product_id, location_id) ORDER BY 1, 2
ON CONFLICT (product_id, location_id) DO NOTHING
"""
LOCK_LEVELS = """
SELECT level.id, location.name, location.is_active
FROM inventory_stocklevel level
JOIN unnest(%s::bigint[], %s::bigint[]) AS wanted (product_id, location_id) USING (product_id, location_id)
JOIN inventory_location location ON location.id = level.location_id
ORDER BY level.product_id, level.location_id
FOR UPDATE OF level FOR KEY SHARE OF location
"""


def write_moves(moves: Sequence[StockMove], *, costs: Mapping[int, Cost] | None = None) -> list[StockMove]:
    """Write moves whose reference is new, add them to the levels, which the caller has locked, and to the layers.

    All but receipts, and what was sold and comes back, move at the average cost of now. One that says an earlier time
    than what is booked counts from then on. `costs` are those the caller has locked already. Gives the moves that were
    written: a reference that stands already was booked before.
    """
    references = [move.reference for move in moves]
    standing = set(StockMove.objects.filter(reference__in=references).values_list("reference", flat=True))
    new = [move for move in moves if move.reference not in standing]
    counting = {move.product_id for move in new if move.kind != Kind.TRANSFER}
    costs = costs if costs is not None else lock_costs(counting) if counting else {}
    averages = {pk: cost.average for pk, cost in costs.items()} or average_costs(
        move.product_id for move in new
    )
    for move in new:
        if move.product_id in counting:
            move.at = costs[move.product_id].moment(move.at)
        if move.kind != Kind.RECEIPT and not (move.corrects_id and move.unit_cost):
            move.unit_cost = averages.get(move.product_id) or None
    StockMove.objects.bulk_create(new)
    pieces: Counter[tuple[int, int]] = Counter()
    for move in new:
        pieces[(move.product_id, move.location_id)] += move.quantity
    add_pieces(pieces)
    if counting:
        first = min((move for move in new if move.kind != Kind.TRANSFER), key=lambda move: move.at)
        count_forward(
            counting, since=first.at, cause=Cause.BACKDATED, document=first.document, by=first.by, at=first.at
        )
    watch_soon({move.product_id for move in new})
    give_out_soon({move.product_id for move in new if move.quantity > 0})
    return new


def add_pieces(pieces: Mapping[tuple[int, int], int]) -> None:
    """Add pieces per (product, location) to the levels, which the caller has locked."""
    products = [product for product, _l in pieces]
    with connection.cursor() as cursor:
        cursor.execute(ADD_PIECES, [products, [location for _p, location in pieces], list(pieces.values())])
    live.touch_all("inventory.product", set(products))


def average_costs(products: Iterable[int]) -> dict[int, Decimal]:
    """The moving average of these products as it stands; those that never came are missing."""
    return dict(ProductCost.objects.filter(pk__in=list(products)).values_list("pk", "average"))


ADD_PIECES = """
UPDATE inventory_stocklevel level SET on_hand = level.on_hand + moved.pieces
FROM unnest(%s::bigint[], %s::bigint[], %s::integer[]) AS moved (product_id, location_id, pieces)
WHERE level.product_id = moved.product_id AND level.location_id = moved.location_id
"""
