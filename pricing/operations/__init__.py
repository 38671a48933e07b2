"""Writes: price lists, prices, tax rates. Nothing here changes an order that is already priced."""

from .changes import drop_change, include_line, propose_change, set_change, undo_change
from .lists import create_list, ensure_base_list
from .prices import end_price, set_price
from .taxes import set_tax_rate

__all__ = [
    "create_list",
    "drop_change",
    "end_price",
    "ensure_base_list",
    "include_line",
    "propose_change",
    "set_change",
    "set_price",
    "set_tax_rate",
    "undo_change",
]
