"""All that is short in one statement, for papers and tables: what `shortages` says of a page, said of everything.

A page asks for each figure of its few rows by index; a report asks for each table once. A test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any, NamedTuple

from django.db import connection
from django.utils import timezone

from inventory.models import Waiting

from .figures import OPEN_LINES, figures_sql
from .shortages import LATELY, in_short


class ReportLine(NamedTuple):
    """A short product. `who`: the first customers in the queue that the reader may see."""

    product_id: int
    sku: str
    name: str
    since: dt.datetime
    uncovered_since: dt.datetime | None
    available: int
    backordered: int
    incoming: int
    projected: int
    reorder_point: int | None
    shops: int
    waits_since: dt.datetime | None
    coming_on: dt.date | None
    late: int
    lost: int
    missing: int
    suggested: int
    supplier_name: str | None
    who: str = ""


def report_lines(user: Any = None) -> list[ReportLine]:
    """Every short product, what is most missing first. Two statements."""
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(REPORT, {"today": today, "lately": today - LATELY})
        lines = [ReportLine(*row) for row in cursor.fetchall()]
    waiting = Waiting.objects.all() if user is None else Waiting.objects.visible_to(user)
    queues: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for product, name, pieces in waiting.in_turn().values_list("product_id", "customer__name", "pieces"):
        queues[product].append((name, pieces))
    return [
        line._replace(who=in_short(queues[line.product_id])) if line.product_id in queues else line
        for line in lines
    ]


REPORT = f"""
WITH shelf AS ({figures_sql(some=False)}), waits AS (
    SELECT product_id, COUNT(DISTINCT customer_id) AS shops, MIN(since) AS since FROM inventory_waiting GROUP BY 1
), coming AS (
    SELECT product_id, MIN(expected_on) AS first_on,
        SUM(pieces) FILTER (WHERE expected_on < %(today)s::date) AS late
    FROM ({OPEN_LINES}) line
    WHERE location_id IN (SELECT id FROM inventory_location WHERE kind = 'sellable')
    GROUP BY 1
), lost AS (
    SELECT product_id, SUM(pieces) AS pieces FROM inventory_unmetdemand WHERE day >= %(lately)s::date GROUP BY 1
), offer AS (
    SELECT DISTINCT ON (product_id) product_id, supplier_id, minimum_quantity, pack_size,
        supplier.name AS supplier_name
    FROM inventory_supplierproduct offered JOIN inventory_supplier supplier ON supplier.id = offered.supplier_id
    WHERE NOT is_gone AND supplier.is_active
    ORDER BY product_id, is_preferred DESC, price, offered.id
), line AS (
    SELECT short.product_id, p.sku, p.name, short.since, short.uncovered_since,
        shelf.on_hand - shelf.reserved AS available, shelf.backordered, shelf.incoming,
        shelf.on_hand - shelf.reserved - shelf.backordered + shelf.incoming AS projected, p.reorder_point,
        p.reorder_quantity, waits.shops, waits.since AS waits_since, coming.first_on, coming.late, lost.pieces AS lost,
        offer.minimum_quantity, COALESCE(offer.pack_size, 1) AS pack_size, offer.supplier_name
    FROM inventory_shortage short
    JOIN inventory_product p ON p.id = short.product_id
    JOIN shelf ON shelf.product_id = p.id
    LEFT JOIN waits ON waits.product_id = p.id
    LEFT JOIN coming ON coming.product_id = p.id
    LEFT JOIN lost ON lost.product_id = p.id
    LEFT JOIN offer ON offer.product_id = p.id
), judged AS (
    SELECT *, GREATEST(COALESCE(reorder_point, -1) + 1 - projected, 0) AS missing FROM line
), wanted AS (
    SELECT *, CASE WHEN missing = 0 THEN 0
        ELSE GREATEST(missing, COALESCE(reorder_quantity, 0), COALESCE(minimum_quantity, 1)) END AS wanted FROM judged
)
SELECT product_id, sku, name, since, uncovered_since, available, backordered, incoming, projected, reorder_point,
    COALESCE(shops, 0), waits_since, first_on, COALESCE(late, 0), COALESCE(lost, 0), missing,
    (wanted + pack_size - 1) / pack_size * pack_size, supplier_name
FROM wanted ORDER BY missing DESC, backordered DESC, name, product_id
"""  # noqa: S608
