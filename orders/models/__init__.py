"""What an order means, and what shops do about it through their link."""

from .order import Order, OrderLine, Status
from .purchase import Purchase
from .quotation import Quotation
from .shop import DeliveryConfirmation, Reorder

__all__ = ["DeliveryConfirmation", "Order", "OrderLine", "Purchase", "Quotation", "Reorder", "Status"]
