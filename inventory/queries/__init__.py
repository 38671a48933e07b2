"""What is asked about goods."""

from .books import check_books
from .imports import failures, failures_table, preview
from .search import Fit, Hit, by_code, find_devices, narrow, search_products, what_fits
from .shelf import (
    Availability,
    availability,
    last_moves,
    last_receipts,
    substitutes,
    substitutes_of,
    with_available,
)

__all__ = [
    "Availability",
    "Fit",
    "Hit",
    "availability",
    "by_code",
    "check_books",
    "failures",
    "failures_table",
    "find_devices",
    "last_moves",
    "last_receipts",
    "narrow",
    "preview",
    "search_products",
    "substitutes",
    "substitutes_of",
    "what_fits",
    "with_available",
]
