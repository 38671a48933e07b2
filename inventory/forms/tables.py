"""A table to import, and what is put on records from its rows as their forms would."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.forms import importing
from inventory.models import Supplier

from .purchasing import SupplierForm


class TableForm(forms.Form):
    """A table whose first row names its columns."""

    file = forms.FileField(
        label=gettext_lazy("Table"),
        help_text=gettext_lazy(
            "csv, tsv, xlsx, xls or ods. The first row names the columns, as the file of all fields does."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )


def keep_supplier(supplier: Supplier, texts: Mapping[str, str]) -> set[str]:
    """Save a supplier with these texts in its form; what changed by it. Refuses with the first thing that is wrong."""
    before = model_to_dict(supplier)
    form = SupplierForm(instance=supplier)
    said = {name: form[name].value() for name in form.fields}
    said = {name: "" if value is None else str(value) for name, value in said.items()} | dict(texts)
    form = SupplierForm(said, instance=supplier)
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        label = form.fields[name].label if name in form.fields else ""
        raise Refusal(f"{label}: {errors[0]}" if label else str(errors[0]))
    after = model_to_dict(form.instance)
    changed = {name for name in form.fields if before[name] != after[name]}
    if changed or supplier.pk is None:
        form.save()
    return changed
