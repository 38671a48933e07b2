"""Fields that read what people type, and refuse in a sentence what they can't read."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.phones import read_phone

from .amounts import read_amount, read_price
from .days import Near, read_day
from .widgets import DateInput, MoneyInput, PhoneInput


class MoneyField(forms.Field):
    """An amount, to the cent: `1,200`, `₹ 1 200.50`, `1.200,50`, `1.2k`, `1,5 lakh`.

    Gives a Decimal, or None when left empty.

    `positive` (the default) refuses nought and less; `minimum`/`maximum` bound it.
    """

    widget = MoneyInput
    read = staticmethod(read_amount)

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
            return self.read(str(value))
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

    def prepare_value(self, value: Any) -> Any:
        """A stored amount as people write it: without the zeros that the column pads it with."""
        if not isinstance(value, Decimal) or not value.is_finite():
            return value
        cents = value.quantize(Decimal("0.01"))
        return str(cents) if cents == value else format(value.normalize(), "f")

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class PriceField(MoneyField):
    """A price or cost of one piece, up to four decimals, then written plainly with a point: `12.3456`."""

    read = staticmethod(read_price)

    def __init__(self, *, currency: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("widget", MoneyInput(currency=currency, kind="price"))
        super().__init__(currency=currency, **kwargs)


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
    """A day: from the calendar, or typed: `21/11/2026`, `21.11.26`, `25 Dec`, `tomorrow`, `in 15 days`, `friday`.

    `near` says which day is meant when no year is said: the "near"est (the default), the next ("future": a promise),
    or the last ("past": a payment that came).
    """

    widget = DateInput
    EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)

    def __init__(self, *, near: Near = "near", **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateInput(near=near))
        super().__init__(**kwargs)
        self.near = near

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str) and value.strip():
            on = read_day(value, today=timezone.localdate(), near=self.near)
            if on is None:
                typed = {"typed": value.strip()[:40]}
                message = (
                    _("“%(typed)s” is not a day. Write it like 25/12/2026, tomorrow or in 15 days.") % typed
                )
                raise ValidationError(message, code="invalid")
        else:
            on = super().to_python(value)
        if on is not None and not self.EARLIEST <= on < self.LATEST:
            raise ValidationError(_("The year must lie between 1900 and 2199."), code="absurd")
        return on


class QuantityField(forms.IntegerField):
    """Pieces: a whole number from 1, with a bound that no warehouse reaches."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("min_value", 1)
        kwargs.setdefault("max_value", 1_000_000)
        super().__init__(**kwargs)
