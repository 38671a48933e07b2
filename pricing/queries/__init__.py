"""Reads: prices of lines with their reasons, and the rules behind them."""

from .candidates import Facts, gather
from .lines import PricedLine
from .promotions import Course, price_course, with_margin, with_runs
from .quoting import Explanation, explain, price_each, quote

__all__ = [
    "Course",
    "Explanation",
    "Facts",
    "PricedLine",
    "explain",
    "gather",
    "price_course",
    "price_each",
    "quote",
    "with_margin",
    "with_runs",
]
