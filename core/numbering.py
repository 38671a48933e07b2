"""Gapless document numbers per series and year.

Taking a number locks its row until the transaction ends, so take it last: drafts and rollbacks consume none, and
fifty invoices at once get fifty contiguous numbers. `MAX(number) + 1` would hand out the same number twice.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection

from .models import DocumentSeries


def take_number(series: str, *, on: dt.date) -> str:
    """The next number of a series in the year of `on`, such as `INV-2026-00042`. Call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBER, [series, on.year])
        (last,) = cursor.fetchone()
    return format_number(series, on.year, last)


def format_number(series: str, year: int, number: int) -> str:
    """How a number is printed. Five digits, more when they are needed."""
    return f"{series}-{year}-{number:05}"


def last_number(series: str, year: int) -> int:
    """The last number given, 0 when none was."""
    return DocumentSeries.objects.filter(series=series, year=year).values_list("last", flat=True).first() or 0


TAKE_NUMBER = """
INSERT INTO core_documentseries AS s (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1
RETURNING s.last
"""
