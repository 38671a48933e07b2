"""The counter: an order as it is typed, for a new order and for a draft that is changed."""

from .pages import OrderAdd, OrderChange
from .screen import Counter

__all__ = ["Counter", "OrderAdd", "OrderChange"]
