"""When waiting pieces come, as their customer reads it: on the page behind the link and in messages."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.templatetags.figures import day
from inventory.expecting import Days, Part
from orders.models import Backorder, Order, Status


def expected_sentence(pieces: int, name: str, days: Days) -> str:
    """“12 × Note 10 combo: 3 December, likely by 7 December”, in the language in force."""
    words = {
        "pieces": pieces,
        "name": name,
        "expected": date_format(days.expected_on, "j F"),
        "likely": date_format(days.likely_on, "j F"),
    }
    if days.likely_on == days.expected_on:
        return _("%(pieces)d × %(name)s: %(expected)s") % words
    return _("%(pieces)d × %(name)s: %(expected)s, likely by %(likely)s") % words


def still_to_come(order: Order) -> list[str]:
    """A sentence for each line of an order of which pieces wait."""
    if order.status != Status.BACKORDERED:
        return []
    said = []
    lines = order.lines.filter(backordered__gt=0).select_related("product", "backorder").order_by("position")
    for line in lines:
        row: Backorder | None = getattr(line, "backorder", None)
        known = row is not None and row.ordered and row.confirmation == order.confirmations
        if row is not None and known and row.expected_on and row.likely_on:
            days = Days(row.expected_on, row.likely_on)
            what = expected_sentence(line.backordered, line.product.name, days)
        else:
            what = f"{line.backordered} × {line.product.name}"
        said.append(_("Still to come: %(what)s") % {"what": what})
    return said


def more_to_come(part: Part | None) -> str:
    """“12 more by 26 Nov, likely by 30 Nov”; nothing where nothing is on its way."""
    if part is None or part.days is None:
        return ""
    words = {"n": part.pieces, "expected": day(part.days.expected_on), "likely": day(part.days.likely_on)}
    if part.days.likely_on == part.days.expected_on:
        return _("%(n)d more: %(expected)s") % words
    return _("%(n)d more: %(expected)s, likely by %(likely)s") % words
