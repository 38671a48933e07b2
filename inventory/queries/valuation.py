"""What lies on the shelves is worth, and what left has cost, at moving average and first in first out side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet, Sum
from django.db.models.functions import Coalesce

from core.money import round_money
from inventory.models import (
    CostVariance,
    GoodsReceipt,
    GoodsReceiptLine,
    LandedCharge,
    Product,
    ReceiptCorrection,
    StockLayer,
    StockMove,
)


class IssueCost(NamedTuple):
    """What pieces that left have cost altogether: at the cost of that day, as known today, and first in first out."""

    pieces: int
    booked: Decimal | None
    average: Decimal | None
    fifo: Decimal


class Worth(NamedTuple):
    """Pieces here and what they are worth: at moving average and first in first out. Ten decimals, not rounded."""

    pieces: int = 0
    average: Decimal = Decimal(0)
    fifo: Decimal = Decimal(0)


class CostPoint(NamedTuple):
    """Pieces that came: when, at what cost each (landed), and the average afterwards."""

    at: dt.datetime
    move: StockMove
    pieces: int
    unit_cost: Decimal
    average: Decimal
    remaining: int


def issue_costs(references: Iterable[str]) -> dict[str, IssueCost]:
    """By reference of the move (`sale:order:12:line:3`); what has not left is missing. One query."""
    with connection.cursor() as cursor:
        cursor.execute(ISSUED, [list(references)])
        return {row[0]: IssueCost(*row[1:]) for row in cursor.fetchall()}


def issue_costs_under(beginning: str) -> dict[str, IssueCost]:
    """The same for all moves whose reference begins so (`sale:order:12:1:`). One query, by index."""
    with connection.cursor() as cursor:
        # The end is the beginning with its last character raised by one.
        cursor.execute(ISSUED_UNDER, [beginning, beginning[:-1] + chr(ord(beginning[-1]) + 1)])
        return {row[0]: IssueCost(*row[1:]) for row in cursor.fetchall()}


ISSUED = """
SELECT move.reference, -move.quantity, -move.quantity * move.unit_cost, -move.quantity * issue.unit_cost, COALESCE((
    SELECT SUM((LEAST(layer.ends, issue.ends) - GREATEST(layer.begins, issue.begins)) * layer.unit_cost)
    FROM inventory_stocklayer layer
    WHERE layer.product_id = issue.product_id AND layer.ends > issue.begins AND layer.begins < issue.ends
), 0)
FROM inventory_stockmove move JOIN inventory_stockissue issue ON issue.move_id = move.id
WHERE move.reference = ANY (%s::text[])
"""
ISSUED_UNDER = ISSUED.replace(
    "move.reference = ANY (%s::text[])", "move.reference ~>=~ %s::text AND move.reference ~<~ %s::text"
)


def worth_of(product_ids: Sequence[int], *, before: dt.datetime | None = None) -> dict[int, Worth]:
    """What these products were worth just before a moment; None: now. Every product asked for is in the answer."""
    wanted = list(product_ids)
    with connection.cursor() as cursor:
        cursor.execute(WORTH, {"products": wanted, "before": before})
        found = {row[0]: Worth(*row[1:]) for row in cursor.fetchall()}
    return {pk: found.get(pk, Worth()) for pk in wanted}


# Pieces that came and left until then are two stretches of one row: what lies between them is here.
WORTH = """
SELECT asked.product_id, newest.ends - COALESCE(gone.ends, 0), (newest.ends - COALESCE(gone.ends, 0)) * newest.average,
    COALESCE((
        SELECT SUM((layer.ends - GREATEST(layer.begins, COALESCE(gone.ends, 0))) * layer.unit_cost)
        FROM inventory_stocklayer layer
        WHERE layer.product_id = asked.product_id AND layer.ends > COALESCE(gone.ends, 0) AND layer.ends <= newest.ends
    ), 0)
FROM unnest(%(products)s::bigint[]) AS asked (product_id)
JOIN LATERAL (
    SELECT ends, average FROM inventory_stocklayer mine
    WHERE mine.product_id = asked.product_id AND mine.at < COALESCE(%(before)s::timestamptz, 'infinity')
    ORDER BY at DESC, move_id DESC LIMIT 1
) newest ON true
LEFT JOIN LATERAL (
    SELECT ends FROM inventory_stockissue mine
    WHERE mine.product_id = asked.product_id AND mine.at < COALESCE(%(before)s::timestamptz, 'infinity')
    ORDER BY at DESC, move_id DESC LIMIT 1
) gone ON true
"""


def standing_layers(product: Product) -> QuerySet[StockLayer]:
    """Layers of which something is left, oldest first, with `remaining`."""
    standing = StockLayer.objects.standing().filter(product=product)
    return standing.select_related("move__receipt_line", "product__cost")


def cost_history(product: Product, limit: int = 60) -> list[CostPoint]:
    """What came, newest first, and the average after it."""
    layers: Any = StockLayer.objects.with_remaining().filter(product=product).select_related("move")
    return [
        CostPoint(layer.at, layer.move, layer.quantity, layer.unit_cost, layer.average, layer.remaining)
        for layer in layers.order_by("-at", "-move_id")[:limit]
    ]


def variances(product: Product, limit: int = 10) -> QuerySet[CostVariance]:
    return (
        CostVariance.objects.filter(product=product)
        .select_related("move", "by")
        .order_by("-at", "-pk")[:limit]
    )


class LandedLine(NamedTuple):
    """A line of a receipt: what it cost to buy, what it carries of the charges, and what one piece cost landed."""

    line: GoodsReceiptLine
    bought: Decimal
    carried: Decimal
    each: Decimal | None

    @property
    def landed(self) -> Decimal:
        return self.bought + self.carried


def landed_lines(receipt: GoodsReceipt) -> list[LandedLine]:
    """Every line with its share of the charges that stand."""
    lines = receipt.lines.select_related("product", "move__layer").annotate(
        carried=Coalesce(Sum("shares__amount"), Decimal(0))
    )
    return [
        LandedLine(
            line,
            round_money(line.quantity * line.unit_cost),
            line.carried,
            line.move.layer.unit_cost if line.quantity and line.move else None,
        )
        for line in lines.order_by("pk")
    ]


def corrections_of(receipt: GoodsReceipt) -> QuerySet[ReceiptCorrection]:
    found = ReceiptCorrection.objects.filter(line__receipt=receipt)
    return found.select_related("line__product", "by").order_by("-at", "-pk")


def charges_of(receipt: GoodsReceipt) -> QuerySet[LandedCharge]:
    """The charges that stand and those taken back, as they were put on."""
    return receipt.charges.filter(reverses=None).select_related("by", "reversed_by__by").order_by("at", "pk")
