"""What is typed about goods. Forms check; operations write."""

from .adjusting import (
    AdjustForm,
    AdjustmentFilter,
    LevelFilter,
    LocationForm,
    MoveForm,
    SayNoForm,
    SayYesForm,
    ScrapForm,
    ShelfForm,
    ShelfTableForm,
    TransferFilter,
)
from .counting import ApproveForm, CountFilter, CountForm, CountLineFilter, FinishForm, TodayForm
from .filters import ProductFilter, StockMoveFilter, UnmetDemandFilter
from .imports import ColumnsForm, DeviceColumnsForm, DeviceUploadForm, UploadForm
from .products import ProductForm
from .receiving import ReceiveForm
from .stock import TransferForm
from .supplier_lists import (
    ListEntryFilter,
    SettleForm,
    SupplierCategoryFilter,
    SupplierCategoryForm,
    SupplierColumnsForm,
    SupplierListFilter,
    SupplierListForm,
)
from .transfers import CarryForm
from .valuation import ChargeBackForm, ChargeForm, CorrectionForm, CostVarianceFilter, ValuationForm

__all__ = [
    "AdjustForm",
    "AdjustmentFilter",
    "ApproveForm",
    "CarryForm",
    "ChargeBackForm",
    "ChargeForm",
    "ColumnsForm",
    "CorrectionForm",
    "CostVarianceFilter",
    "CountFilter",
    "CountForm",
    "CountLineFilter",
    "DeviceColumnsForm",
    "DeviceUploadForm",
    "FinishForm",
    "LevelFilter",
    "ListEntryFilter",
    "LocationForm",
    "MoveForm",
    "ProductFilter",
    "ProductForm",
    "ReceiveForm",
    "SayNoForm",
    "SayYesForm",
    "ScrapForm",
    "SettleForm",
    "ShelfForm",
    "ShelfTableForm",
    "StockMoveFilter",
    "SupplierCategoryFilter",
    "SupplierCategoryForm",
    "SupplierColumnsForm",
    "SupplierListFilter",
    "SupplierListForm",
    "TodayForm",
    "TransferFilter",
    "TransferForm",
    "UnmetDemandFilter",
    "UploadForm",
    "ValuationForm",
]
