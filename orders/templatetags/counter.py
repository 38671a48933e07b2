"""What only the counter draws: `{% load counter %}`."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString

from orders.queries import read_asked

register = template.Library()


@register.filter
def marked(text: object, typed: str) -> SafeString:
    """`{{ product.name|marked:find }}`: what was typed, in `<mark>`; short words at the start of a word only."""
    words = {word for asked in read_asked(typed) for word in re.findall(r"\w+", asked.words)}
    if not words:
        return SafeString(escape(text))
    longest = sorted(words, key=len, reverse=True)
    either = "|".join(re.escape(word) if len(word) > 3 else rf"\b{re.escape(word)}" for word in longest)
    parts = re.split(rf"({either})", str(text), flags=re.IGNORECASE)
    return SafeString(
        "".join(f"<mark>{escape(part)}</mark>" if n % 2 else escape(part) for n, part in enumerate(parts))
    )


@register.filter
def line_of(places: dict[int, int], product: int) -> str:
    """The line whose place a product takes."""
    return f"#line-{places[product]}"
