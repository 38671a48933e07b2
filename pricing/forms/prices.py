"""What is typed about prices."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, PriceField, QuantityField, SuggestInput
from customers.models import Customer, Segment
from customers.models.choices import TaxTreatment
from inventory.models import Product
from inventory.models.catalogue import TaxCategory
from pricing.models import PriceList


class ForPerson(forms.Form):
    """A form that looks records up with the eyes of the person who fills it in."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def find_product(self, sku: str) -> Product:
        product = Product.objects.filter(sku__iexact=sku).first()
        if product is None:
            raise ValidationError(_("There is no product with the SKU “%(sku)s”.") % {"sku": sku[:64]})
        return product

    def find_customer(self, code: str) -> Customer:
        customer = Customer.objects.visible_to(self.user).filter(code__iexact=code).first()
        if customer is None:
            raise ValidationError(_("There is no customer with the code “%(code)s”.") % {"code": code[:24]})
        return customer


class PriceForm(ForPerson):
    """A price of one product in a list."""

    product = forms.CharField(
        label=gettext_lazy("SKU"), max_length=64, widget=SuggestInput("inventory:product_search")
    )
    unit_price = PriceField(label=gettext_lazy("Price of one piece"), positive=False)
    min_quantity = QuantityField(label=gettext_lazy("From pieces"), initial=1)
    customer = forms.CharField(
        label=gettext_lazy("Only for customer"),
        required=False,
        max_length=24,
        help_text=gettext_lazy("Its code, such as C-00012. Empty: for everybody this list is for."),
    )
    valid_from = DateField(label=gettext_lazy("First day"), required=False)
    valid_to = DateField(label=gettext_lazy("Last day"), required=False)

    def clean_product(self) -> Product:
        return self.find_product(self.cleaned_data["product"])

    def clean_customer(self) -> Customer | None:
        code = self.cleaned_data["customer"]
        return self.find_customer(code) if code else None


class EndPriceForm(forms.Form):
    on = DateField(label=gettext_lazy("Last day"), initial=timezone.localdate)


class PriceListForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=PriceList.Kind.choices, initial=PriceList.Kind.PROMOTION
    )
    segment = forms.ModelChoiceField(
        label=gettext_lazy("Segment"),
        queryset=Segment.objects.all(),
        required=False,
        help_text=gettext_lazy("Only for a segment's list."),
    )
    currency = forms.RegexField(
        label=gettext_lazy("Currency"),
        regex=r"^[A-Z]{3}$",
        help_text=gettext_lazy("Three letters, such as INR."),
    )
    prices_include_tax = forms.BooleanField(label=gettext_lazy("Prices include tax"), required=False)


class TaxRateForm(forms.Form):
    product_category = forms.ChoiceField(label=gettext_lazy("Products taxed as"), choices=TaxCategory.choices)
    customer_treatment = forms.ChoiceField(
        label=gettext_lazy("Customers taxed as"), choices=TaxTreatment.choices
    )
    rate = forms.DecimalField(
        label=gettext_lazy("Rate, %"), min_value=0, max_value=99, max_digits=6, decimal_places=3
    )
    valid_from = DateField(
        label=gettext_lazy("First day"),
        required=False,
        help_text=gettext_lazy("The rate before it ends the day before. Empty: always."),
    )


class WhyForm(ForPerson):
    """Whose price of what, how many, when."""

    customer = forms.CharField(
        label=gettext_lazy("Customer code"), max_length=24, widget=SuggestInput("customers:customer_search")
    )
    product = forms.CharField(
        label=gettext_lazy("SKU"), max_length=64, widget=SuggestInput("inventory:product_search")
    )
    quantity = QuantityField(label=gettext_lazy("Pieces"), initial=1)
    on = DateField(label=gettext_lazy("Day"), required=False)

    def clean_product(self) -> Product:
        return self.find_product(self.cleaned_data["product"])

    def clean_customer(self) -> Customer:
        return self.find_customer(self.cleaned_data["customer"])
