"""Price lists, prices, tax rates, and changes of many prices at once."""

from .changes import PriceChange, PriceChangeLine
from .lists import DateRange, PriceList, PriceRule
from .taxes import TaxRate

__all__ = ["DateRange", "PriceChange", "PriceChangeLine", "PriceList", "PriceRule", "TaxRate"]
