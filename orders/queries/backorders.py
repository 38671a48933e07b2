"""Order lines that wait for goods, in the order in which they are served."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.templatetags.figures import day
from orders.models import Backorder, Order, OrderLine, Status

IN_TURN = ["order__priority", "order__confirmed_at", "order", "position"]


def waiting_lines(user: Any) -> QuerySet[OrderLine]:
    """Lines of which pieces wait, of orders this person sees, with all that a list says of them."""
    rows = OrderLine.objects.filter(backordered__gt=0, order__status=Status.BACKORDERED)
    seen = rows.filter(order__in=Order.objects.visible_to(user))
    return seen.select_related("order__customer", "order__location", "product", "backorder")


def expected_in_words(line: OrderLine) -> str:
    """“by 3 Dec, likely by 7 Dec”, “not ordered yet, usually by 9 Dec”, or that nobody knows."""
    row: Backorder | None = getattr(line, "backorder", None)
    if row is None or row.confirmation != line.order.confirmations:
        return ""
    if row.expected_on is None:
        return _("not ordered yet") if not row.ordered else _("on order, no day known")
    words = {"expected": day(row.expected_on), "likely": day(row.likely_on)}
    if not row.ordered:
        return _("not ordered yet; usually by %(expected)s") % words
    if row.likely_on == row.expected_on:
        return _("by %(expected)s") % words
    return _("by %(expected)s, likely by %(likely)s") % words
