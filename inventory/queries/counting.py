"""How far a count is, what it found, and which products are due to be counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Abs, Cast, Coalesce, NullIf

from core.money import ZERO, round_money
from inventory.models import Product, StockCount, StockCountLine, StockMove

EVERY_DAYS = {"A": 30, "B": 90, "C": 180}
"""How long a count of a product holds, by its class: A are those that make the first 80 % of the value sold in the
last 90 days at a location, B the next 15 %, C all others."""
LOOK_BACK = dt.timedelta(days=90)


class Progress(NamedTuple):
    """Lines of a count: all, counted, to be counted again, that differ. `more` and `fewer` in pieces."""

    lines: int
    counted: int
    again: int
    differing: int
    more: int
    fewer: int

    @property
    def left(self) -> int:
        return self.lines - self.counted


def progress(count: StockCount) -> Progress:
    """How far a count is. One statement."""
    kept = Q(dropped=False)
    return Progress(
        **count.lines.aggregate(
            lines=Count("pk"),
            counted=Count("pk", filter=Q(counted__isnull=False, recount=False)),
            again=Count("pk", filter=Q(recount=True)),
            differing=Count("pk", filter=kept & ~Q(variance=0) & Q(variance__isnull=False)),
            more=Coalesce(Sum("variance", filter=kept & Q(variance__gt=0)), 0),
            fewer=Coalesce(Sum("variance", filter=kept & Q(variance__lt=0)), 0),
        )
    )


class Worth(NamedTuple):
    """What the variances are worth at cost: what was found, what is missing, and both as they are weighed."""

    more: Decimal
    fewer: Decimal
    weighed: Decimal


def worth(count: StockCount) -> Worth:
    """The value of a count's variances. For those who may see costs; `weighed` decides who may approve."""
    money = DecimalField(max_digits=20, decimal_places=4)
    cost = Coalesce(
        NullIf(F("product__cost__average"), Value(Decimal(0))), Value(Decimal(0)), output_field=money
    )
    weight = Coalesce(
        NullIf(F("product__cost__average"), Value(Decimal(0))),
        F("product__list_price"),
        Value(Decimal(0)),
        output_field=money,
    )
    pieces = Cast("variance", money)
    found = count.lines.filter(dropped=False, variance__isnull=False).aggregate(
        more=Sum(pieces * cost, filter=Q(variance__gt=0), output_field=money),
        fewer=Sum(pieces * cost, filter=Q(variance__lt=0), output_field=money),
        weighed=Sum(Abs(pieces) * weight, output_field=money),
    )
    return Worth(*(round_money(found[name] or ZERO) for name in Worth._fields))


def needs_another(count: StockCount) -> bool:
    """Whether somebody else than the counters has to approve it."""
    return worth(count).weighed > Decimal(settings.STOCK_APPROVAL_ABOVE)


def with_value(lines: QuerySet[StockCountLine]) -> QuerySet[StockCountLine]:
    """Lines with the `value` of their variance at average cost; None where nothing is known."""
    money = DecimalField(max_digits=20, decimal_places=4)
    return lines.annotate(
        value=Case(
            When(variance__isnull=False, then=Cast("variance", money) * F("product__cost__average")),
            output_field=money,
        )
    )


def moved_since(count: StockCount, lines: list[StockCountLine]) -> dict[int, int]:
    """Pieces that came or went since each of these lines was counted, by product."""
    counted = {line.product_id: line.after_move or 0 for line in lines if line.counted is not None}
    if not counted:
        return {}
    moves = StockMove.objects.filter(
        product_id__in=counted, location_id=count.location_id, pk__gt=min(counted.values())
    ).values_list("product_id", "pk", "quantity")
    since: dict[int, int] = {}
    for product, pk, quantity in moves:
        if pk > counted[product]:
            since[product] = since.get(product, 0) + quantity
    return since


class Due(NamedTuple):
    """A product to count: its class, what moved of it in 90 days (at cost), and when it was last counted."""

    product: Product
    shelf: str
    on_hand: int
    grade: str
    value: Decimal
    counted_at: dt.datetime | None


def due_to_count(location_id: int, *, at: dt.datetime, limit: int = 100) -> list[Due]:
    """What should be counted next at a location, the most pressing first: never counted, then the most overdue.

    Products of an open count there are left out. Two statements.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            DUE,
            {
                "location": location_id,
                "since": at - LOOK_BACK,
                "at": at,
                "limit": limit,
                **EVERY_DAYS,
            },
        )
        rows: list[Any] = cursor.fetchall()
    products = Product.objects.in_bulk([row[0] for row in rows])
    return [Due(products[pk], *rest) for pk, *rest in rows]


def due_numbers(location_id: int, *, at: dt.datetime) -> int:
    """How many products of a location are due, at most 1,000 are counted."""
    return len(due_to_count(location_id, at=at, limit=1000))


DUE = """
WITH moved AS (
    SELECT product_id, SUM(-quantity * unit_cost) AS value
    FROM inventory_stockmove
    WHERE kind = 'sale' AND at >= %(since)s::timestamptz AND location_id = %(location)s::bigint
    GROUP BY product_id
), ranked AS (
    SELECT level.product_id, level.shelf, level.on_hand, level.counted_at, COALESCE(moved.value, 0) AS value,
        SUM(COALESCE(moved.value, 0)) OVER () AS total,
        SUM(COALESCE(moved.value, 0)) OVER (ORDER BY COALESCE(moved.value, 0) DESC, level.product_id)
            - COALESCE(moved.value, 0) AS before
    FROM inventory_stocklevel level
    LEFT JOIN moved USING (product_id)
    WHERE level.location_id = %(location)s::bigint AND level.on_hand > 0
), graded AS (
    SELECT *, CASE WHEN value = 0 THEN 'C' WHEN before < 0.80 * total THEN 'A' WHEN before < 0.95 * total THEN 'B'
        ELSE 'C' END AS grade
    FROM ranked
), timed AS (
    SELECT *, CASE grade WHEN 'A' THEN %(A)s::int WHEN 'B' THEN %(B)s::int ELSE %(C)s::int END AS days FROM graded
)
SELECT product_id, shelf, on_hand, grade, value, counted_at
FROM timed
WHERE (counted_at IS NULL OR counted_at < %(at)s::timestamptz - make_interval(days => days))
    AND NOT EXISTS (
        SELECT FROM inventory_stockcountline line JOIN inventory_stockcount c ON c.id = line.count_id
        WHERE c.state IN ('counting', 'review') AND c.location_id = %(location)s::bigint
            AND line.product_id = timed.product_id
    )
ORDER BY counted_at IS NOT NULL, CASE WHEN counted_at IS NULL THEN grade END,
    EXTRACT(EPOCH FROM %(at)s::timestamptz - counted_at) / days DESC, value DESC, product_id
LIMIT %(limit)s::int
"""
