"""What all that lies on the shelves was worth on a day: a page of it by product, or added up by category or location.

Amounts are rounded once per product (and location), so every sum is the sum of the lines a person sees.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone


class Question(NamedTuple):
    """The day (its end counts), and what the lines are narrowed to. `category` is a path, with all below it."""

    on: dt.date
    category: str | None = None
    location: int | None = None
    product: str = ""

    @property
    def before(self) -> dt.datetime:
        return timezone.make_aware(dt.datetime.combine(self.on + dt.timedelta(days=1), dt.time()))


class Line(NamedTuple):
    """A product: pieces, average cost of one, worth at the average and first in first out."""

    product_id: int
    sku: str
    name: str
    category: str
    pieces: int
    cost: Decimal
    average: Decimal
    fifo: Decimal


class Sum(NamedTuple):
    """Products of a category or a location (`key` None: of none), or of all."""

    key: int | None
    name: str
    products: int
    pieces: int
    average: Decimal
    fifo: Decimal


def worth_page(question: Question, *, after: int = 0, most: int = 100) -> tuple[list[Line], int]:
    """Products by name, those behind product `after`, and behind which the next page starts (0: none)."""
    lines = [Line(*row) for row in _run(WORTH + PLACED + EACH + LINES, question, after=after, most=most + 1)]
    return lines[:most], lines[most - 1].product_id if len(lines) > most else 0


def all_worth(question: Question, *, most: int = 2_000) -> Iterator[Line]:
    """Every line, a page at a time."""
    after = 0
    while True:
        lines, after = worth_page(question, after=after, most=most)
        yield from lines
        if not after:
            return


def worth_total(question: Question) -> Sum:
    (row,) = _run(WORTH + PLACED + EACH + TOTAL, question)
    return Sum(*row)


def worth_by(question: Question, group: str) -> list[Sum]:
    """Added up by `category` or by `location`, the dearest first."""
    asked = EACH + BY_CATEGORY if group == "category" else BY_LOCATION
    return [Sum(*row) for row in _run(WORTH + PLACED + asked, question)]


def _run(query: str, question: Question, **more: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            query,
            {
                "before": question.before,
                "category": question.category,
                "location": question.location,
                "product": question.product,
                **more,
            },
        )
        return cursor.fetchall()


# Pieces of all locations then, the average then, and what lies between what had come and what had left, by its layers.
# One location's share of the layers is by its pieces: layers belong to a product, wherever its pieces lie.
WORTH = """
WITH chosen AS MATERIALIZED (
    SELECT product.id, product.sku, product.name, product.category_id, COALESCE(category.path, '') AS category
    FROM inventory_product product LEFT JOIN inventory_category category ON category.id = product.category_id
    WHERE (%(category)s::text IS NULL OR category.path = %(category)s::text
            OR starts_with(category.path, %(category)s::text || ' > ')
            OR (%(category)s::text = '' AND category.id IS NULL))
        AND (%(product)s::text = '' OR upper(product.sku) = upper(%(product)s::text))
), total AS (
    SELECT chosen.*, newest.ends AS came, COALESCE(gone.ends, 0) AS went, newest.average AS cost
    FROM chosen
    JOIN LATERAL (
        SELECT ends, average FROM inventory_stocklayer mine
        WHERE mine.product_id = chosen.id AND mine.at < %(before)s::timestamptz
        ORDER BY at DESC, move_id DESC LIMIT 1
    ) newest ON true
    LEFT JOIN LATERAL (
        SELECT ends FROM inventory_stockissue mine
        WHERE mine.product_id = chosen.id AND mine.at < %(before)s::timestamptz
        ORDER BY at DESC, move_id DESC LIMIT 1
    ) gone ON true
), layered AS (
    SELECT total.*, (
        SELECT SUM((layer.ends - GREATEST(layer.begins, total.went)) * layer.unit_cost)
        FROM inventory_stocklayer layer
        WHERE layer.product_id = total.id AND layer.ends > total.went AND layer.ends <= total.came
    ) AS fifo
    FROM total
    WHERE came <> went
)
"""
# What lay where: what lies there now, less what moved since.
PLACED = """
, placed AS (
    SELECT product_id, location_id, SUM(pieces) AS pieces FROM (
        SELECT product_id, location_id, on_hand AS pieces FROM inventory_stocklevel
        WHERE %(location)s::bigint IS NULL OR location_id = %(location)s::bigint
        UNION ALL
        SELECT product_id, location_id, -quantity FROM inventory_stockmove
        WHERE at >= %(before)s::timestamptz AND (%(location)s::bigint IS NULL OR location_id = %(location)s::bigint)
    ) told
    GROUP BY 1, 2 HAVING SUM(pieces) <> 0
)
"""
EACH = """
, line AS (
    SELECT id, sku, name, category_id, category, came - went AS pieces, cost, round((came - went) * cost, 2) AS average,
        round(COALESCE(fifo, 0), 2) AS fifo
    FROM layered
    WHERE %(location)s::bigint IS NULL
    UNION ALL
    SELECT id, sku, name, category_id, category, placed.pieces, cost, round(placed.pieces * cost, 2),
        round(COALESCE(fifo, 0) * placed.pieces / (came - went), 2)
    FROM layered JOIN placed ON placed.product_id = layered.id
    WHERE %(location)s::bigint IS NOT NULL
)
"""
LINES = """
SELECT id, sku, name, category, pieces, cost, average, fifo FROM line
WHERE %(after)s::bigint = 0
    OR (name, id) > (SELECT name, id FROM inventory_product mine WHERE mine.id = %(after)s::bigint)
ORDER BY name, id LIMIT %(most)s::integer
"""
TOTAL = """
SELECT NULL::bigint, '', count(*), COALESCE(SUM(pieces), 0)::bigint, COALESCE(SUM(average), 0),
    COALESCE(SUM(fifo), 0)
FROM line
"""
BY_CATEGORY = """
SELECT category_id, category, count(*), SUM(pieces)::bigint, SUM(average), SUM(fifo) FROM line
GROUP BY 1, 2 ORDER BY 5 DESC, 2
"""
BY_LOCATION = """
SELECT location.id, location.name, count(*), SUM(placed.pieces)::bigint, SUM(round(placed.pieces * cost, 2)),
    SUM(round(COALESCE(fifo, 0) * placed.pieces / (came - went), 2))
FROM layered
JOIN placed ON placed.product_id = layered.id
JOIN inventory_location location ON location.id = placed.location_id
GROUP BY 1, 2 ORDER BY 5 DESC, 2
"""
