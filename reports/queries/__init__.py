"""Reads over all apps."""

from .books import CHECKS, Verdict, verify_books
from .home import home_figures
from .numbers import check_numbers

__all__ = ["CHECKS", "Verdict", "check_numbers", "home_figures", "verify_books"]
