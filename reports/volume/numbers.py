"""Document numbers by the thousand: contiguous, and locked until the chunk that takes them is committed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection

from core.dates import local_date
from core.numbering import format_number


class Numbers:
    """Takes numbers in memory; as a context, writes the last ones given when it ends well. Inside a transaction only.

    The counters stay locked until then, as they do for one document: whoever issues an invoice meanwhile waits a chunk.
    """

    def __init__(self) -> None:
        self.last: dict[tuple[str, int], int] = {}

    def __enter__(self) -> Numbers:
        return self

    def __exit__(self, failed: Any, *_rest: Any) -> None:
        if failed is None:
            with connection.cursor() as cursor:
                for (series, year), last in self.last.items():
                    cursor.execute(SET, [last, series, year])

    def take(self, series: str, at: dt.datetime) -> str:
        """The next number of a series in the year of `at`."""
        year = local_date(at).year
        if (series, year) not in self.last:
            with connection.cursor() as cursor:
                cursor.execute(LOCK, [series, year])
                self.last[series, year] = cursor.fetchone()[0]
        self.last[series, year] += 1
        return format_number(series, year, self.last[series, year])


LOCK = """
INSERT INTO core_documentseries AS s (series, year, last) VALUES (%s, %s, 0)
ON CONFLICT (series, year) DO UPDATE SET last = s.last
RETURNING s.last
"""
SET = "UPDATE core_documentseries SET last = %s WHERE series = %s AND year = %s"
