"""A product, as it is entered by hand."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import PriceField, Sectioned
from inventory.models import Product


class ProductForm(Sectioned, forms.ModelForm):
    sections = {
        _("What it is"): ["name", "sku", "barcode", "brand", "category", "grade", "colour", "with_frame"],
        _("Price and tax"): ["list_price", "tax_category", "supplier_ref"],
        _("Stock"): ["reorder_point", "reorder_quantity", "is_active"],
        _("Warranty"): ["warranty_months", "warranty_terms"],
    }
    list_price = PriceField(
        label=_("List price"), required=False, positive=False, help_text=_("Of one piece.")
    )

    class Meta:
        model = Product
        fields = [
            "name", "sku", "brand", "category", "grade", "colour", "with_frame", "list_price", "barcode",
            "supplier_ref", "tax_category", "warranty_months", "warranty_terms", "reorder_point", "reorder_quantity",
            "is_active",
        ]  # fmt: skip
        widgets = {"warranty_terms": forms.Textarea(attrs={"rows": 3})}

    def clean_barcode(self) -> str | None:
        return self.cleaned_data["barcode"] or None

    def clean_list_price(self) -> object:
        price = self.cleaned_data["list_price"]
        if price is not None and price < 0:
            raise forms.ValidationError(_("A price is not negative."))
        return price
