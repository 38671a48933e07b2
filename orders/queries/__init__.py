"""Reads on orders."""

from .books import check_books
from .buyers import Buyer, buyer, recent_customers
from .counter import Asked, Offer, bought_lately, devices_of, offers, read_asked
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
from .returns import returns_of_invoices
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
    "devices_of",
    "events_of",
    "fits",
    "invoices_of",
    "judged",
    "messages_about",
    "offers",
    "over_by",
    "read_asked",
    "recent_customers",
    "returns_of_invoices",
    "search_orders",
    "shown_lines",
    "substitutes_for",
    "to_pay",
    "why_held",
]
