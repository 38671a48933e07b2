"""Gapless document numbers per series and year.

Taking a number locks its row until the transaction ends, so take it last: drafts and rollbacks consume none, and
fifty invoices at once get fifty contiguous numbers. `MAX(number) + 1` would hand out the same number twice.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.functions import Collate, Reverse

from .models import DocumentSeries
from .phones import plain_digits


def take_number(series: str, *, on: dt.date) -> str:
    """The next number of a series in the year of `on`, such as `INV-2026-00042`. Call inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBER, [series, on.year])
        (last,) = cursor.fetchone()
    return format_number(series, on.year, last)


def take_numbers(series: str, count: int, *, on: dt.date) -> list[str]:
    """So many numbers in a row, in one statement: for documents that are written together."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBERS, [series, on.year, count, count])
        (last,) = cursor.fetchone()
    return [format_number(series, on.year, number) for number in range(last - count + 1, last + 1)]


def format_number(series: str, year: int, number: int) -> str:
    """How a number is printed. Five digits, more when they are needed."""
    return f"{series}-{year}-{number:05}"


def last_number(series: str, year: int) -> int:
    """The last number given, 0 when none was."""
    return DocumentSeries.objects.filter(series=series, year=year).values_list("last", flat=True).first() or 0


TYPED = re.compile(r"([^\W\d_]{0,5})[\s#:.–-]*([0-9][0-9-]{0,19})")
LAST = "\U0010ffff"  # sorts after every character


def number_typed(text: str, series: str) -> str:
    """The end of a document number that somebody typed (`412`, `inv 412`, `2026-00412`); "" when it is none, or another
    series' (`rct 412`)."""
    typed = TYPED.fullmatch(plain_digits(text).strip())
    if not typed or not series.startswith(typed[1].upper()):
        return ""
    return typed[2].strip("-")


def ending(rows: QuerySet[Any], digits: str) -> QuerySet[Any]:
    """Documents whose `number` ends so, the very number before longer ones, by the index on the number backwards.

    One or two digits are the whole number: too many end with them.
    """
    wanted = f"-{int(digits):05}" if digits.isdecimal() and len(digits) < 3 else digits
    backwards = wanted[::-1]
    return (
        rows.annotate(ending=Collate(Reverse(F("number")), "C"))
        .filter(ending__gte=backwards, ending__lt=backwards + LAST)
        .order_by("ending")
    )


def is_number(number: str, digits: str) -> bool:
    """Whether these digits are all of the number that counts: `412` of INV-2026-00412."""
    return number.endswith(f"-{digits:0>5}") or number.partition("-")[2] == digits


TAKE_NUMBERS = """
INSERT INTO core_documentseries AS s (series, year, last) VALUES (%s, %s, %s::int)
ON CONFLICT (series, year) DO UPDATE SET last = s.last + %s::int
RETURNING s.last
"""
TAKE_NUMBER = """
INSERT INTO core_documentseries AS s (series, year, last) VALUES (%s, %s, 1)
ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1
RETURNING s.last
"""
