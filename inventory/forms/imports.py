"""What is asked before an import."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import importing
from inventory import device_lists
from inventory.importing import FIELDS, REQUIRED, known_fields


class UploadForm(forms.Form):
    """A table of products."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy("csv, tsv, xlsx, xls or ods. The first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )


class ColumnsForm(importing.ColumnsForm):
    """Which column of the file holds which field; guessed, to be confirmed."""

    known = FIELDS
    required = REQUIRED

    def __init__(self, *args: Any, headers: list[str], **kwargs: Any) -> None:
        self.known = known_fields(headers)  # type: ignore[misc]
        super().__init__(*args, headers=headers, **kwargs)


class DeviceUploadForm(forms.Form):
    """A list of phones."""

    file = forms.FileField(
        label=gettext_lazy("List of phones"),
        help_text=gettext_lazy("csv, tsv, xlsx, xls, ods or json. The first row names the columns."),
        widget=forms.ClearableFileInput(attrs={"accept": f"{importing.TABLES},.json,.xz"}),
    )


class DeviceColumnsForm(importing.ColumnsForm):
    """Which column holds the brand, the market name, the codes and what else the phone is called."""

    known = device_lists.FIELDS
    required = device_lists.REQUIRED
