"""What a row about goods means."""

from .adjustments import Adjustment, AdjustmentReason
from .catalogue import Brand, Category, Compatibility, DeviceModel, Product, ProductCost, SearchWord
from .counts import StockCount, StockCountEntry, StockCountLine
from .demand import UnmetDemand
from .imports import DeviceImport, DeviceImportRow, ImportBatch, ImportRow
from .photos import ProductPhoto
from .purchasing import PurchaseOrder, PurchaseOrderLine, PurchaseOrderSending, PurchaseStatus
from .shortage import Shortage, ShortageReader, ShortageReport, Waiting
from .specifications import Specification
from .spelling import DeviceSpelling
from .stock import (
    GoodsReceipt,
    GoodsReceiptLine,
    Location,
    Reservation,
    StockLevel,
    StockMove,
)
from .supplier_lists import SupplierCategory, SupplierPriceList, SupplierPriceListRow
from .supplier_returns import SupplierReturn, SupplierReturnLine
from .suppliers import Supplier, SupplierContact, SupplierProduct
from .transfers import StockTransfer, StockTransferLine
from .valuation import CostVariance, LandedCharge, LandedShare, ReceiptCorrection, StockIssue, StockLayer

__all__ = [
    "Adjustment",
    "AdjustmentReason",
    "Brand",
    "Category",
    "Compatibility",
    "CostVariance",
    "DeviceImport",
    "DeviceImportRow",
    "DeviceModel",
    "DeviceSpelling",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "ImportBatch",
    "ImportRow",
    "LandedCharge",
    "LandedShare",
    "Location",
    "Product",
    "ProductCost",
    "ProductPhoto",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "PurchaseOrderSending",
    "PurchaseStatus",
    "ReceiptCorrection",
    "Reservation",
    "SearchWord",
    "Shortage",
    "ShortageReader",
    "ShortageReport",
    "Specification",
    "StockCount",
    "StockCountEntry",
    "StockCountLine",
    "StockIssue",
    "StockLayer",
    "StockLevel",
    "StockMove",
    "StockTransfer",
    "StockTransferLine",
    "Supplier",
    "SupplierCategory",
    "SupplierContact",
    "SupplierPriceList",
    "SupplierPriceListRow",
    "SupplierProduct",
    "SupplierReturn",
    "SupplierReturnLine",
    "UnmetDemand",
    "Waiting",
]
