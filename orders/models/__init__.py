"""What an order means, and what shops do about it through their link."""

from .order import Order, OrderLine, Status
from .quotation import Quotation
from .shop import DeliveryConfirmation, Reorder

__all__ = ["DeliveryConfirmation", "Order", "OrderLine", "Quotation", "Reorder", "Status"]
