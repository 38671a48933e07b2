"""The ageing on paper: A4 across, every column, the sums of all, also of lines that did not find room."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.utils import translation

from core.bidi import isolated

from .parties import Party, seller_of
from .wording import amount


class PrintedAgeing(NamedTuple):
    """Headings and cells as written. The first cell of a row is a name with what stands below it."""

    title: str
    subtitle: str
    language: str
    seller: Party
    first: str
    headings: list[str]
    rows: list[tuple[str, str, list[str]]]
    sums: list[tuple[str, list[str]]]
    left_out: int


def of_ageing(
    title: str,
    subtitle: str,
    first: str,
    headings: Sequence[str],
    rows: Sequence[tuple[str, str, str, Sequence[Decimal]]],
    sums: Sequence[tuple[str, str, Sequence[Decimal]]],
    *,
    left_out: int,
) -> PrintedAgeing:
    """`rows`: name, what stands below it, currency, amounts; `sums`: label, currency, amounts."""
    return PrintedAgeing(
        title=title,
        subtitle=subtitle,
        language=translation.get_language() or "en",
        seller=seller_of(settings.COMPANY),
        first=first,
        headings=list(headings),
        rows=[
            (isolated(name), isolated(below), [amount(each, currency) if each else "" for each in amounts])
            for name, below, currency, amounts in rows
        ],
        sums=[
            (label, [amount(each, currency, mark=each is amounts[-1]) for each in amounts])
            for label, currency, amounts in sums
        ],
        left_out=left_out,
    )
