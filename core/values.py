"""Stored values in words: a choice by its label, money in its currency, a key by the name of what it points to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as _
from phonenumber_field.modelfields import PhoneNumberField

from .fields import CurrencyField, EncryptedTextField, MoneyField, PriceField
from .templatetags.figures import exact, money, num, phone, price

UNSAID = {"updated_at", "created_at"}
HIDING = (EncryptedTextField, models.JSONField, models.FileField)


def sayable(field: Any) -> bool:
    """Whether a field is one that people set, rather than one the system keeps for itself."""
    return bool(field.editable and not field.primary_key and not field.generated)


def say(field: Any, value: Any, *, currency: str = "", name: str = "") -> str:
    """A stored value as people read it. `name`: what a key points to; `currency`: that of an amount."""
    if value in (None, "", []):
        return ""
    if isinstance(field, ArrayField):
        return ", ".join(say(field.base_field, each) for each in value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.ForeignKey):
        return name or str(value)
    for kind, write in WRITERS:
        if isinstance(field, kind):
            return str(write(value, currency))
    return str(value)


def hides(field: Any) -> bool:
    """Whether only the fact that it changed is said."""
    return isinstance(field, HIDING)


WRITERS: list[tuple[type, Any]] = [
    (MoneyField, money),
    (PriceField, price),
    (CurrencyField, lambda value, currency: value),
    (PhoneNumberField, lambda value, currency: phone(value)),
    (models.BooleanField, lambda value, currency: _("yes") if value else _("no")),
    (models.DateField, lambda value, currency: exact(value) if isinstance(value, date) else value),
    (models.IntegerField, lambda value, currency: num(value)),
    (models.DecimalField, lambda value, currency: f"{value:f}".rstrip("0").rstrip(".")),
]


class Names:
    """What the keys in some history rows point to: one query for each model that is pointed to."""

    def __init__(self, rows: Iterable[Any]) -> None:
        wanted: dict[Any, set[Any]] = {}
        for row in rows:
            model = getattr(row, "pgh_tracked_model", None)
            for field in model._meta.concrete_fields if model else ():
                if isinstance(field, models.ForeignKey) and sayable(field):
                    key = getattr(row, field.attname, None)
                    if key is not None:
                        wanted.setdefault(field.related_model, set()).add(key)
        self.found = {
            model: {key: str(each) for key, each in model._default_manager.in_bulk(list(keys)).items()}
            for model, keys in wanted.items()
        }

    def say(self, event: Any, name: str, *value: Any) -> str:
        """The value of a field of a history row, or another value of that field, in words."""
        field = event.pgh_tracked_model._meta.get_field(name)
        stored = value[0] if value else getattr(event, field.attname)
        if hides(field):
            return ""
        pointed = self.found.get(field.related_model, {}).get(stored, "") if field.is_relation else ""
        return say(field, stored, currency=getattr(event, "currency", "") or "", name=pointed)
