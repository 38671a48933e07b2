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
    """`{{ product.name|marked:find }}`: the letters that were typed, in `<mark>`."""
    words = {word for asked in read_asked(typed) for word in re.findall(r"\w+", asked.words)}
    if not words:
        return SafeString(escape(text))
    either = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    parts = re.split(rf"({either})", str(text), flags=re.IGNORECASE)
    return SafeString(
        "".join(f"<mark>{escape(part)}</mark>" if n % 2 else escape(part) for n, part in enumerate(parts))
    )


@register.filter
def line_of(places: dict[int, int], product: int) -> str:
    """The line whose place a product takes."""
    return f"#line-{places[product]}"
