"""What is asked about phones and what fits them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from inventory.models import DeviceModel, Product
from inventory.queries import by_code
from inventory.queries.fitting import device_meant

MOST_WORDS = 60


class WordsField(forms.CharField):
    """Several words, separated by commas; gives a list."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 2000)
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        text = super().clean(self.prepare_value(value))
        words = list(dict.fromkeys(" ".join(part.split()) for part in text.replace(";", ",").split(",")))
        found = [word for word in words if word]
        if len(found) > MOST_WORDS or any(len(word) > 80 for word in found):
            raise ValidationError(_("At most %(n)s, of 80 characters each.") % {"n": MOST_WORDS})
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != self.clean(data or "")


class DeviceField(forms.CharField):
    """A phone by its name, alias or model code; gives the phone."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 120)
        kwargs.setdefault("help_text", gettext_lazy("Name or model code."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return device_meant(text) if text else None
        except Refusal as refusal:
            raise ValidationError(refusal.text, code=refusal.code) from refusal


class DeviceModelForm(forms.ModelForm):
    codes = WordsField(
        label=gettext_lazy("Model codes"), help_text=gettext_lazy("Parted by commas: M2101K7AG, M2101K7AI")
    )
    aliases = WordsField(label=gettext_lazy("Also called"), help_text=gettext_lazy("Parted by commas."))

    class Meta:
        model = DeviceModel
        fields = ["brand", "name", "codes", "aliases"]


class DeviceMergeForm(forms.Form):
    into = DeviceField(label=gettext_lazy("The same phone as"))


class FitForm(forms.Form):
    """A phone that a product fits."""

    device = DeviceField(label=gettext_lazy("Phone"))


class FittingProductForm(forms.Form):
    """A product that fits a phone."""

    product = forms.CharField(label=gettext_lazy("SKU or barcode"), max_length=64)

    def clean_product(self) -> Product:
        typed = self.cleaned_data["product"]
        found = by_code([typed]).get(typed)
        if found is None:
            raise ValidationError(
                _("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed}
            )
        return found
