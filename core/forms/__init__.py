"""Form fields that accept what people type: amounts, prices, phone numbers, days."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from .choices import name_no_choice
from .days import understood as understood_day
from .fields import DateField, MoneyField, PhoneField, PriceField, QuantityField
from .sections import Section, Sectioned
from .widgets import DateInput, MoneyInput, PhoneInput, SuggestInput

UNDERSTOOD: dict[str, Callable[[], Any]] = {
    "money": partial(MoneyField, required=False, positive=False),
    "price": partial(PriceField, required=False, positive=False),
    "phone": partial(PhoneField, required=False),
    **{f"day-{near}": partial(DateField, required=False, near=near) for near in ("near", "future", "past")},
}
"""What can be asked for what it understood, by the last part of the address of `core:understood`."""

__all__ = [
    "UNDERSTOOD",
    "DateField",
    "DateInput",
    "MoneyField",
    "MoneyInput",
    "PhoneField",
    "PhoneInput",
    "PriceField",
    "QuantityField",
    "Section",
    "Sectioned",
    "SuggestInput",
    "name_no_choice",
    "understood_day",
]
