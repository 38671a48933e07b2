"""Names, codes and figures between words that run from right to left.

Unicode's own isolating marks, and only where the language runs from right to left: other text stays free of invisible
signs when it is copied. In a page `<bdi>` does the same; these are for sentences, files and paper.
"""

from __future__ import annotations

from django.utils import translation

LEFT_TO_RIGHT, FIRST_STRONG, END = "\u2066", "\u2068", "\u2069"
MARKS = "\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"
"""Every invisible sign of direction: what people paste along with a number, and no field should stumble over."""
_REMOVED = dict.fromkeys(map(ord, MARKS))


def isolated(text: str) -> str:
    """Words that keep their own direction: a name, an address, an order number."""
    return f"{FIRST_STRONG}{text}{END}" if text and translation.get_language_bidi() else text


def left_to_right(text: str) -> str:
    """Figures and signs that would change sides: a telephone number, 18 %, −5.00."""
    return f"{LEFT_TO_RIGHT}{text}{END}" if text and translation.get_language_bidi() else text


def without_marks(text: str) -> str:
    """The text without invisible signs of direction."""
    return text.translate(_REMOVED)
