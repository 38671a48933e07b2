"""Days as banks write them. Which of 03/04 is the month is told by the column as a whole, or asked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.phones import plain_digits

MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
COMPACT = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})(?:\d{6}.*)?")
FIGURES = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ,].*)?")
NAMED = re.compile(r"(\d{1,2})[-/. ]?([A-Za-z]{3,9})[-/., ]*(\d{4}|\d{2})(?:[T ,].*)?")
NAMED_FIRST = re.compile(r"([A-Za-z]{3,9})[-/. ]+(\d{1,2})[-/., ]+(\d{4})(?:[T ,].*)?")


def day_order(values: Iterable[str]) -> str | None:
    """ "dmy" or "mdy", as the column shows; "" when it could be either; None when its values contradict each other."""
    seen: set[str] = set()
    doubtful = False
    for value in values:
        parts = FIGURES.fullmatch(_plain(value))
        if not parts:
            continue
        first, second = int(parts[1]), int(parts[2])
        if first > 12:
            seen.add("dmy")
        elif second > 12:
            seen.add("mdy")
        elif first != second:
            doubtful = True
    if len(seen) > 1:
        return None
    return next(iter(seen), "" if doubtful else "dmy")


def read_day(value: str, order: str = "dmy") -> dt.date:
    """The day. Refuses what is none, and years that no statement of ours can have."""
    said = _plain(value)
    try:
        day = _read(said, order)
    except (ValueError, KeyError):
        day = None
    if day is None:
        raise Refusal(_("“%(typed)s” is not a day.") % {"typed": value.strip()[:40]}, code="not_a_day")
    if not 1990 <= day.year <= 2100:
        raise Refusal(
            _("%(typed)s is a year that can't be.") % {"typed": value.strip()[:40]}, code="not_a_day"
        )
    return day


def _read(said: str, order: str) -> dt.date | None:
    if parts := ISO.fullmatch(said) or COMPACT.fullmatch(said):
        return dt.date(int(parts[1]), int(parts[2]), int(parts[3]))
    if parts := FIGURES.fullmatch(said):
        first, second = int(parts[1]), int(parts[2])
        day, month = (second, first) if order == "mdy" else (first, second)
        return dt.date(_year(parts[3]), month, day)
    if parts := NAMED.fullmatch(said):
        return dt.date(_year(parts[3]), MONTHS[parts[2][:3].lower()], int(parts[1]))
    if parts := NAMED_FIRST.fullmatch(said):
        return dt.date(_year(parts[3]), MONTHS[parts[1][:3].lower()], int(parts[2]))
    return None


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)


def _plain(value: str) -> str:
    return " ".join(plain_digits(value).split())
