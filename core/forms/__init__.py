"""Form fields that accept what people type: amounts, prices, phone numbers, dates."""

from .fields import DateField, MoneyField, PhoneField, PriceField, QuantityField
from .widgets import DateInput, MoneyInput, PhoneInput

__all__ = [
    "DateField",
    "DateInput",
    "MoneyField",
    "MoneyInput",
    "PhoneField",
    "PhoneInput",
    "PriceField",
    "QuantityField",
]
