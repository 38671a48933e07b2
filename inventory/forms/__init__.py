"""What is typed about goods. Forms check; operations write."""

from .filters import ProductFilter, StockMoveFilter
from .imports import ColumnsForm, UploadForm
from .products import ProductForm
from .receiving import ReceiveForm
from .stock import AdjustForm, TransferForm
from .supplier_lists import (
    ListEntryFilter,
    SettleForm,
    SupplierCategoryFilter,
    SupplierCategoryForm,
    SupplierColumnsForm,
    SupplierListFilter,
    SupplierListForm,
)

__all__ = [
    "AdjustForm",
    "ColumnsForm",
    "ListEntryFilter",
    "ProductFilter",
    "ProductForm",
    "ReceiveForm",
    "SettleForm",
    "StockMoveFilter",
    "SupplierCategoryFilter",
    "SupplierCategoryForm",
    "SupplierColumnsForm",
    "SupplierListFilter",
    "SupplierListForm",
    "TransferForm",
    "UploadForm",
]
