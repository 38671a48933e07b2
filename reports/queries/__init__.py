"""Reads over all apps."""

from .books import CHECKS, Verdict, verify_books
from .needs import Need, needs_of
from .numbers import check_numbers

__all__ = ["CHECKS", "Need", "Verdict", "check_numbers", "needs_of", "verify_books"]
