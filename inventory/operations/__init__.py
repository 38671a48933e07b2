"""What is done with goods. Every function that moves stock locks its levels by product, then location, ascending."""

from .imports import import_products
from .movements import adjust, receive_goods, return_goods, transfer
from .reservations import Shipped, Taken, release, reserve, ship
from .stock import ReceiptLine, StockLine

__all__ = [
    "ReceiptLine",
    "Shipped",
    "StockLine",
    "Taken",
    "adjust",
    "import_products",
    "receive_goods",
    "release",
    "reserve",
    "return_goods",
    "ship",
    "transfer",
]
