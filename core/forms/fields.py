"""Fields that read what people type, and refuse in a sentence what they can't read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.bidi import without_marks
from core.errors import Refusal
from core.money import parse_money
from core.phones import read_phone

from .widgets import DateInput, MoneyInput, PhoneInput


class MoneyField(forms.Field):
    """An amount, to the cent: `1,200`, `₹ 1 200.50`, `1.200,50`. Gives a Decimal, or None when left empty.

    `positive` (the default) refuses nought and less; `minimum`/`maximum` bound it.
    """

    widget = MoneyInput

    def __init__(
        self,
        *,
        currency: str = "",
        positive: bool = True,
        minimum: Decimal | None = None,
        maximum: Decimal | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("widget", MoneyInput(currency=currency))
        super().__init__(**kwargs)
        self.positive, self.minimum, self.maximum = positive, minimum, maximum

    def to_python(self, value: Any) -> Decimal | None:
        if value in self.empty_values or not str(value).strip():
            return None
        try:
            return parse_money(value)
        except Refusal as refusal:
            raise ValidationError(refusal.text, code=refusal.code) from None

    def validate(self, value: Decimal | None) -> None:
        super().validate(value)
        if value is None:
            return
        if self.positive and value <= 0:
            raise ValidationError(_("The amount must be above 0."), code="not_positive")
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(_("At least %(least)s.") % {"least": self.minimum}, code="too_small")
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(_("At most %(most)s.") % {"most": self.maximum}, code="too_large")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PriceField(MoneyField):
    """A price or cost of one piece, up to four decimals."""

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", MoneyInput(currency=currency, kind="price"))
        super().__init__(currency=currency, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """Beyond the cent the amount must be written plainly, with a point: `12.3456`."""
        text = unicodedata.normalize("NFKC", str(value if value is not None else "")).strip()
        if re.fullmatch(r"-?\d{1,12}\.\d{3,4}", text):
            try:
                return Decimal(text)
            except InvalidOperation:
                raise ValidationError(_("“%(typed)s” is not an amount.") % {"typed": text[:40]}) from None
        return super().to_python(value)


class PhoneField(forms.CharField):
    """A telephone number. A local one gets the configured country; gives E.164 text ("" when left empty)."""

    widget = PhoneInput

    def to_python(self, value: Any) -> str:
        try:
            return read_phone(super().to_python(value))
        except Refusal as refusal:
            raise ValidationError(refusal.text, code="invalid") from refusal

    def prepare_value(self, value: Any) -> Any:
        """Shown the way people of the country write it."""
        from core.templatetags.figures import dialled

        return dialled(value) if value and str(value).startswith("+") else value


class DateField(forms.DateField):
    """A day: from the calendar, or typed: `21/11/2026`, `21.11.26`, `2026-11-21`, `21 Nov`, `today`, `+15` days."""

    widget = DateInput
    EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

    def __init__(self, **kwargs: Any) -> None:
        formats = [
            "%Y-%m-%d",
            "%d/%m/%Y",
            "%d/%m/%y",
            "%d.%m.%Y",
            "%d.%m.%y",
            "%d-%m-%Y",
            "%d %b %Y",
            "%d %B %Y",
        ]
        kwargs.setdefault("input_formats", formats)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = _spoken(_plain(value))
        on = super().to_python(value)
        if on is not None and not self.EARLIEST <= on < self.LATEST:
            raise ValidationError(_("The year must lie between 1900 and 2199."), code="absurd")
        return on


def _plain(text: str) -> str:
    """Digits of any script as 0 to 9, without signs of direction."""
    folded = without_marks(text).strip()
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)


def _spoken(text: str) -> Any:
    """Days said by their distance from today."""
    today = timezone.localdate()
    near = {"today": 0, "tomorrow": 1, "yesterday": -1, _("today"): 0, _("tomorrow"): 1, _("yesterday"): -1}
    if text.lower() in near:
        return today + timedelta(days=near[text.lower()])
    if re.fullmatch(r"[+-]\d{1,4}", text):
        return today + timedelta(days=int(text))
    if re.fullmatch(r"\d{1,2} [^\W\d]{3,}", text):
        return f"{text} {today.year}"
    return text


class QuantityField(forms.IntegerField):
    """Pieces: a whole number from 1, with a bound that no warehouse reaches."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 1_000_000)
        super().__init__(**kwargs)
