"""A product, as it is entered by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from core.forms import PriceField, Sectioned
from core.forms.sections import Section
from core.keys import find
from inventory.models import Category, Product
from inventory.queries import specifications_of

from .specifications import Specified


class ProductForm(Specified, Sectioned, forms.ModelForm):
    """The fields of every product, and those that its category asks for; the chosen category, not the earlier one."""

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
        widgets = {
            "warranty_terms": forms.Textarea(attrs={"rows": 3}),
            # Another category asks for other things: its fields come as it is chosen.
            "category": forms.Select(
                attrs={
                    "hx-get": reverse_lazy("inventory:product_specifications"),
                    "hx-target": "#specifications",
                    "hx-swap": "innerHTML",
                    "hx-include": "#specifications",
                }
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "category" in self.fields:
            attrs = self.fields["category"].widget.attrs
            attrs["hx-get"] = f"{attrs['hx-get']}?product={self.instance.pk}"
        self.add_specifications(specifications_of(self._category()), self.instance.specifications)

    def _category(self) -> Category | None:
        """The category that is chosen on the form now; of a part of the form without it, that of the product."""
        if not self.is_bound or self.add_prefix("category") not in self.data:
            chosen = self.initial.get("category", self.instance.category_id)
        else:
            chosen = self["category"].value()
        if isinstance(chosen, Category):
            return chosen
        return find(Category.objects, chosen)

    def in_sections(self) -> list[Section]:
        """The specifications stand behind what it is; their panel is there also when it is empty, to be filled."""
        sections = super().in_sections()
        place = min(1, len(sections))
        asked = [self[name] for name in self.specified if name in self.fields]
        empty = _("Choose a category to see what it asks for.")
        sections.insert(place, Section(_("Specifications"), asked, "specifications", empty))
        return sections

    def clean_barcode(self) -> str | None:
        return self.cleaned_data["barcode"] or None

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if self.specified:
            self.instance.specifications = self.specified_values(said, self.instance.specifications)
        return said

    def clean_list_price(self) -> object:
        price = self.cleaned_data["list_price"]
        if price is not None and price < 0:
            raise forms.ValidationError(_("A price is not negative."))
        return price
