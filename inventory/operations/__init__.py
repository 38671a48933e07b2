"""What is done with goods. Every function that moves stock locks its levels by product, then location, ascending."""

from .catalogue import add_product, change_product
from .imports import close_import, import_products, import_steps
from .movements import adjust, receive_goods, return_goods, transfer
from .reservations import Shipped, Taken, release, reserve, ship
from .stock import ReceiptLine, StockLine
from .uploads import accept_import, start_import
from .watching import watch_stock

__all__ = [
    "ReceiptLine",
    "Shipped",
    "StockLine",
    "Taken",
    "accept_import",
    "add_product",
    "adjust",
    "change_product",
    "close_import",
    "import_products",
    "import_steps",
    "receive_goods",
    "release",
    "reserve",
    "return_goods",
    "ship",
    "start_import",
    "transfer",
    "watch_stock",
]
