"""Writes: price lists, prices, tax rates. Nothing here changes an order that is already priced."""

from .changes import drop_change, include_line, propose_change, set_change, undo_change
from .importing import accept_prices, import_price_steps, start_price_import
from .lists import copy_list, create_list, ensure_base_list
from .prices import end_price, set_price
from .promotions import propose_promotion, refuse_overlap
from .taxes import set_tax_rate

__all__ = [
    "accept_prices",
    "copy_list",
    "create_list",
    "drop_change",
    "end_price",
    "ensure_base_list",
    "import_price_steps",
    "include_line",
    "propose_change",
    "propose_promotion",
    "refuse_overlap",
    "set_change",
    "set_price",
    "set_tax_rate",
    "start_price_import",
    "undo_change",
]
