"""Writes: price lists, prices, tax rates. Nothing here changes an order that is already priced."""

from .lists import create_list, ensure_base_list
from .prices import end_price, set_price
from .taxes import set_tax_rate

__all__ = ["create_list", "end_price", "ensure_base_list", "set_price", "set_tax_rate"]
