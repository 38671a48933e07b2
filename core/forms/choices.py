"""What a list of choices says before something is chosen."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, ChoiceField, ModelChoiceField
from django.utils.translation import gettext as _

DASHES = "---------"  # what Django says


def name_no_choice(form: BaseForm) -> None:
    """Say "Choose" or "None" in a form's lists where Django draws a row of dashes; what a form says itself stays."""
    for field in getattr(form, "fields", {}).values():
        words = _("Choose…") if field.required else _("None")
        if isinstance(field, ModelChoiceField):
            if field.empty_label == DASHES:
                field.empty_label = words
        elif isinstance(field, ChoiceField) and not callable(field.choices):
            choices: list[Any] = list(field.choices)
            if choices and choices[0] == ("", DASHES):
                field.choices = [("", words), *choices[1:]]
