"""Reasons of prices in templates: `{% load prices %}`."""

from __future__ import annotations

from typing import Any

from django import template

from pricing import wording

register = template.Library()


@register.filter
def price_reason(why: dict[str, Any] | None) -> str:
    """`{{ line.price_why|price_reason }}` → Customer price until 31 Dec."""
    return wording.winner(why)


@register.filter
def lost_prices(why: dict[str, Any] | None) -> list[wording.Said]:
    """`{% for lost in line.price_why|lost_prices %}{{ lost.name }}: {{ lost.because }}{% endfor %}`."""
    return wording.losers(why)
