"""What is asked about goods."""

from .books import check_books
from .search import Hit, search_products, what_fits
from .shelf import Availability, availability, substitutes

__all__ = [
    "Availability",
    "Hit",
    "availability",
    "check_books",
    "search_products",
    "substitutes",
    "what_fits",
]
