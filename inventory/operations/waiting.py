"""What customers wait for: the pieces of a document's lines that were promised and are not here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from core import live
from inventory.models import Location

from .stock import pk_of
from .watching import watch_soon


class WaitLine(NamedTuple):
    """How many pieces a document's line still waits for; none is said by 0. `reference` names the line for good."""

    reference: str
    product_id: int
    pieces: int


class Turn(NamedTuple):
    """A document's place in the queue: priority (1 first), since when, and its key for two of one moment."""

    priority: int
    since: dt.datetime
    key: int


def keep_waiting(
    lines: Sequence[WaitLine],
    *,
    location: Location | int,
    customer_id: int,
    turn: Turn,
    document: str = "",
    url: str = "",
) -> None:
    """Say what the lines of a document wait for by now. Said again it is the same; one statement for all lines.

    The caller holds the document's lock: nobody else writes these rows. Lock order: after the stock levels.
    """
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            KEEP,
            {
                "references": [line.reference for line in lines],
                "products": [line.product_id for line in lines],
                "pieces": [line.pieces for line in lines],
                "location": pk_of(location),
                "customer": customer_id,
                "priority": turn.priority,
                "since": turn.since,
                "turn": turn.key,
                "document": document,
                "url": url,
            },
        )
        changed = sorted({product for (product,) in cursor.fetchall()})
    if changed:
        live.touch_all("inventory.product", changed)
        watch_soon(changed)


KEEP = """
WITH line AS (
    SELECT * FROM unnest(%(references)s::text[], %(products)s::bigint[], %(pieces)s::integer[])
        AS line (reference, product_id, pieces)
), gone AS (
    DELETE FROM inventory_waiting mine USING line
    WHERE mine.reference = line.reference AND line.pieces = 0
    RETURNING mine.product_id
), kept AS (
    INSERT INTO inventory_waiting AS mine
        (reference, product_id, location_id, customer_id, pieces, priority, since, turn, document, url)
    SELECT reference, product_id, %(location)s::bigint, %(customer)s::bigint, pieces, %(priority)s::smallint,
        %(since)s::timestamptz, %(turn)s::bigint, %(document)s::text, %(url)s::text
    FROM line WHERE pieces > 0 ORDER BY reference
    ON CONFLICT (reference) DO UPDATE SET
        product_id = EXCLUDED.product_id, location_id = EXCLUDED.location_id, pieces = EXCLUDED.pieces,
        priority = EXCLUDED.priority, since = EXCLUDED.since
        WHERE (mine.product_id, mine.location_id, mine.pieces, mine.priority, mine.since) IS DISTINCT FROM
            (EXCLUDED.product_id, EXCLUDED.location_id, EXCLUDED.pieces, EXCLUDED.priority, EXCLUDED.since)
    RETURNING mine.product_id
)
SELECT product_id FROM gone UNION SELECT product_id FROM kept
"""
