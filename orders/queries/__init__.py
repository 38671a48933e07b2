"""Reads on orders."""

from .books import check_books
from .counter import Offer, offers
from .pages import (
    events_of,
    invoices_of,
    judged,
    messages_about,
    over_by,
    search_orders,
    shown_lines,
    to_pay,
    why_held,
)

__all__ = [
    "Offer",
    "check_books",
    "events_of",
    "invoices_of",
    "judged",
    "messages_about",
    "offers",
    "over_by",
    "search_orders",
    "shown_lines",
    "to_pay",
    "why_held",
]
