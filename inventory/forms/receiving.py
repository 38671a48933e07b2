"""What is typed about goods that arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PriceField, QuantityField
from core.money import round_money
from inventory.models import Product, Supplier
from inventory.operations import ReceiptLine
from inventory.queries import by_code

from .stock import LocationField

MOST_LINES = 200


class ReceiptLineForm(forms.Form):
    """One line of goods that arrived; left empty it is none. `known` holds the products that the receipt names."""

    product = forms.CharField(label=gettext_lazy("SKU or barcode"), max_length=64, required=False)
    quantity = QuantityField(label=gettext_lazy("Pieces"), required=False)
    unit_cost = PriceField(label=gettext_lazy("Cost of one piece"), required=False, positive=False)
    known: Mapping[str, Product] = {}
    may_be_empty: tuple[str, ...] = ()

    @property
    def found(self) -> Product | None:
        return self.known.get(str(self["product"].value() or ""))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("product", "").strip()
        rest = (cleaned.get("quantity"), cleaned.get("unit_cost"))
        if not typed:
            if any(value is not None for value in rest):
                self.add_error("product", _("Which product?"))
            return cleaned
        if self.found is None:
            self.add_error(
                "product", _("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed}
            )
        for name, value in zip(("quantity", "unit_cost"), rest, strict=True):
            if value is None and name not in self.may_be_empty and name not in self.errors:
                self.add_error(name, _("This is needed."))
        return cleaned


LINES = forms.formset_factory(ReceiptLineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


class Total(NamedTuple):
    """What the lines come to, as far as they can be read."""

    pieces: int
    cost: Decimal


class ReceiveForm(forms.Form):
    """Goods that arrived: where, from whom, and its lines. `lines` are those that are being written, unchecked."""

    location = LocationField(label=gettext_lazy("Where to"))
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.filter(is_active=True), required=False
    )
    document = forms.CharField(label=gettext_lazy("Supplier's document"), max_length=80, required=False)

    formset: Any = LINES

    def __init__(self, *args: Any, lines: Sequence[dict[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = self.formset(self.data or None, prefix="lines", initial=[] if self.data else list(lines))
        known = by_code(str(line["product"].value() or "") for line in self.lines)
        for line in self.lines:
            line.known = known

    @property
    def whole(self) -> list[ReceiptLineForm]:
        """The lines that say something."""
        return [line for line in self.lines if str(line["product"].value() or "").strip() or line.errors]

    @cached_property
    def total(self) -> Total:
        pieces, cost = 0, Decimal(0)
        for line in self.lines:
            try:
                number = line.fields["quantity"].clean(line["quantity"].value()) or 0
                each = line.fields["unit_cost"].clean(line["unit_cost"].value()) or 0
            except ValidationError:
                continue
            pieces, cost = pieces + number, cost + number * each
        return Total(pieces, round_money(cost))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            raise ValidationError(_("Look at the lines below."))
        found = [(line.found, line.cleaned_data) for line in self.lines if line.found is not None]
        cleaned["lines"] = [
            ReceiptLine(product.pk, said["quantity"], said["unit_cost"]) for product, said in found
        ]
        if not found:
            raise ValidationError(_("Add at least one product."))
        return cleaned
