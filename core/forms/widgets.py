"""Controls. What was understood is asked from the server when the field is left (`static/js/understood.js`)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse_lazy

from core.money import symbol


class MoneyInput(forms.TextInput):
    """A text field with the number keys of a phone, and the currency in front."""

    def __init__(
        self, attrs: dict[str, Any] | None = None, *, currency: str = "", kind: str = "money"
    ) -> None:
        base = {"inputmode": "decimal", "autocomplete": "off", "class": "amount", "maxlength": 40}
        super().__init__(
            base | {"data-understood": reverse_lazy("core:understood", args=[kind])} | (attrs or {})
        )
        self.currency = currency

    @property
    def before(self) -> str:
        """The unit that stands before the control."""
        return symbol(self.currency or settings.CURRENCY)


class PhoneInput(forms.TextInput):
    """A telephone number in any writing."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {"autocomplete": "off", "maxlength": 80}
        super().__init__(
            base | {"data-understood": reverse_lazy("core:understood", args=["phone"])} | (attrs or {})
        )


class DateInput(forms.DateInput):
    """A text field that takes a day as people say it. `static/js/days.js` puts the browser's calendar beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, near: str = "near") -> None:
        base = {"autocomplete": "off", "maxlength": 40, "data-day": "", "class": "day"}
        asked = {"data-understood": reverse_lazy("core:understood", args=[f"day-{near}"])}
        super().__init__(base | asked | (attrs or {}), format="%d/%m/%Y")


class SuggestInput(forms.TextInput):
    """A code, found by what people call the thing: `static/js/suggest.js` offers the hits of a search as they type.

    The search answers `?q=` with JSON: `results`, each with a `sku` or `code` and a `name`. The code can be typed too.
    """

    def __init__(self, url_name: str, attrs: dict[str, Any] | None = None) -> None:
        base = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        super().__init__(base | {"data-suggest": reverse_lazy(url_name)} | (attrs or {}))
