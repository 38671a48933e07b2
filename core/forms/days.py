"""Days as people say them: `tomorrow`, `25/12`, `in 15 days`, `friday`, `end of month`."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal

from django.utils.dates import MONTHS, MONTHS_3, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.bidi import without_marks

Near = Literal["near", "future", "past"]
"""Which 25 December is meant when no year is said, and which Friday: the nearest, the next, or the last."""
LONGEST = 40


def read_day(text: str, *, today: date, near: Near = "near") -> date | None:
    """The day that is meant; None when nothing says which."""
    said = _folded(text)
    if not said or len(said) > LONGEST:
        return None
    try:
        return next((day for read in READERS if (day := read(said, today, near)) is not None), None)
    except (ValueError, OverflowError):  # 31 February, the year 99999
        return None


def understood(day: date, *, today: date) -> str:
    """The day with its weekday, and how far it is."""
    return _("%(day)s · %(when)s") % {
        "day": date_format(day, "l, j F Y"),
        "when": _distance((day - today).days),
    }


def _distance(days: int) -> str:
    if days in (-1, 0, 1):
        return [_("today"), _("tomorrow"), _("yesterday")][days]
    if days > 0:
        return ngettext("in %d day", "in %d days", days) % days
    return ngettext("%d day ago", "%d days ago", -days) % -days


def _folded(text: str) -> str:
    """Small letters, digits of any script as 0 to 9, one space between words."""
    plain = unicodedata.normalize("NFKC", without_marks(text)).casefold()
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    return " ".join(digits.replace(",", " ").split())


def _words(english: str, translated: str) -> set[str]:
    return {english, translated.casefold()}


# --- the ways to say it ------------------------------------------------------------------------------------------
def _by_name(said: str, today: date, _near: Near) -> date | None:
    """today, tomorrow, yesterday, end of month."""
    for english, translated, days in (
        ("today", _("today"), 0),
        ("tomorrow", _("tomorrow"), 1),
        ("yesterday", _("yesterday"), -1),
        ("day after tomorrow", _("day after tomorrow"), 2),
    ):
        if said in _words(english, translated):
            return today + timedelta(days=days)
    if said in {"eom", "month end", *_words("end of month", _("end of month"))}:
        return today.replace(day=monthrange(today.year, today.month)[1])
    return None


def _by_distance(said: str, today: date, _near: Near) -> date | None:
    """+15, in 15 days, 2 weeks, 15d, 3 days ago."""
    if signed := re.fullmatch(r"([+-]) ?(\d{1,4})(?: ?d(?:ays?)?)?", said):
        return today + timedelta(days=int(signed[1] + signed[2]))
    days, weeks, months = (
        _words("days", _("days")),
        _words("weeks", _("weeks")),
        _words("months", _("months")),
    )
    parts = re.fullmatch(r"(?:(in|after|within) )?(\d{1,3}) ?([^\W\d_]\S*?)( ago)?", said)
    if not parts:
        return None
    number, unit = int(parts[2]) * (-1 if parts[4] else 1), parts[3].rstrip(".")
    if unit in days | {"d", "day"}:
        return today + timedelta(days=number)
    if unit in weeks | {"w", "wk", "week"}:
        return today + timedelta(weeks=number)
    if unit in months | {"m", "mo", "month"}:
        return _months_on(today, number)
    return None


def _months_on(today: date, months: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _by_weekday(said: str, today: date, near: Near) -> date | None:
    """friday, next friday, last fri."""
    parts = said.split(" ", 1)
    which = parts[0] if len(parts) == 2 and parts[0] in {"next", "last", "this", "on", "coming"} else ""
    name = parts[1] if which else said
    weekday = _names(WEEKDAYS, WEEKDAYS_ABBR).get(name.rstrip("."))
    if weekday is None:
        return None
    ahead = (weekday - today.weekday()) % 7
    if which == "last" or (near == "past" and not which):
        return today - timedelta(days=(today.weekday() - weekday) % 7 or (7 if which else 0))
    return today + timedelta(days=ahead or (7 if which == "next" else 0))


def _by_figures(said: str, today: date, near: Near) -> date | None:
    """25/12, 25.12.26, 25-12-2026, 2026-12-25. The day stands before the month."""
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", said):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = re.fullmatch(r"(\d{1,2}) ?[/.\- ] ?(\d{1,2})(?: ?[/.\- ] ?(\d{4}|\d{2}))?\.?", said)
    if not parts:
        return None
    return _in_a_year(int(parts[1]), int(parts[2]), parts[3], today, near)


_WITH_MONTH = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th)?\.?[ -]?)?"  # 25
    r"([^\W\d_]\S*?)[. -]?"  # dec
    r"(?: ?(\d{1,2})(?:st|nd|rd|th)?)?(?:[ -](\d{4}|\d{2}))?"  # 25, 2026
)


def _by_month(said: str, today: date, near: Near) -> date | None:
    """25 Dec, Dec 25, 25 December 2026."""
    parts = _WITH_MONTH.fullmatch(said)
    if not parts or not (parts[1] or parts[3]):
        return None
    day, year = parts[1] or parts[3], parts[4]
    if parts[1] and parts[3]:  # 25 dec 26
        year = year or parts[3]
    month = _meant(_names(MONTHS, MONTHS_3), parts[2].rstrip("."))
    return _in_a_year(int(day), month, year, today, near) if month else None


def _in_a_year(day: int, month: int, year: str | None, today: date, near: Near) -> date:
    if year:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
    chosen = [
        date(y, month, day) for y in (today.year - 1, today.year, today.year + 1) if _exists(y, month, day)
    ]
    if near == "future":
        chosen = [each for each in chosen if each >= today]
    elif near == "past":
        chosen = [each for each in chosen if each <= today]
    return min(chosen, key=lambda each: abs((each - today).days))


def _exists(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _names(full: Mapping[int, object], short: Mapping[int, object]) -> dict[str, int]:
    """Names of months or weekdays, in English and in the language of the page."""
    found: dict[str, int] = {}
    with override("en"):
        found |= {
            str(name).casefold().rstrip("."): number
            for each in (full, short)
            for number, name in each.items()
        }
    found |= {
        str(name).casefold().rstrip("."): number for each in (full, short) for number, name in each.items()
    }
    return found | ({"sept": 9} if 12 in full else {"tues": 1, "thur": 3, "thurs": 3})


def _meant(names: dict[str, int], said: str) -> int | None:
    """The month of this name; written another way, the only one that begins like it."""
    begin = {number for name, number in names.items() if len(said) > 3 and name.startswith(said[:3])}
    return names.get(said) or (begin.pop() if len(begin) == 1 else None)


READERS: tuple[Callable[[str, date, Near], date | None], ...] = (
    _by_name,
    _by_distance,
    _by_figures,
    _by_month,
    _by_weekday,
)
