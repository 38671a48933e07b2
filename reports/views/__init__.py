"""The first page, and the health of the books."""

from .books import Books, BooksVerify
from .home import Home

__all__ = ["Books", "BooksVerify", "Home"]
