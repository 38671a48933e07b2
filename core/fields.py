"""Model fields that say what a column means."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.functions import Cast, Concat, Greatest, Length, LPad

from . import crypto


class MoneyField(models.DecimalField):
    """An amount of money, to the cent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 14, "decimal_places": 2}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class PriceField(models.DecimalField):
    """A price or cost of one piece, four decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"max_digits": 16, "decimal_places": 4}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs


class CurrencyField(models.CharField):
    """An ISO 4217 code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(*args, **kwargs)


def code_field(prefix: str) -> models.GeneratedField:
    """A readable code made by the database from the primary key: `C-00418`. Never typed, never reused."""
    digits = Cast("id", models.TextField())
    return models.GeneratedField(
        expression=Concat(
            models.Value(prefix),
            LPad(digits, Greatest(Length(digits), models.Value(5)), models.Value("0")),
            output_field=models.CharField(max_length=24),
        ),
        output_field=models.CharField(max_length=24),
        db_persist=True,
        unique=True,
    )


class EncryptedTextField(models.TextField):
    """Text encrypted at rest. Can't be filtered: keep a `crypto.blind_index` beside it for exact look-up."""

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return crypto.encrypt(value) if value else value

    def from_db_value(self, value: Any, _expression: Any, _connection: Any) -> Any:
        return crypto.decrypt(value) if value else value
