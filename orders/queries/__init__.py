"""Reads on orders."""

from .books import check_books

__all__ = ["check_books"]
