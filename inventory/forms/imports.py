"""What is asked before an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.importing import FIELDS, REQUIRED


class UploadForm(forms.Form):
    """A table of products."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("csv, tsv, xlsx, xls or ods. The first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.xlsb,.xls,.ods"}),
    )


class ColumnsForm(forms.Form):
    """Which column of the file holds which field; guessed, to be confirmed."""

    def __init__(self, *args: Any, headers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [(header, header) for header in headers]
        for name, field in FIELDS.items():
            label: Any = field.label
            required = name in REQUIRED
            blank = [] if required else [("", _("not in this file"))]
            self.fields[name] = forms.ChoiceField(label=label, choices=blank + columns, required=required)

    @property
    def mapping(self) -> dict[str, str]:
        return {name: column for name, column in self.cleaned_data.items() if column}
