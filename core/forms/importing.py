"""What is asked before a table is imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from core.importing import Fields

TABLES = ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods"
"""What a browser offers to choose for a table."""


class ColumnsForm(forms.Form):
    """Which column of the file holds which of `known` fields; guessed, to be confirmed."""

    known: ClassVar[Fields] = {}
    required: ClassVar[Sequence[str]] = ()

    def __init__(self, *args: Any, headers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [(header, header) for header in headers]
        for name, field in self.known.items():
            required = name in self.required
            blank = [] if required else [("", _("not in this file"))]
            self.fields[name] = forms.ChoiceField(
                label=str(field.label), choices=blank + columns, required=required
            )

    @property
    def mapping(self) -> dict[str, str]:
        """Field → column, those that the file has."""
        return {name: self.cleaned_data[name] for name in self.known if self.cleaned_data.get(name)}
