"""The profile of a customer, in sections (CUS-1, 2, 4, 5)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Visibility
from core.countries import countries
from core.forms import PhoneField, Section, Sectioned
from core.money import SYMBOLS
from customers.models import Customer
from customers.models.choices import Channel

from .callback import typed
from .filters import colleagues

WHO = [
    "name", "kind", "first_name", "middle_name", "last_name", "gender", "born_on", "account_number", "language",
    "representative", "photo",
]  # fmt: skip
REACH = [
    "phone", "second_phone", "whatsapp", "email", "second_email", "fax", "website", "facebook", "instagram", "linkedin",
    "wechat", "other_social",
]  # fmt: skip
BUSINESS = ["company_name", "industry", "tax_id", "tax_treatment", "licence", "annual_revenue", "employees"]
PREFERENCES = [
    "payment_method", "delivery_method", "currency", "contact_method", "channel_1", "channel_2", "channel_3",
    "communication_language",
]  # fmt: skip
CONTACT = ["contact_name", "contact_designation", "contact_phone", "contact_email"]
ADDRESS = ["street", "city", "state", "postal_code", "country"]
CHANNELS = [("", "–"), *Channel.choices]
LARGEST_PHOTO = 5 * 1024 * 1024


class CustomerForm(Sectioned, forms.ModelForm):
    """Everything of the profile but the status. Who may not see tax IDs doesn't get the field."""

    currency = forms.ChoiceField(
        label=_("Currency"), choices=[(code, code) for code in sorted(SYMBOLS)], initial=settings.CURRENCY
    )
    channel_1 = forms.ChoiceField(label=_("First channel"), choices=CHANNELS, required=False)
    channel_2 = forms.ChoiceField(label=_("Second channel"), choices=CHANNELS, required=False)
    channel_3 = forms.ChoiceField(label=_("Third channel"), choices=CHANNELS, required=False)

    sections: ClassVar[dict[str | Promise, list[str]]] = {
        _("Who"): WHO,
        _("How to reach it"): REACH,
        _("Business"): BUSINESS,
        _("Preferences"): PREFERENCES,
    }

    class Meta:
        model = Customer
        fields = [n for n in (*WHO, *REACH, *BUSINESS, *PREFERENCES) if not n.startswith("channel_")]
        formfield_callback = typed
        widgets = {"tax_id": forms.TextInput(attrs={"autocomplete": "off"})}

    def __init__(self, *args: Any, request: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, channel in enumerate(self.instance.channels, 1):
            self.fields[f"channel_{place}"].initial = channel
        known = {code for code, _label in self.fields["currency"].choices}  # type: ignore[attr-defined]
        for code in {settings.CURRENCY, self.instance.currency} - known:
            self.fields["currency"].choices += [(code, code)]  # type: ignore[attr-defined]
        self._offer_colleagues(request)
        if self.instance.pk and not request.user.has_perm("customers.see_tax_id"):
            del self.fields["tax_id"]

    def _offer_colleagues(self, request: Any) -> None:
        """Somebody who sees only the own customers can't give one away and lose it from sight."""
        if request.user.sees == Visibility.OWN:
            del self.fields["representative"]
            return
        people = colleagues(request)
        if self.instance.representative_id:
            people = people | User.objects.filter(pk=self.instance.representative_id)
        self.fields["representative"].queryset = people  # type: ignore[attr-defined]
        self.fields["representative"].required = request.user.sees != Visibility.ALL

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo is False:
            return ""
        if photo and photo.size > LARGEST_PHOTO:
            raise ValidationError(_("The photo is larger than 5 MB."), code="too_large")
        return photo

    def clean_account_number(self) -> str | None:
        return self.cleaned_data["account_number"] or None

    def values(self) -> dict[str, Any]:
        """What was typed, as the operations take it."""
        values = dict(self.cleaned_data)
        channels = [values.pop(f"channel_{place}") for place in (1, 2, 3)]
        values["channels"] = list(dict.fromkeys(filter(None, channels)))
        return values


class CustomerAddForm(CustomerForm):
    """A new customer, with its key person and its address."""

    contact_name = forms.CharField(label=_("Name"), max_length=120, required=False)
    contact_designation = forms.CharField(label=_("Designation"), max_length=80, required=False)
    contact_phone = PhoneField(label=_("Phone"), required=False)
    contact_email = forms.EmailField(label=_("E-mail"), required=False)
    street = forms.CharField(label=_("Street, house, flat"), max_length=240, required=False)
    city = forms.CharField(label=_("City"), max_length=80, required=False)
    state = forms.CharField(label=_("State or province"), max_length=80, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=16, required=False)
    country = forms.ChoiceField(
        label=_("Country"), choices=countries, initial=settings.COMPANY["country"], required=False
    )
    ships_there = forms.BooleanField(label=_("Goods go there too"), required=False, initial=True)
    duplicate_reason = forms.CharField(
        label=_("Why it is another customer"),
        max_length=200,
        required=False,
        help_text=_(
            "Needed only when somebody has the same phone, e-mail or tax ID. It stays on the timeline."
        ),
    )

    sections = {
        _("Looks like another one"): ["duplicate_reason"],
        _("Who"): WHO,
        _("How to reach it"): REACH,
        _("Key person"): CONTACT,
        _("Address"): [*ADDRESS, "ships_there"],
        _("Business"): BUSINESS,
        _("Preferences"): PREFERENCES,
    }
    alike = False
    """Set when the operation found somebody it looks like: only then is the reason asked for."""

    def in_sections(self) -> list[Section]:
        shown = self.alike or self.data.get("duplicate_reason")
        return super().in_sections()[0 if shown else 1 :]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if any(data.get(name) for name in CONTACT) and not data.get("contact_name"):
            self.add_error("contact_name", _("Who is it?"))
        if any(data.get(name) for name in ADDRESS[:-1]) and not data.get("street"):
            self.add_error("street", _("The street is missing."))
        return data

    def values(self) -> dict[str, Any]:
        values = super().values()
        contact = {name.removeprefix("contact_"): values.pop(name) for name in CONTACT}
        address = {name: values.pop(name) for name in ADDRESS}
        kinds = ["billing", "shipping"] if values.pop("ships_there") else ["billing"]
        values["contacts"] = [contact] if contact["name"] else []
        values["addresses"] = [{**address, "kind": kind} for kind in kinds] if address["street"] else []
        return values
