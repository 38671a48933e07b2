"""Price lists, prices, tax rates, and changes of many prices at once."""

from .changes import PriceChange, PriceChangeLine
from .imports import PriceImport
from .lists import DateRange, PriceList, PriceRule
from .taxes import TaxRate

__all__ = ["DateRange", "PriceChange", "PriceChangeLine", "PriceImport", "PriceList", "PriceRule", "TaxRate"]
