"""Typed fields of a category as form fields, named `spec-` and the key of the specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.forms import DateField
from inventory.models import Specification
from inventory.specs import read_value, say_value

PREFIX = "spec-"
Kind = Specification.Kind
YES_NO = [("", "–"), ("yes", _("yes")), ("no", _("no"))]


def field_name(specification: Specification) -> str:
    return f"{PREFIX}{specification.pk}"


class TypedField(forms.CharField):
    """Reads the kind of value that a specification asks for; gives None for nothing."""

    def __init__(self, specification: Specification, **kwargs: Any) -> None:
        self.specification = specification
        super().__init__(
            label=specification.name, required=specification.is_required, max_length=400, **kwargs
        )

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return read_value(self.specification, text)
        except Refusal as refusal:
            raise ValidationError(refusal.text, code="invalid") from refusal

    def prepare_value(self, value: Any) -> Any:
        return say_value(None, value) if not isinstance(value, str) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self._plain(initial) != self._plain(data)

    def _plain(self, value: Any) -> Any:
        try:
            return read_value(self.specification, say_value(None, value))
        except Refusal:
            return value


class YesNoField(TypedField):
    """Said as yes and no in the list, whatever the language."""

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


class DayField(DateField):
    """A day that is kept as text."""

    def clean(self, value: Any) -> str | None:
        day = super().clean(value)
        return day.isoformat() if day else None


def form_field(specification: Specification) -> forms.Field:
    """The field of a form for one specification."""
    if specification.kind == Kind.DATE:
        return DayField(label=specification.name, required=specification.is_required)
    if specification.kind == Kind.YES_NO:
        return YesNoField(specification, widget=forms.Select(choices=YES_NO))
    if specification.kind == Kind.CHOICE:
        choices = [("", "–"), *((choice, choice) for choice in specification.choices)]
        return TypedField(specification, widget=forms.Select(choices=choices))
    if specification.kind == Kind.NUMBER:
        widget: Any = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        widget.after = specification.unit
        return TypedField(specification, widget=widget)
    return TypedField(specification)


class Specified(forms.BaseForm):
    """For a form with the typed fields of a category."""

    specified: dict[str, Specification]

    def add_specifications(self, specifications: Sequence[Specification], values: Mapping[str, Any]) -> None:
        self.specified = {field_name(spec): spec for spec in specifications}
        for name, spec in self.specified.items():
            self.fields[name] = form_field(spec)
            self.initial.setdefault(name, values.get(spec.name))

    def specified_values(self, said: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
        """The values with what was said put in; what the category does not ask for stays."""
        made = dict(values)
        for name, spec in self.specified.items():
            if name not in said:
                continue
            if said[name] is None or said[name] == "":
                made.pop(spec.name, None)
            else:
                made[spec.name] = said[name]
        return made


class SpecifiedForm(Specified, forms.Form):
    """Only the typed fields, for the part of a page that changes with the category."""

    def __init__(
        self, specifications: Sequence[Specification], values: Mapping[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.add_specifications(specifications, values)
