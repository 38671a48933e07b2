"""What is typed about goods that are carried from one location to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import QuantityField
from inventory.models import Product
from inventory.queries import by_code

from .stock import LocationField

MOST_LINES = 200


class CarryLineForm(forms.Form):
    """One product to carry; left empty it is none. `known` holds the products that the document names."""

    product = forms.CharField(label=gettext_lazy("SKU or barcode"), max_length=64, required=False)
    quantity = QuantityField(label=gettext_lazy("Pieces"), required=False)
    known: Mapping[str, Product] = {}

    @property
    def found(self) -> Product | None:
        return self.known.get(str(self["product"].value() or ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("product", "").strip()
        if not typed:
            if cleaned.get("quantity") is not None:
                self.add_error("product", _("Which product?"))
            return cleaned
        if self.found is None:
            message = _("There is no product with the SKU or barcode “%(typed)s”.")
            self.add_error("product", message % {"typed": typed})
        if cleaned.get("quantity") is None and "quantity" not in self.errors:
            self.add_error("quantity", _("This is needed."))
        return cleaned


LINES = forms.formset_factory(CarryLineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


class Total(NamedTuple):
    """What the lines come to, as far as they can be read."""

    pieces: int


class CarryForm(forms.Form):
    """From where to where, why, and the lines. `lines` are those that are being written, unchecked."""

    source = LocationField(label=gettext_lazy("From"))
    destination = LocationField(label=gettext_lazy("To"))
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=240,
        required=False,
        help_text=gettext_lazy("Needed for damaged goods and goods to inspect."),
    )

    def __init__(self, *args: Any, lines: Sequence[dict[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = LINES(self.data or None, prefix="lines", initial=[] if self.data else list(lines))
        known = by_code(str(line["product"].value() or "") for line in self.lines)
        for line in self.lines:
            line.known = known

    @property
    def whole(self) -> list[CarryLineForm]:
        """The lines that say something."""
        return [line for line in self.lines if str(line["product"].value() or "").strip() or line.errors]

    @property
    def total(self) -> Total:
        pieces = 0
        for line in self.lines:
            try:
                pieces += line.fields["quantity"].clean(line["quantity"].value()) or 0
            except ValidationError:
                continue
        return Total(pieces)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            raise ValidationError(_("Look at the lines below."))
        cleaned["lines"] = [
            (line.found.pk, line.cleaned_data["quantity"]) for line in self.lines if line.found is not None
        ]
        if not cleaned["lines"]:
            raise ValidationError(_("Add at least one product."))
        return cleaned
