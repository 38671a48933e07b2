"""Values as people type them, made into what is stored, or refused in a sentence."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _
from phonenumber_field.modelfields import PhoneNumberField

from core.errors import Refusal
from core.phones import read_phone


def assign(row: models.Model, values: dict[str, Any], *, allowed: frozenset[str]) -> list[str]:
    """Set fields of a row in memory and return the names of those that changed.

    Texts lose their outer blanks, phones become E.164. A name outside `allowed` is a TypeError: that is a bug.
    """
    unknown = values.keys() - allowed
    if unknown:
        raise TypeError(f"{type(row).__name__} has no such field to set: {', '.join(sorted(unknown))}")
    changed = []
    for name, value in values.items():
        new = _read(row._meta.get_field(name), value)
        if new != getattr(row, name):
            setattr(row, name, new)
            changed.append(name)
    return changed


def check(row: models.Model) -> None:
    """Refuse what the model's fields and constraints don't allow."""
    try:
        row.full_clean(exclude={"photo", *(f.name for f in row._meta.fields if f.generated)})
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        if field == NON_FIELD_ERRORS:
            raise Refusal(messages[0], code="invalid") from error
        label = row._meta.get_field(field).verbose_name  # type: ignore[union-attr]
        text = _("%(field)s: %(problem)s") % {"field": str(label).capitalize(), "problem": messages[0]}
        raise Refusal(text, code="invalid", field=field) from error


def store(row: models.Model, **how: Any) -> None:
    """Check and save. What somebody else took in the same moment (an account number) is refused too."""
    check(row)
    try:
        with transaction.atomic():
            row.save(**how)
    except IntegrityError as error:
        raise Refusal(_("Somebody else has just taken this. Look again."), code="taken") from error


def _read(field: Any, value: Any) -> Any:
    if isinstance(value, str):
        value = value.replace("\x00", "").strip()
    if isinstance(field, PhoneNumberField):
        return _phone(field, value)
    if isinstance(field, models.EmailField):
        return (value or "").lower()
    if field.null and value == "":
        return None
    if value is None and not field.null and isinstance(field, models.CharField | models.TextField):
        return ""
    return value


def _phone(field: Any, value: Any) -> str:
    try:
        return read_phone(value)
    except Refusal as refusal:
        raise Refusal(refusal.text, code=refusal.code, field=field.name) from refusal
