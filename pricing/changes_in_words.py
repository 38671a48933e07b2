"""What a change of many prices does, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .models import PriceChange, PriceChangeLine


def change_in_words(change: PriceChange) -> str:
    """`percent 5 on the prices of a list, round to 5`: what the change does, for a list and its own page."""
    value = f"{change.value.normalize():f}"
    words = {
        "percent": _("%s %% on") % (value if change.value < 0 else f"+{value}"),
        "amount": _("%s per piece on") % (value if change.value < 0 else f"+{value}"),
        "margin": _("%s %% margin on") % value,
        "set": _("%s instead of") % value,
    }[change.method]
    start = str(change.source_list) if change.source_list else str(change.get_source_display())
    rounding = _("round to %s") % change.get_ending_display() if change.ending != "exact" else ""
    return ", ".join(part for part in (f"{words} {start}", rounding) if part)


def line_outcome(line: PriceChangeLine) -> str:
    """Whether it is taken in, and what became of it."""
    if line.outcome:
        return str(line.get_outcome_display())
    return "" if line.included else _("left out")
