"""What is typed about goods that come, go and lie elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import PriceField, QuantityField
from inventory.models import Location, Product
from inventory.operations import ReceiptLine

MOST_LINES = 200


class LocationField(forms.ModelChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Location.objects.all(), empty_label=None, **kwargs)


class ReceiptLineForm(forms.Form):
    """One line of goods that arrived; left empty it is none."""

    product = forms.CharField(label=gettext_lazy("SKU or barcode"), max_length=64, required=False)
    quantity = QuantityField(label=gettext_lazy("Pieces"), required=False)
    unit_cost = PriceField(label=gettext_lazy("Cost of one piece"), required=False, positive=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("product", "").strip()
        rest = (cleaned.get("quantity"), cleaned.get("unit_cost"))
        if not typed:
            if any(value is not None for value in rest):
                self.add_error("product", _("Which product?"))
            return cleaned
        product = Product.objects.filter(Q(sku__iexact=typed) | Q(barcode=typed)).first()
        if product is None:
            self.add_error(
                "product", _("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed}
            )
        for name, value in zip(("quantity", "unit_cost"), rest, strict=True):
            if value is None and name not in self.errors:
                self.add_error(name, _("This is needed."))
        cleaned["found"] = product
        return cleaned


LINES = forms.formset_factory(ReceiptLineForm, extra=10, max_num=MOST_LINES, absolute_max=MOST_LINES)


class ReceiveForm(forms.Form):
    """Goods that arrived: where, from whom, and its lines."""

    location = LocationField(label=gettext_lazy("Where to"))
    supplier = forms.CharField(label=gettext_lazy("Supplier"), max_length=160, required=False)
    document = forms.CharField(label=gettext_lazy("Supplier's document"), max_length=80, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = LINES(self.data or None, prefix="lines")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            raise ValidationError(_("Look at the lines below."))
        found = [line.cleaned_data for line in self.lines if line.cleaned_data.get("found")]
        cleaned["lines"] = [
            ReceiptLine(line["found"].pk, line["quantity"], line["unit_cost"]) for line in found
        ]
        if not found:
            raise ValidationError(_("Add at least one product."))
        return cleaned


class AdjustForm(forms.Form):
    """More or fewer pieces than the books say."""

    location = LocationField(label=gettext_lazy("Where"))
    difference = forms.IntegerField(
        label=gettext_lazy("Difference"),
        help_text=gettext_lazy("Pieces to add, or with a minus to take off."),
        min_value=-1_000_000,
        max_value=1_000_000,
    )
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=240)


class TransferForm(forms.Form):
    """Pieces carried from one place to another."""

    source = LocationField(label=gettext_lazy("From"))
    destination = LocationField(label=gettext_lazy("To"))
    quantity = QuantityField(label=gettext_lazy("Pieces"))
