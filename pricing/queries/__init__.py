"""Reads: prices of lines with their reasons, and the rules behind them."""

from .candidates import Facts, gather
from .lines import PricedLine
from .quoting import Explanation, explain, price_each, quote

__all__ = ["Explanation", "Facts", "PricedLine", "explain", "gather", "price_each", "quote"]
