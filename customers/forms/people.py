"""Contact persons and addresses."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from core.countries import countries
from customers.models import Address, Contact

from .callback import typed


class ContactForm(forms.ModelForm):
    class Meta:
        model = Contact
        fields = ["name", "designation", "phone", "email", "second_phone", "second_email", "is_key"]
        formfield_callback = typed


class AddressForm(forms.ModelForm):
    country = forms.ChoiceField(label=_("Country"), choices=countries)

    class Meta:
        model = Address
        fields = ["kind", "street", "city", "state", "postal_code", "country", "is_default"]
        formfield_callback = typed
