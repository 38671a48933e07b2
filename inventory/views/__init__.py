"""Pages of the goods."""

from .devices import DeviceModelList, WhatFits
from .imports import ImportColumns, ImportDetail, ImportFailures, ImportList, ImportUpload
from .products import ProductAdd, ProductChange, ProductList, ProductSearch
from .receiving import GoodsReceive
from .record import ProductDetail
from .stock import (
    GoodsReceiptDetail,
    GoodsReceiptList,
    StockAdjust,
    StockMoveList,
    StockTransfer,
)

__all__ = [
    "DeviceModelList",
    "GoodsReceiptDetail",
    "GoodsReceiptList",
    "GoodsReceive",
    "ImportColumns",
    "ImportDetail",
    "ImportFailures",
    "ImportList",
    "ImportUpload",
    "ProductAdd",
    "ProductChange",
    "ProductDetail",
    "ProductList",
    "ProductSearch",
    "StockAdjust",
    "StockMoveList",
    "StockTransfer",
    "WhatFits",
]
