"""A table to import, and what is put on records from its rows as their forms would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.forms import importing
from core.tables import TableKind
from inventory.category_files import CATEGORIES
from inventory.models import Supplier
from inventory.supplier_files import OFFERS, SUPPLIERS

from .purchasing import SupplierForm


class TableForm(forms.Form):
    """A table whose first row names its columns: those of its `kind`."""

    kind: ClassVar[TableKind]
    file = forms.FileField(
        label=gettext_lazy("Table"),
        widget=forms.ClearableFileInput(attrs={"accept": importing.TABLES}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.kind.fields
        known = {
            "needed": ", ".join(str(fields[name].label) for name in self.kind.required),
            "others": ", ".join(
                str(field.label) for name, field in fields.items() if name not in self.kind.required
            ),
        }
        text = _("csv, tsv, xlsx, xls or ods. Columns: %(needed)s (needed), %(others)s.")
        self.fields["file"].help_text = text % known


class SupplierTableForm(TableForm):
    kind = SUPPLIERS


class OfferTableForm(TableForm):
    kind = OFFERS


class CategoryTableForm(TableForm):
    kind = CATEGORIES


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
