"""What is typed about goods. Forms check; operations write."""

from .filters import ProductFilter, StockMoveFilter
from .imports import ColumnsForm, UploadForm
from .products import ProductForm
from .receiving import ReceiveForm
from .stock import AdjustForm, TransferForm

__all__ = [
    "AdjustForm",
    "ColumnsForm",
    "ProductFilter",
    "ProductForm",
    "ReceiveForm",
    "StockMoveFilter",
    "TransferForm",
    "UploadForm",
]
