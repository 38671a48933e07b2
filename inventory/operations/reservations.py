"""Promising pieces to document lines, and keeping or breaking the promise.

These three are the hot path of an order, so each is one statement: lock the levels in order, decide, write, answer.
The rule they follow is written in plain Python in tests/inventory/reservation_rule.py, and a test holds them to it.
A statement is a transaction by itself, so there is no savepoint here; a refusal has changed nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Location, Product

from .costing import SKEW, Cause, count_forward
from .stock import StockLine, check_quantities, pk_of
from .waiting import Turn
from .watching import give_out_soon, watch_soon


class Taken(NamedTuple):
    """What a line asked for and what is reserved for it now."""

    reference: str
    product_id: int
    asked: int
    reserved: int

    @property
    def short(self) -> int:
        return max(0, self.asked - self.reserved)


class Shipped(NamedTuple):
    """Pieces that left for a line, and what one cost us then (None when that was never known)."""

    reference: str
    product_id: int
    quantity: int
    unit_cost: Decimal | None


def reserve(
    lines: Sequence[StockLine],
    *,
    location: Location | int,
    partial: bool = False,
    turn: Turn | None = None,
    at: dt.datetime,
) -> list[Taken]:
    """Reserve pieces for each line, first line first, in one round trip (two when a line is short).

    With `partial` a line gets what is there and the rest stays short; without, it is all lines or a refusal that
    names the products. A line whose reservation stands is not reserved again; a released one may be. With a `turn`
    pieces that others wait for who come earlier are left to them: nobody passes the queue, however late its worker is.
    Answers in the order of the lines.
    """
    if not lines:
        return []
    references = [line.reference for line in lines]
    if len(set(references)) < len(references):
        raise ValueError("Each line needs a reference of its own.")
    check_quantities((line.product_id, line.quantity) for line in lines)
    place = pk_of(location)
    products = [line.product_id for line in lines]
    parameters: dict[str, Any] = {
        "references": references,
        "products": products,
        "quantities": [line.quantity for line in lines],
        "location": place,
        "partial": partial,
        "at": at,
        "priority": turn.priority if turn else 0,
        "since": turn.since if turn else at,
        "turn": turn.key if turn else 0,
    }
    for _look in range(2):
        with connection.cursor() as cursor:
            cursor.execute(RESERVE, parameters)
            rows = cursor.fetchall()
        taken = [Taken(*row[:4]) for row in rows]
        # What is short may have been reserved for the very same line while we waited for the lock: look again.
        if not any(line.short for line in taken):
            break
    if not partial and any(line.short for line in taken):
        raise _shortage(taken)
    live.touch_all("inventory.product", {line.product_id for line in taken if line.reserved})
    if low := {product for _reference, product, _asked, reserved, is_low in rows if is_low and reserved}:
        watch_soon(low)
    return taken


def _shortage(taken: Sequence[Taken]) -> Refusal:
    names = dict(Product.objects.filter(pk__in=[line.product_id for line in taken]).values_list("pk", "name"))
    here, asked = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    for line in taken:
        here[line.product_id] += line.reserved
        asked[line.product_id] += line.asked
    sentences = [
        _("%(product)s: %(here)s here, %(asked)s asked.")
        % {"product": names[product], "here": here[product], "asked": asked[product]}
        for product in names
        if here[product] < asked[product]
    ]
    short = [line for line in taken if line.short]
    return Refusal(" ".join(sentences), code="short_of_stock", short=short)


# Both figures of a level are set from what was read under the lock. Its own row would be the one of the statement's
# snapshot at first, and PostgreSQL checks constraints on that before it looks whether the row has changed meanwhile: a
# reservation that had waited for a receipt was refused.
RESERVE = """
WITH wanted AS (
    SELECT * FROM unnest(%(references)s::text[], %(products)s::bigint[], %(quantities)s::integer[])
    WITH ORDINALITY AS line (reference, product_id, quantity, place)
), locked AS MATERIALIZED (
    SELECT level.product_id, level.on_hand, level.reserved, level.on_hand - level.reserved AS free,
        level.on_hand - level.reserved - COALESCE((
        SELECT SUM(ahead.pieces) FROM inventory_waiting ahead
        WHERE ahead.product_id = level.product_id AND ahead.location_id = level.location_id
            AND (ahead.priority, ahead.since, ahead.turn)
                < (%(priority)s::smallint, %(since)s::timestamptz, %(turn)s::bigint)
    ), 0) AS available
    FROM inventory_stocklevel level
    WHERE level.location_id = %(location)s::bigint AND level.product_id = ANY (%(products)s::bigint[])
    ORDER BY level.product_id
    FOR UPDATE
), planned AS (
    SELECT wanted.*, standing.quantity AS standing,
        CASE WHEN standing.quantity IS NULL THEN
            GREATEST(0, LEAST(wanted.quantity, COALESCE(locked.available, 0) - COALESCE(
                SUM(wanted.quantity) FILTER (WHERE standing.quantity IS NULL) OVER (
                    PARTITION BY wanted.product_id ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                ), 0)))
        ELSE 0 END AS pieces
    FROM wanted
    LEFT JOIN locked USING (product_id)
    LEFT JOIN inventory_reservation standing
        ON standing.reference = wanted.reference AND standing.state <> 'released'
), allowed AS (
    SELECT %(partial)s::boolean OR NOT EXISTS (
        SELECT FROM planned WHERE COALESCE(standing, pieces) < quantity
    ) AS yes
), written AS (
    INSERT INTO inventory_reservation AS mine (product_id, location_id, quantity, state, reference, at)
    SELECT product_id, %(location)s::bigint, pieces, 'open', reference, %(at)s::timestamptz
    FROM planned, allowed
    WHERE pieces > 0 AND allowed.yes
    ON CONFLICT (reference) DO UPDATE SET
        product_id = EXCLUDED.product_id, location_id = EXCLUDED.location_id, quantity = EXCLUDED.quantity,
        state = 'open', at = EXCLUDED.at, closed_at = NULL
        WHERE mine.state = 'released'
    RETURNING reference, product_id, quantity
), counted AS (
    UPDATE inventory_stocklevel level SET on_hand = locked.on_hand, reserved = locked.reserved + mine.pieces
    FROM (SELECT product_id, SUM(quantity) AS pieces FROM written GROUP BY product_id) mine
    JOIN locked USING (product_id)
    WHERE level.location_id = %(location)s::bigint AND level.product_id = mine.product_id
)
-- The last column: it may have reached its reorder point, so it is worth a look.
SELECT planned.reference, planned.product_id, planned.quantity, COALESCE(standing, pieces),
    COALESCE(locked.free - SUM(pieces) OVER (PARTITION BY planned.product_id) <= product.reorder_point, false)
FROM planned
JOIN inventory_product product ON product.id = planned.product_id
LEFT JOIN locked ON locked.product_id = planned.product_id
ORDER BY place
"""


def release(references: Sequence[str], *, at: dt.datetime) -> int:
    """Give the open reservations of these lines back to the shelf; others are left alone. How many there were."""
    return len(_close(references, "released", at=at))


def ship(references: Sequence[str], *, document: str, by: Any, at: dt.datetime) -> list[Shipped]:
    """Turn the open reservations of these lines into sales: the pieces leave the shelf at their cost of now.

    Done twice it is done once, and answers the same. Lines without a reservation are not in the answer.
    """
    shipped = _close(references, "shipped", document=document, by=by, at=at)
    if len(shipped) < len(references):
        # Shipped before, or by somebody we waited for.
        known = {line.reference for line in shipped}
        with connection.cursor() as cursor:
            cursor.execute(SHIPPED_BEFORE, [[f"sale:{reference}" for reference in references]])
            shipped += [Shipped(*row) for row in cursor.fetchall() if row[0] not in known]
    place = {reference: number for number, reference in enumerate(references)}
    return sorted(shipped, key=lambda line: place[line.reference])


def _close(
    references: Sequence[str], state: str, *, document: str = "", by: Any = None, at: dt.datetime
) -> list[Shipped]:
    told: dict[str, Any] = {
        "references": list(references),
        "state": state,
        "document": document,
        "by": by.pk if by else None,
        "at": at,
        "skew": SKEW,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, told)
        rows = cursor.fetchall()
    closed = [Shipped(*row) for *row, _late in rows]
    if late := {line.product_id for line, row in zip(closed, rows, strict=True) if row[-1]}:
        # It left before something that is booked already: what came and left since is counted anew.
        count_forward(late, since=at, cause=Cause.BACKDATED, document=document, by=by, at=at)
    live.touch_all("inventory.product", {line.product_id for line in closed})
    if state == "released" and closed:
        watch_soon({line.product_id for line in closed})
        give_out_soon({line.product_id for line in closed})
    return closed


# EXISTS (… locked) makes sure that the levels are locked, in order, before anything is written; `priced` locks the
# costs after them. What leaves takes the next stretch of the row of all pieces (`StockIssue`): no layer is touched.
CLOSE = """
WITH open AS MATERIALIZED (
    SELECT id, product_id, location_id FROM inventory_reservation
    WHERE reference = ANY (%(references)s::text[]) AND state = 'open'
), locked AS MATERIALIZED (
    SELECT level.id FROM inventory_stocklevel level
    WHERE (level.product_id, level.location_id) IN (SELECT product_id, location_id FROM open)
    ORDER BY level.product_id, level.location_id
    FOR UPDATE
), closed AS (
    UPDATE inventory_reservation mine SET state = %(state)s::text, closed_at = %(at)s::timestamptz
    FROM open
    WHERE mine.id = open.id AND mine.state = 'open' AND EXISTS (SELECT FROM locked)
    RETURNING mine.reference, mine.product_id, mine.location_id, mine.quantity
), counted AS (
    UPDATE inventory_stocklevel level
    SET reserved = level.reserved - mine.pieces,
        on_hand = level.on_hand - CASE WHEN %(state)s::text = 'shipped' THEN mine.pieces ELSE 0 END
    FROM (SELECT product_id, location_id, SUM(quantity) AS pieces FROM closed GROUP BY 1, 2) mine
    WHERE level.product_id = mine.product_id AND level.location_id = mine.location_id
), priced AS MATERIALIZED (
    SELECT cost.product_id, cost.average, cost.moved_at
    FROM inventory_productcost cost
    WHERE %(state)s::text = 'shipped' AND cost.product_id IN (SELECT product_id FROM closed)
    ORDER BY cost.product_id
    FOR UPDATE
), costed AS (
    UPDATE inventory_productcost cost
    SET issued = cost.issued + mine.pieces, moved_at = GREATEST(cost.moved_at, %(at)s::timestamptz)
    FROM (SELECT product_id, SUM(quantity) AS pieces FROM closed GROUP BY 1) mine
    JOIN priced USING (product_id)
    WHERE cost.product_id = mine.product_id
    RETURNING cost.product_id, cost.issued, NULLIF(priced.average, 0) AS average,
        CASE WHEN %(at)s::timestamptz > priced.moved_at - %(skew)s::interval
            THEN GREATEST(%(at)s::timestamptz, priced.moved_at) ELSE %(at)s::timestamptz END AS at,
        %(at)s::timestamptz <= priced.moved_at - %(skew)s::interval AS late
), moved AS (
    INSERT INTO inventory_stockmove
        (product_id, location_id, kind, quantity, unit_cost, reference, document, reason, by_id, at)
    SELECT closed.product_id, closed.location_id, 'sale', -closed.quantity, costed.average,
        'sale:' || closed.reference, %(document)s::text, '', %(by)s::bigint, COALESCE(costed.at, %(at)s::timestamptz)
    FROM closed LEFT JOIN costed USING (product_id)
    WHERE %(state)s::text = 'shipped'
    ORDER BY closed.reference
    RETURNING id, product_id, -quantity AS pieces, at
), left_behind AS (
    INSERT INTO inventory_stockissue (move_id, product_id, at, begins, ends, unit_cost)
    SELECT moved.id, product_id, moved.at, issued - after, issued - after + pieces, average
    FROM (
        SELECT moved.*, SUM(pieces) OVER (PARTITION BY product_id ORDER BY id DESC) AS after FROM moved
    ) moved JOIN costed USING (product_id)
)
SELECT closed.reference, closed.product_id, closed.quantity, costed.average, COALESCE(costed.late, false)
FROM closed LEFT JOIN costed USING (product_id)
"""
SHIPPED_BEFORE = """
SELECT substr(reference, 6), product_id, -quantity, unit_cost
FROM inventory_stockmove WHERE reference = ANY (%s::text[])
"""
