"""What is typed about prices. Input is checked here; nothing is saved."""

from .changes import PriceChangeForm
from .prices import EndPriceForm, ForPerson, PriceForm, PriceListForm, TaxRateForm, WhyForm
from .promotions import (
    CopyListForm,
    CustomerPriceFilter,
    PriceColumnsForm,
    PriceFileForm,
    PriceRuleFilter,
    PromotionForm,
)

__all__ = [
    "CopyListForm",
    "CustomerPriceFilter",
    "EndPriceForm",
    "ForPerson",
    "PriceChangeForm",
    "PriceColumnsForm",
    "PriceFileForm",
    "PriceForm",
    "PriceListForm",
    "PriceRuleFilter",
    "PromotionForm",
    "TaxRateForm",
    "WhyForm",
]
