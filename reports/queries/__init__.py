"""Reads over all apps."""

from .books import CHECKS, Verdict, verify_books
from .needs import MOST, Need, needs_of
from .numbers import check_numbers

__all__ = ["CHECKS", "MOST", "Need", "Verdict", "check_numbers", "needs_of", "verify_books"]
