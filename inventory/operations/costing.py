"""Working out what pieces cost from the stock ledger: layers, issues and the moving average, in SQL.

The rule in plain Python stands in tests/inventory/costing_rule.py, and a test holds the SQL to it. Whatever changes
what came or what it cost counts forward from the moment it concerns; so figures never depend on when something was
typed, only on when it happened.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from inventory.models import CostVariance

Cause = CostVariance.Cause
SKEW = dt.timedelta(minutes=2)
"""Clocks and waiting transactions differ by so much. Within it the order of booking counts, beyond it the time."""


class Cost(NamedTuple):
    """A product's costs, locked."""

    average: Decimal
    moved_at: dt.datetime | None

    def moment(self, at: dt.datetime) -> dt.datetime:
        """When a move that says `at` counts: never shortly before one that is booked already."""
        newest = self.moved_at
        return newest if newest and newest - SKEW < at < newest else at


class Changed(NamedTuple):
    """What counting forward changed of a product: rows of layers and of issues, and whether its cost."""

    product_id: int
    layers: int
    issues: int
    cost: bool


def lock_costs(product_ids: Iterable[int]) -> dict[int, Cost]:
    """The costs of these products, made where missing, locked by product. Lock levels before, numbers after."""
    wanted = sorted(set(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(MAKE_COSTS, [wanted])
        cursor.execute(LOCK_COSTS, [wanted])
        return {pk: Cost(average, moved_at) for pk, average, moved_at in cursor.fetchall()}


MAKE_COSTS = """
INSERT INTO inventory_productcost (product_id, average, last)
SELECT *, 0, 0 FROM unnest(%s::bigint[]) AS wanted (product_id) ORDER BY 1
ON CONFLICT (product_id) DO NOTHING
"""
LOCK_COSTS = """
SELECT product_id, average, moved_at FROM inventory_productcost
WHERE product_id = ANY (%s::bigint[]) ORDER BY product_id FOR UPDATE
"""


def count_forward(
    product_ids: Iterable[int],
    *,
    since: dt.datetime | None,
    cause: str,
    document: str = "",
    by: Any = None,
    at: dt.datetime,
) -> list[Changed]:
    """Work out layers, issues and average of these products anew from `since` on (None: from the beginning).

    The caller has locked their costs. Pieces that left at a cost that is another now are told in `CostVariance`, with
    `cause` and `document`. Gives the products of which anything changed.
    """
    products = sorted(set(product_ids))
    parameters = {
        **_returned(products, since),
        "products": products,
        "since": since,
        "cause": str(cause),
        "document": document,
        "by": by.pk if by else None,
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(STORY + COUNT, parameters)
        return [Changed(*row) for row in cursor.fetchall()]


def _returned(products: list[int], since: dt.datetime | None) -> dict[str, Any]:
    """What pieces cost that came back since: what they had left at, at the average and first in first out.

    That may depend on what came back before them, so it is worked out until nothing changes any more. A return hangs on
    earlier ones only, so each look settles at least one more.
    """
    found: list[tuple[int, Decimal, Decimal]] = []
    with connection.cursor() as cursor:
        cursor.execute(TAKEN_BACK, [products, since])
        counts = dict(cursor.fetchall())
        for _look in range(sum(counts.values()) + 1):
            told = _as_columns(found)
            cursor.execute(STORY + RETURNED, {**told, "products": sorted(counts), "since": since})
            before, found = found, cursor.fetchall()
            if found == before:
                break
    return _as_columns(found)


def _as_columns(found: list[tuple[int, Decimal, Decimal]]) -> dict[str, Any]:
    return {
        name: [row[place] for row in found] for place, name in enumerate(("returned", "averages", "fifos"))
    }


# Products of which pieces that were sold came back since, and how often.
TAKEN_BACK = """
SELECT product_id, count(*) FROM inventory_stockmove
WHERE product_id = ANY (%s::bigint[]) AND at >= COALESCE(%s::timestamptz, '-infinity') AND kind = 'return'
    AND corrects_id IS NOT NULL
GROUP BY 1
"""

# What stood before `since`, then every move that counts, one after the other. A receipt is what remains of it after its
# corrections, at the cost last said plus its share of the charges; what was sold and came back has the cost it left at;
# everything else comes and goes at the average. RETURNED and COUNT go on from here.
STORY = """
WITH asked AS (
    SELECT product_id, COALESCE(%(since)s::timestamptz, '-infinity') AS since
    FROM unnest(%(products)s::bigint[]) AS wanted (product_id)
), before AS MATERIALIZED (
    SELECT asked.product_id, since, COALESCE(layer.ends, 0) AS received, COALESCE(issue.ends, 0) AS issued,
        COALESCE(layer.average, 0) AS average, layer.move_id
    FROM asked
    LEFT JOIN LATERAL (
        SELECT ends, average, move_id FROM inventory_stocklayer mine
        WHERE mine.product_id = asked.product_id AND mine.at < since ORDER BY at DESC, move_id DESC LIMIT 1
    ) layer ON true
    LEFT JOIN LATERAL (
        SELECT ends FROM inventory_stockissue mine
        WHERE mine.product_id = asked.product_id AND mine.at < since ORDER BY at DESC, move_id DESC LIMIT 1
    ) issue ON true
), moved AS (
    SELECT move.id, move.product_id, move.at, move.kind, move.unit_cost AS booked,
        CASE WHEN move.kind = 'return' THEN move.corrects_id END AS sale_id,
        move.quantity + COALESCE(fix.quantity, 0) AS pieces,
        CASE WHEN move.kind = 'receipt' AND move.quantity > 0 THEN COALESCE(fix.unit_cost, move.unit_cost) END AS paid
    FROM before
    JOIN inventory_stockmove move ON move.product_id = before.product_id AND move.at >= before.since
        AND move.kind <> 'transfer' AND (move.corrects_id IS NULL OR move.kind = 'return')
    LEFT JOIN LATERAL (
        SELECT SUM(quantity) AS quantity,
            (array_agg(unit_cost ORDER BY id DESC) FILTER (WHERE quantity > 0))[1] AS unit_cost
        FROM inventory_stockmove mine WHERE mine.corrects_id = move.id
    ) fix ON move.kind = 'receipt'
), landed AS (
    SELECT line.move_id AS id, SUM(share.amount) AS amount
    FROM moved
    JOIN inventory_goodsreceiptline line ON line.move_id = moved.id
    JOIN inventory_landedshare share ON share.line_id = line.id
    WHERE moved.kind = 'receipt'
    GROUP BY 1
), event AS (
    SELECT product_id, '-infinity'::timestamptz AS at, 0 AS id, 'before' AS kind, received - issued AS pieces,
        average AS cost, average AS fifo, NULL::numeric AS paid, NULL::numeric AS booked, NULL::bigint AS sale_id
    FROM before
    UNION ALL
    SELECT moved.product_id, at, id, kind, pieces,
        COALESCE(round(paid + COALESCE(landed.amount, 0) / pieces, 10), returned.average),
        COALESCE(round(paid + COALESCE(landed.amount, 0) / pieces, 10), returned.fifo), paid, booked, sale_id
    FROM moved
    LEFT JOIN landed USING (id)
    LEFT JOIN unnest(%(returned)s::bigint[], %(averages)s::numeric[], %(fifos)s::numeric[])
        AS returned (id, average, fifo) USING (id)
    WHERE pieces <> 0
), counted AS MATERIALIZED (
    SELECT event.*, (inventory_moving_average(pieces, cost) OVER story)[2] AS average,
        SUM(GREATEST(pieces, 0)) FILTER (WHERE kind <> 'before') OVER story AS came,
        SUM(-LEAST(pieces, 0)) FILTER (WHERE kind <> 'before') OVER story AS went
    FROM event
    WINDOW story AS (PARTITION BY product_id ORDER BY at, id ROWS UNBOUNDED PRECEDING)
), layer AS (
    SELECT id AS move_id, counted.product_id, at, before.received + came - pieces AS begins,
        before.received + came AS ends, COALESCE(fifo, counted.average) AS unit_cost, counted.average, sale_id
    FROM counted JOIN before USING (product_id)
    WHERE kind <> 'before' AND pieces > 0
), issue AS (
    SELECT id AS move_id, counted.product_id, at, before.issued + went + pieces AS begins,
        before.issued + went AS ends, COALESCE(NULLIF(counted.average, 0), booked) AS unit_cost, booked
    FROM counted JOIN before USING (product_id)
    WHERE kind <> 'before' AND pieces < 0
)"""

# An issue is a stretch of the row of all pieces; it cost what the layers under it do. Of layers that came after the
# goods were back (sold before they were there) nobody can tell: those pieces count at the average they left at.
RETURNED = """, gone AS (
    SELECT layer.move_id AS id, layer.product_id, layer.begins AS upto, since,
        COALESCE(mine.begins, stored.begins) AS begins, COALESCE(mine.ends, stored.ends) AS ends,
        CASE WHEN mine.move_id IS NULL THEN stored.unit_cost ELSE mine.unit_cost END AS unit_cost
    FROM layer
    JOIN before USING (product_id)
    LEFT JOIN issue mine ON mine.move_id = layer.sale_id
    LEFT JOIN inventory_stockissue stored ON stored.move_id = layer.sale_id AND stored.at < since
    WHERE layer.sale_id IS NOT NULL
)
SELECT id, unit_cost,
    round((COALESCE(known.amount, 0) + (ends - begins - COALESCE(known.pieces, 0)) * unit_cost) / (ends - begins), 10)
FROM gone
LEFT JOIN LATERAL (
    SELECT SUM(pieces) AS pieces, SUM(pieces * unit_cost) AS amount FROM (
        SELECT LEAST(mine.ends, gone.ends) - GREATEST(mine.begins, gone.begins) AS pieces, mine.unit_cost
        FROM layer mine
        WHERE mine.product_id = gone.product_id AND mine.ends > gone.begins AND mine.begins < gone.ends
            AND mine.ends <= upto
        UNION ALL
        SELECT LEAST(mine.ends, gone.ends) - GREATEST(mine.begins, gone.begins), mine.unit_cost
        FROM inventory_stocklayer mine
        WHERE mine.product_id = gone.product_id AND mine.ends > gone.begins AND mine.begins < gone.ends
            AND mine.ends <= upto AND mine.at < since
    ) under
) known ON true
WHERE unit_cost IS NOT NULL AND ends > begins
ORDER BY id
"""
COUNT = """, emptied AS (
    DELETE FROM inventory_stocklayer mine USING before
    WHERE mine.product_id = before.product_id AND mine.at >= before.since
        AND NOT EXISTS (SELECT FROM layer WHERE layer.move_id = mine.move_id)
    RETURNING mine.product_id
), layered AS (
    INSERT INTO inventory_stocklayer AS mine (move_id, product_id, at, begins, ends, unit_cost, average)
    SELECT move_id, product_id, at, begins, ends, unit_cost, average FROM layer
    ON CONFLICT (move_id) DO UPDATE SET
        at = EXCLUDED.at, begins = EXCLUDED.begins, ends = EXCLUDED.ends,
        unit_cost = EXCLUDED.unit_cost, average = EXCLUDED.average
        WHERE (mine.at, mine.begins, mine.ends, mine.unit_cost, mine.average) IS DISTINCT FROM
            (EXCLUDED.at, EXCLUDED.begins, EXCLUDED.ends, EXCLUDED.unit_cost, EXCLUDED.average)
    RETURNING mine.product_id
), issued AS (
    INSERT INTO inventory_stockissue AS mine (move_id, product_id, at, begins, ends, unit_cost)
    SELECT move_id, product_id, at, begins, ends, unit_cost FROM issue
    ON CONFLICT (move_id) DO UPDATE SET
        at = EXCLUDED.at, begins = EXCLUDED.begins, ends = EXCLUDED.ends, unit_cost = EXCLUDED.unit_cost
        WHERE (mine.at, mine.begins, mine.ends, mine.unit_cost) IS DISTINCT FROM
            (EXCLUDED.at, EXCLUDED.begins, EXCLUDED.ends, EXCLUDED.unit_cost)
    RETURNING new.move_id, new.product_id, new.ends - new.begins AS pieces, old.move_id AS known,
        old.unit_cost AS before, new.unit_cost AS after
), told AS (
    INSERT INTO inventory_costvariance (move_id, product_id, pieces, before, after, amount, cause, document, by_id, at)
    SELECT move_id, product_id, pieces, was, after, round(pieces * (after - was), 2),
        %(cause)s::text, %(document)s::text, %(by)s::bigint, %(at)s::timestamptz
    FROM (
        SELECT issued.*, COALESCE(CASE WHEN known IS NULL THEN issue.booked ELSE before END, 0) AS was
        FROM issued JOIN issue USING (move_id)
    ) difference
    WHERE after <> was
    ORDER BY product_id, move_id
), summed AS (
    SELECT product_id, (array_agg(counted.average ORDER BY at DESC, id DESC))[1] AS average,
        before.received + COALESCE(MAX(came), 0) AS received, before.issued + COALESCE(MAX(went), 0) AS issued,
        MAX(at) FILTER (WHERE kind <> 'before') AS moved_at, COALESCE(
            (array_agg(paid ORDER BY at DESC, id DESC) FILTER (WHERE paid IS NOT NULL))[1],
            (SELECT unit_cost FROM inventory_goodsreceiptline line
             WHERE line.move_id = before.move_id AND quantity > 0)
        ) AS paid
    FROM counted JOIN before USING (product_id)
    GROUP BY product_id, before.received, before.issued, before.move_id
), costed AS (
    UPDATE inventory_productcost mine
    SET average = summed.average, received = summed.received, issued = summed.issued,
        last = COALESCE(summed.paid, mine.last), moved_at = GREATEST(mine.moved_at, summed.moved_at)
    FROM summed
    WHERE mine.product_id = summed.product_id
        AND (mine.average, mine.received, mine.issued, mine.last) IS DISTINCT FROM
            (summed.average, summed.received, summed.issued, COALESCE(summed.paid, mine.last))
    RETURNING mine.product_id
)
SELECT product_id, SUM(layers)::integer, SUM(issues)::integer, bool_or(cost) FROM (
    SELECT product_id, count(*) AS layers, 0 AS issues, false AS cost FROM layered GROUP BY 1
    UNION ALL SELECT product_id, count(*), 0, false FROM emptied GROUP BY 1
    UNION ALL SELECT product_id, 0, count(*), false FROM issued GROUP BY 1
    UNION ALL SELECT product_id, 0, 0, true FROM costed
) changed
GROUP BY 1 ORDER BY 1
"""
