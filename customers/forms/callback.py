"""Model fields become the form fields that take what people type."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.forms import Field
from phonenumber_field.modelfields import PhoneNumberField

from core.fields import MoneyField
from core.forms import DateField, PhoneField
from core.forms import MoneyField as MoneyFormField


def typed(field: models.Field[Any, Any], **kwargs: Any) -> Field | None:
    """The form field of a model field, for `formfield_callback`."""
    said: dict[str, Any] = {
        "label": str(field.verbose_name)[:1].upper() + str(field.verbose_name)[1:],
        "help_text": field.help_text,
        "required": not field.blank,
    }
    if isinstance(field, PhoneNumberField):
        return PhoneField(**said)
    if isinstance(field, MoneyField):
        return MoneyFormField(**said)
    if isinstance(field, models.DateField):
        return DateField(**said)
    if isinstance(field, models.URLField):
        kwargs["assume_scheme"] = "https"
    return field.formfield(**kwargs)
