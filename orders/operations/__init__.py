"""Writes on orders. Each function is one verb of the sale, in one transaction."""

from .asking import ask_again
from .backorders import prioritise_order, review_backorders
from .cancel import cancel_order, reopen_order
from .close_short import close_short
from .confirm import confirm_order
from .drafts import Item, change_order, create_order, describe_order
from .fulfil import deliver_order, fill_backorder, fill_backorders, review_closing
from .holds import (
    reject_order,
    release_order,
    review_ended_approvals,
    review_held_orders,
)
from .margins import ask_below_cost, may_sell_below_cost
from .place import change_and_confirm_order, place_order
from .preview import Preview, preview_order
from .quotations import issue_quotation, send_quotation
from .returns import (
    ReturnItem,
    accept_return,
    cancel_return,
    put_on_supplier_return,
    receive_return,
    reject_return,
    request_return,
)
from .settling import settle_return
from .sweep import sweep

__all__ = [
    "Item",
    "Preview",
    "ReturnItem",
    "accept_return",
    "ask_again",
    "ask_below_cost",
    "cancel_order",
    "cancel_return",
    "change_and_confirm_order",
    "change_order",
    "close_short",
    "confirm_order",
    "create_order",
    "deliver_order",
    "describe_order",
    "fill_backorder",
    "fill_backorders",
    "issue_quotation",
    "may_sell_below_cost",
    "place_order",
    "preview_order",
    "prioritise_order",
    "put_on_supplier_return",
    "receive_return",
    "reject_order",
    "reject_return",
    "release_order",
    "reopen_order",
    "request_return",
    "review_backorders",
    "review_closing",
    "review_ended_approvals",
    "review_held_orders",
    "send_quotation",
    "settle_return",
    "sweep",
]
