"""Writes on orders. Each function is one verb of the sale, in one transaction."""

from .cancel import cancel_order, reopen_order
from .confirm import confirm_order
from .drafts import Item, change_order, create_order
from .fulfil import deliver_order, fill_backorder, fill_backorders, review_closing
from .holds import reject_order, release_order, review_held_orders
from .sweep import sweep

__all__ = [
    "Item",
    "cancel_order",
    "change_order",
    "confirm_order",
    "create_order",
    "deliver_order",
    "fill_backorder",
    "fill_backorders",
    "reject_order",
    "release_order",
    "reopen_order",
    "review_closing",
    "review_held_orders",
    "sweep",
]
