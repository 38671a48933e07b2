"""Pages of prices and taxes."""

from .changes import (
    PriceChangeDetail,
    PriceChangeDrop,
    PriceChangeList,
    PriceChangeNew,
    PriceChangeSet,
    PriceChangeUndo,
)
from .lists import PriceListDetail, PriceListList, PriceListNew
from .panels import ProductPanel
from .prices import PriceEnd, PriceSet, WhyThisPrice
from .taxes import TaxRateList, TaxRateSet

__all__ = [
    "PriceChangeDetail",
    "PriceChangeDrop",
    "PriceChangeList",
    "PriceChangeNew",
    "PriceChangeSet",
    "PriceChangeUndo",
    "PriceEnd",
    "PriceListDetail",
    "PriceListList",
    "PriceListNew",
    "PriceSet",
    "ProductPanel",
    "TaxRateList",
    "TaxRateSet",
    "WhyThisPrice",
]
