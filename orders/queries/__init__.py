"""Reads on orders."""

from .books import check_books
from .buyers import Buyer, buyer, recent_customers
from .counter import Asked, Offer, bought_lately, offers, read_asked
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
from .ways import Fit, Substitute, fits, substitutes_for

__all__ = [
    "Asked",
    "Buyer",
    "Fit",
    "Offer",
    "Substitute",
    "bought_lately",
    "buyer",
    "check_books",
    "events_of",
    "fits",
    "invoices_of",
    "judged",
    "messages_about",
    "offers",
    "over_by",
    "read_asked",
    "recent_customers",
    "search_orders",
    "shown_lines",
    "substitutes_for",
    "to_pay",
    "why_held",
]
