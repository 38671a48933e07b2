"""How amounts, rates and foreign words are written on paper, also between words that run from right to left.

WeasyPrint knows no `unicode-bidi: isolate`, so Unicode's own isolating marks are set.
"""

from __future__ import annotations

from decimal import Decimal

from core.bidi import isolated, left_to_right
from core.money import format_money
from core.templatetags.figures import bare

__all__ = ["amount", "isolated", "left_to_right", "rate"]


def amount(value: Decimal, currency: str, *, mark: bool = False) -> str:
    """An amount in the grouping of its currency, with its mark only where asked."""
    written = format_money(value, currency)
    return left_to_right(written if mark else bare(written))


def rate(percent: Decimal) -> str:
    """18.000 as 18 %, 2.500 as 2.5 %."""
    return left_to_right(f"{percent.normalize():f}\N{NO-BREAK SPACE}%")
