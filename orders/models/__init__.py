"""What an order means, and what shops do about it through their link."""

from .order import Order, OrderLine, Status
from .shop import DeliveryConfirmation, Reorder

__all__ = ["DeliveryConfirmation", "Order", "OrderLine", "Reorder", "Status"]
