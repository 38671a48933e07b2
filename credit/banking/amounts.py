"""Amounts as banks write them: `1,23,456.78`, `1.234,56`, `(120.00)`, `120.00-`, `45.00 Dr`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from core.bidi import without_marks
from core.errors import Refusal
from core.money import LARGEST_AMOUNT

BLANK = {"", "-", "–", "—", "0", "nil"}
OUT = re.compile(r"\b(dr|debit|d|wd|out)\b\.?\s*$|^\s*(dr|debit)\b", re.IGNORECASE)
IN = re.compile(r"\b(cr|credit|c|dep|in)\b\.?\s*$|^\s*(cr|credit)\b", re.IGNORECASE)
AROUND = re.compile(r"(rs|[a-z]{3}|\W)?[\s.]*(cr|dr|c|d|wd|dep|in|out|credit|debit)?\.?", re.IGNORECASE)
"""A currency and a direction may stand beside the figures, and nothing else."""
FIGURES = re.compile(r"[\d.,'\s\u00a0\u202f]*\d[\d.,'\s\u00a0\u202f]*")


def decimal_mark(values: Iterable[str]) -> str | None:
    """The sign before the decimals in a column: "." or ","; "" when no value shows any; None when they contradict."""
    seen: set[str] = set()
    for value in values:
        figures = _figures(value)
        if re.search(r"\.\d{1,2}$", figures) or re.search(r",\d{2,3},\d{3}$", figures):
            seen.add(".")
        elif re.search(r",\d{1,2}$", figures) or re.search(r"\.\d{3}\.\d{3}$", figures):
            seen.add(",")
    return None if len(seen) > 1 else next(iter(seen), "")


def read_amount(value: str, mark: str = ".") -> Decimal | None:
    """A signed amount; None when nothing stands there. Refuses what is no amount, or has more than two decimals."""
    plain = _digits(value)
    if plain.casefold() in BLANK:
        return None
    figures = _figures(plain)
    rest = plain.replace(figures, " ", 1)
    negative = "-" in rest or "(" in rest or bool(OUT.search(rest.strip(" ()-+.")))
    if not AROUND.fullmatch(rest.strip(" ()-+.'/=*\t")):
        raise Refusal(
            _("“%(typed)s” is not an amount.") % {"typed": value.strip()[:40]}, code="not_an_amount"
        )
    thousands = "," if mark == "." else "."
    bare = re.sub(rf"[\s'\u00a0\u202f{re.escape(thousands)}]", "", figures).replace(mark, ".")
    if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", bare) or not _grouped(figures, thousands):
        raise Refusal(
            _("“%(typed)s” is not an amount.") % {"typed": value.strip()[:40]}, code="not_an_amount"
        )
    amount = Decimal(bare)
    if amount > LARGEST_AMOUNT:
        raise Refusal(_("%(typed)s is more than we can book.") % {"typed": value.strip()[:40]})
    if amount != amount.quantize(Decimal("0.01")):
        raise Refusal(_("%(typed)s has more than two decimals.") % {"typed": value.strip()[:40]})
    return (-amount if negative else amount).quantize(Decimal("0.01"))


def read_sign(value: str) -> int:
    """What a column of directions says: 1 for money in, -1 for money out. Refuses what says neither."""
    said = value.strip()
    if said in {"-", "−"} or OUT.search(said):
        return -1
    if said == "+" or IN.search(said):
        return 1
    raise Refusal(_("“%(typed)s” says neither in nor out.") % {"typed": said[:40]})


def _digits(value: str) -> str:
    typed = unicodedata.normalize("NFKC", without_marks(value)).strip().replace("−", "-")
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in typed)


def _figures(value: str) -> str:
    found = FIGURES.search(_digits(value))
    return found[0].strip().rstrip(".,") if found else ""


def _grouped(figures: str, thousands: str) -> bool:
    """Groups of thousands have two (in lakhs) or three digits, the last always three."""
    whole = re.split(r"[.,]", figures)[0] if thousands not in figures else figures
    if thousands not in whole:
        return True
    groups = re.split(r"[.,]", whole.rpartition("." if thousands == "," else ",")[0] or whole)
    return all(2 <= len(g) <= 3 for g in groups[1:]) and len(groups[-1]) == 3
