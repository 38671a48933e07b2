"""What a row about goods means."""

from .catalogue import Brand, Category, Compatibility, DeviceModel, Product, ProductCost, SearchWord
from .imports import ImportBatch, ImportRow
from .stock import (
    GoodsReceipt,
    GoodsReceiptLine,
    Location,
    Reservation,
    Shortage,
    StockLevel,
    StockMove,
)

__all__ = [
    "Brand",
    "Category",
    "Compatibility",
    "DeviceModel",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "ImportBatch",
    "ImportRow",
    "Location",
    "Product",
    "ProductCost",
    "Reservation",
    "SearchWord",
    "Shortage",
    "StockLevel",
    "StockMove",
]
