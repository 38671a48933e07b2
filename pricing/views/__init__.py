"""Pages of prices and taxes."""

from .lists import PriceListDetail, PriceListList, PriceListNew
from .panels import ProductPanel
from .prices import PriceEnd, PriceSet, WhyThisPrice
from .taxes import TaxRateList, TaxRateSet

__all__ = [
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
