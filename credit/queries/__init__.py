"""Reads on money owed."""

from .books import check_books

__all__ = ["check_books"]
