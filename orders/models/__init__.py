"""What an order means, what leaves and what comes back, and what shops do about it through their link."""

from .backorders import Backorder
from .delivery import Delivery, DeliveryLine, Pick, PickMark
from .order import Order, OrderLine, QuotedPrices, Status
from .purchase import Purchase
from .quotation import Quotation
from .returns import Disposition, Return, ReturnLine, ReturnPart
from .shop import DeliveryConfirmation, Reorder

__all__ = [
    "Backorder",
    "Delivery",
    "DeliveryConfirmation",
    "DeliveryLine",
    "Disposition",
    "Order",
    "OrderLine",
    "Pick",
    "PickMark",
    "Purchase",
    "Quotation",
    "QuotedPrices",
    "Reorder",
    "Return",
    "ReturnLine",
    "ReturnPart",
    "Status",
]
