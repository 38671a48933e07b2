"""Pages of the goods."""

from .categories import (
    CategoryAdd,
    CategoryDetail,
    CategoryList,
    CategoryMerge,
    CategoryMove,
    CategoryRename,
    CategorySpecifications,
)
from .devices import DeviceModelList, WhatFits
from .imports import ImportColumns, ImportDetail, ImportFailures, ImportList, ImportUpload
from .products import ProductAdd, ProductChange, ProductList, ProductSearch, ProductSpecifications
from .receiving import GoodsReceive
from .record import ProductDetail
from .stock import (
    GoodsReceiptDetail,
    GoodsReceiptList,
    StockAdjust,
    StockMoveList,
    StockTransfer,
)
from .supplier_list import SupplierListCompare, SupplierListDetail, SupplierListSettle, SupplierListUndo
from .supplier_lists import (
    SupplierCategoryChange,
    SupplierCategoryList,
    SupplierListAdd,
    SupplierListColumns,
    SupplierListList,
)

__all__ = [
    "CategoryAdd",
    "CategoryDetail",
    "CategoryList",
    "CategoryMerge",
    "CategoryMove",
    "CategoryRename",
    "CategorySpecifications",
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
    "ProductSpecifications",
    "StockAdjust",
    "StockMoveList",
    "StockTransfer",
    "SupplierCategoryChange",
    "SupplierCategoryList",
    "SupplierListAdd",
    "SupplierListColumns",
    "SupplierListCompare",
    "SupplierListDetail",
    "SupplierListList",
    "SupplierListSettle",
    "SupplierListUndo",
    "WhatFits",
]
