"""Pages of prices and taxes."""

from .changes import (
    PriceChangeDetail,
    PriceChangeDrop,
    PriceChangeList,
    PriceChangeNew,
    PriceChangeSet,
    PriceChangeUndo,
)
from .lists import PriceListCopy, PriceListDetail, PriceListList, PriceListNew
from .panels import PriceHistoryPanel, ProductPanel
from .prices import PriceEnd, PriceSet, WhyThisPrice
from .promotions import (
    CustomerPriceList,
    PriceImportColumns,
    PriceImportUpload,
    PromotionList,
    PromotionNew,
)
from .taxes import TaxRateList, TaxRateSet

__all__ = [
    "CustomerPriceList",
    "PriceChangeDetail",
    "PriceChangeDrop",
    "PriceChangeList",
    "PriceChangeNew",
    "PriceChangeSet",
    "PriceChangeUndo",
    "PriceEnd",
    "PriceHistoryPanel",
    "PriceImportColumns",
    "PriceImportUpload",
    "PriceListCopy",
    "PriceListDetail",
    "PriceListList",
    "PriceListNew",
    "PriceSet",
    "ProductPanel",
    "PromotionList",
    "PromotionNew",
    "TaxRateList",
    "TaxRateSet",
    "WhyThisPrice",
]
