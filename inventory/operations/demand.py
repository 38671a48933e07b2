"""What was asked for and not sold is counted: once per want and day, however often it is looked for (SHT-3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db import connection, transaction

from core.dates import local_date
from inventory.models import UnmetDemand

Why = UnmetDemand.Why
STILL_TYPING = dt.timedelta(seconds=20)
"""Words that are continued within this time were not all that was typed."""
ONE_LOOK = dt.timedelta(minutes=1)
"""Asked again within this time, a page was only drawn anew."""
KEPT = dt.timedelta(days=760)
"""Two years and a month, so that a month can be held against the same month a year ago and the year before."""
SHORTEST_WORDS, LONGEST_WORDS, MOST_PIECES = 3, 120, 100_000


class Want(NamedTuple):
    """One thing that was wanted: a product, or a phone, or only words; and how many pieces."""

    product_id: int | None = None
    device_id: int | None = None
    words: str = ""
    pieces: int = 1


@transaction.atomic
def record_demand(wants: Iterable[Want], why: str, *, by: Any, at: dt.datetime, customer: Any = None) -> int:
    """Count wants that were not met; gives how many. The same again that day is asked once more, not wanted more.

    `by` who asked (None for the system), `customer` for whom. Wants that say nothing are passed over.
    """
    day = local_date(at)
    rows = [
        {
            "day": day,
            "why": str(Why(why)),
            "words": words,
            "product": want.product_id,
            "device": want.device_id,
            "customer": getattr(customer, "pk", customer),
            "by": getattr(by, "pk", by),
            "pieces": min(max(1, want.pieces), MOST_PIECES),
            "at": at,
            "one_look": ONE_LOOK,
        }
        for want in wants
        if (words := plain_words(want.words)) or want.product_id or want.device_id
    ]
    # In one order, so that two who count the same wants wait for each other the same way round.
    rows.sort(key=lambda row: (row["product"] or 0, row["device"] or 0, row["words"]))
    with connection.cursor() as cursor:
        for row in rows:
            cursor.execute(COUNT, row)
    return len(rows)


def record_search(
    text: str, want: Want | None, why: str, *, by: Any, at: dt.datetime, customer: Any = None
) -> int:
    """Count a search as it is typed: words that these continue are forgotten, so only the last ones count.

    `want` is what was not met, None when it was: then it is one statement.
    """
    words = plain_words(text)
    if len(words) < SHORTEST_WORDS:
        return 0
    typed = {"by": getattr(by, "pk", by), "words": words, "since": at - STILL_TYPING}
    if want is None:
        return _forget_keystrokes(typed)
    with transaction.atomic():
        _forget_keystrokes(typed)
        return record_demand([want], why, by=by, at=at, customer=customer)


def _forget_keystrokes(typed: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FORGET_KEYSTROKES, typed)
    return 0


def forget_demand(*, at: dt.datetime) -> int:
    """Delete what is older than it is of use; gives how many rows."""
    return UnmetDemand.objects.filter(at__lt=at - KEPT).delete()[0]


def plain_words(text: str) -> str:
    return " ".join(text.replace("\0", "").casefold().split())[:LONGEST_WORDS].strip()


COUNT = """
INSERT INTO inventory_unmetdemand AS known
    (day, why, words, product_id, device_model_id, customer_id, by_id, pieces, times, at)
VALUES (%(day)s, %(why)s, %(words)s, %(product)s::bigint, %(device)s::bigint, %(customer)s::bigint, %(by)s::bigint,
    %(pieces)s, 1, %(at)s)
ON CONFLICT ON CONSTRAINT one_unmet_want_per_day DO UPDATE SET
    times = known.times + (excluded.at > known.at + %(one_look)s::interval)::int,
    pieces = greatest(known.pieces, excluded.pieces),
    at = greatest(known.at, excluded.at)
"""
FORGET_KEYSTROKES = """
DELETE FROM inventory_unmetdemand
WHERE by_id = %(by)s::bigint AND at > %(since)s AND times = 1 AND why IN ('not_found', 'out_of_stock')
    AND words <> %(words)s::text AND words <> ''
    AND (starts_with(%(words)s::text, words) OR starts_with(words, %(words)s::text))
"""
