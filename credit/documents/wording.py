"""How amounts, rates and foreign words are written on paper, also between words that run from right to left.

WeasyPrint knows no `unicode-bidi: isolate`, so Unicode's own isolating marks are set, and only where the language
runs from right to left: other documents stay free of invisible signs when their text is copied.
"""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation

from core.money import format_money
from core.templatetags.figures import bare

LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"


def isolated(text: str) -> str:
    """Words that keep their own direction: a name, an address, an order number."""
    return f"{FIRST_STRONG}{text}{END}" if text and translation.get_language_bidi() else text


def left_to_right(text: str) -> str:
    """Figures and signs that would change sides: a telephone number, 18 %, −5.00."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if text and translation.get_language_bidi() else text


def amount(value: Decimal, currency: str, *, mark: bool = False) -> str:
    """An amount in the grouping of its currency, with its mark only where asked."""
    written = format_money(value, currency)
    return left_to_right(written if mark else bare(written))


def rate(percent: Decimal) -> str:
    """18.000 as 18 %, 2.500 as 2.5 %."""
    return left_to_right(f"{percent.normalize():f}\N{NO-BREAK SPACE}%")
