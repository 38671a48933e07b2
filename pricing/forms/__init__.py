"""What is typed about prices. Input is checked here; nothing is saved."""

from .changes import PriceChangeForm
from .prices import EndPriceForm, ForPerson, PriceForm, PriceListForm, TaxRateForm, WhyForm

__all__ = [
    "EndPriceForm",
    "ForPerson",
    "PriceChangeForm",
    "PriceForm",
    "PriceListForm",
    "TaxRateForm",
    "WhyForm",
]
