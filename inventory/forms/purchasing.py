"""What is typed about suppliers, and about what is ordered from them, arrives and goes back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import DateField, MoneyField, PhoneField, PriceField, QuantityField, Sectioned, SuggestInput
from core.keys import find
from inventory.models import (
    GoodsReceipt,
    Location,
    Product,
    PurchaseOrder,
    Supplier,
    SupplierContact,
    SupplierProduct,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.operations.arrivals import Arrived
from inventory.operations.purchasing import PurchaseLine
from inventory.queries import by_code

from .receiving import MOST_LINES, ReceiptLineForm, ReceiveForm
from .stock import LocationField


class SupplierForm(Sectioned, forms.ModelForm):
    """Who they are and on what terms we buy."""

    sections = {
        gettext_lazy("Who"): [
            "name",
            "email",
            "phone",
            "website",
            "address",
            "country",
            "tax_id",
            "language",
        ],
        gettext_lazy("Terms"): ["currency", "payment_terms", "lead_time_days", "minimum_amount", "is_active"],
        gettext_lazy("Note"): ["note"],
    }
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)
    website = forms.URLField(label=gettext_lazy("Website"), required=False, assume_scheme="https")
    minimum_amount = MoneyField(label=gettext_lazy("Minimum order"), required=False, positive=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        initial="en",
        help_text=gettext_lazy("Of purchase orders and slips that go to them."),
    )

    class Meta:
        model = Supplier
        fields = [
            "name", "email", "phone", "website", "address", "country", "tax_id", "language", "currency",
            "payment_terms", "lead_time_days", "minimum_amount", "is_active", "note",
        ]  # fmt: skip
        widgets = {
            "address": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
        }

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = Supplier.objects.filter(name__iexact=name).exclude(pk=self.instance.pk)
        if others.exists():
            raise ValidationError(_("There is a supplier of this name."))
        return name

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).strip().upper()
        if not (code.isascii() and code.isalpha() and len(code) == 3):
            raise ValidationError(_("A currency has three letters, such as INR or USD."))
        return code

    def clean_minimum_amount(self) -> Any:
        amount = self.cleaned_data["minimum_amount"]
        if amount is not None and amount < 0:
            raise ValidationError(_("An amount is not negative."))
        return amount


class ContactForm(forms.ModelForm):
    phone = PhoneField(label=gettext_lazy("Phone"), required=False)

    class Meta:
        model = SupplierContact
        fields = ["name", "role", "email", "phone", "gets_orders"]


class SupplierProductForm(forms.ModelForm):
    """What a supplier asks for one product."""

    code = forms.CharField(
        label=gettext_lazy("Our SKU or barcode"),
        max_length=64,
        widget=SuggestInput("inventory:product_search"),
    )
    price = PriceField(label=gettext_lazy("Price of one piece"), required=False, positive=False)
    pack_size = forms.IntegerField(
        label=gettext_lazy("Pieces in a pack"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        initial=1,
        help_text=gettext_lazy("Only whole packs are sent."),
    )

    class Meta:
        model = SupplierProduct
        fields = ["sku", "name", "price", "lead_time_days", "minimum_quantity", "pack_size", "is_preferred"]

    field_order = [
        "code",
        "sku",
        "name",
        "price",
        "lead_time_days",
        "minimum_quantity",
        "pack_size",
        "is_preferred",
    ]

    def __init__(self, *args: Any, supplier: Supplier, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.supplier = supplier
        if self.instance.pk:
            self.fields["code"].initial = self.instance.product.sku
            self.fields["code"].disabled = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        typed = cleaned.get("code", "")
        product = by_code([typed]).get(typed)
        if product is None:
            self.add_error(
                "code", _("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed}
            )
            return cleaned
        self.instance.supplier, self.instance.product = self.supplier, product
        if not self.instance.pk:
            self.instance.currency = self.supplier.currency
        others = SupplierProduct.objects.filter(supplier=self.supplier).exclude(pk=self.instance.pk)
        if others.filter(product=product).exists():
            self.add_error("code", _("This supplier has this product already."))
        if cleaned.get("sku") and others.filter(sku__iexact=cleaned["sku"]).exists():
            self.add_error("sku", _("This supplier has this SKU already, for another product."))
        if (cleaned.get("price") or 0) < 0:
            self.add_error("price", _("A price is not negative."))
        cleaned["pack_size"] = cleaned.get("pack_size") or 1
        if cleaned.get("minimum_quantity") == 0:
            self.add_error("minimum_quantity", _("At least one piece."))
        return cleaned


class PurchaseLineForm(ReceiptLineForm):
    """A product to order; without a price the supplier's own counts."""

    may_be_empty = ("unit_cost",)
    unit_cost = PriceField(label=gettext_lazy("Price of one piece"), required=False, positive=False)


PURCHASE_LINES = forms.formset_factory(PurchaseLineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


class PurchaseForm(ReceiveForm):
    """A purchase order and its lines."""

    formset = PURCHASE_LINES
    to_order = True
    supplier = forms.ModelChoiceField(
        label=gettext_lazy("Supplier"), queryset=Supplier.objects.filter(is_active=True), empty_label=None
    )
    exchange_rate = forms.DecimalField(
        label=gettext_lazy("Exchange rate"),
        max_digits=16,
        decimal_places=6,
        min_value=Decimal("0.000001"),
        required=False,
        help_text=gettext_lazy("What one unit of the supplier's currency costs us. Fixed when it is sent."),
    )
    payment_terms = forms.CharField(label=gettext_lazy("Payment terms"), max_length=120, required=False)
    note = forms.CharField(
        label=gettext_lazy("Note to the supplier"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ["supplier", "location", "exchange_rate", "payment_terms", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["document"]
        supplier = find(Supplier.objects, self["supplier"].value())
        for line in self.lines:
            line.fields["unit_cost"].widget.currency = supplier.currency if supplier else ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["lines"] = [
            PurchaseLine(line.found.pk, line.cleaned_data["quantity"], line.cleaned_data.get("unit_cost"))
            for line in self.lines
            if line.found is not None
        ]
        return cleaned


class ArrivalLineForm(forms.Form):
    """What came of one product of the order."""

    product = forms.CharField(max_length=64, widget=forms.HiddenInput)
    quantity = forms.IntegerField(
        label=gettext_lazy("Whole"), min_value=0, max_value=1_000_000, required=False
    )
    damaged = forms.IntegerField(
        label=gettext_lazy("Damaged"), min_value=0, max_value=1_000_000, required=False
    )
    shelf = forms.CharField(label=gettext_lazy("Shelf"), max_length=24, required=False)
    line: Any = None


ARRIVALS = forms.formset_factory(ArrivalLineForm, extra=0, max_num=MOST_LINES, absolute_max=MOST_LINES)


class ArrivalForm(forms.Form):
    """What came for a purchase order. `lines` are its lines, each with what was counted."""

    damaged_to = forms.ModelChoiceField(
        label=gettext_lazy("Damaged pieces go to"), queryset=Location.objects.none(), required=False
    )
    document = forms.CharField(label=gettext_lazy("Supplier's document"), max_length=80, required=False)
    rest_on = DateField(label=gettext_lazy("The rest is expected on"), required=False, near="future")
    more_is_right = forms.BooleanField(
        label=gettext_lazy("More than ordered is right; keep it"), required=False
    )

    def __init__(
        self, *args: Any, order: PurchaseOrder, lines: Sequence[dict[str, str]] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        places = Location.objects.exclude(kind=Location.Kind.SELLABLE)
        self.fields["damaged_to"].queryset = places  # type: ignore[attr-defined]
        self.lines = ARRIVALS(self.data or None, prefix="lines", initial=[] if self.data else list(lines))
        known = {line.product.sku: line for line in order.lines.select_related("product")}
        for line in self.lines:
            line.line = known.get(str(line["product"].value() or ""))

    @property
    def whole(self) -> list[ArrivalLineForm]:
        return [line for line in self.lines if line.line is not None]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.lines.is_valid():
            raise ValidationError(_("Look at the lines below."))
        cleaned["pieces"] = [
            Arrived(
                line.line.pk,
                line.cleaned_data.get("quantity") or 0,
                line.cleaned_data.get("damaged") or 0,
                line.cleaned_data.get("shelf") or "",
            )
            for line in self.whole
        ]
        return cleaned


class SendForm(forms.Form):
    recipient = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("Empty: you hand the paper over yourself."),
    )


class CloseForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=240, required=False)


class ExpectForm(forms.Form):
    day = DateField(label=gettext_lazy("The rest is expected on"), near="future")


class ReturnForm(forms.Form):
    """One product that goes back."""

    supplier = forms.ModelChoiceField(label=gettext_lazy("Supplier"), queryset=Supplier.objects.all())
    code = forms.CharField(
        label=gettext_lazy("SKU or barcode"), max_length=64, widget=SuggestInput("inventory:product_search")
    )
    location = LocationField(label=gettext_lazy("From"))
    quantity = QuantityField(label=gettext_lazy("Pieces"))
    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=SupplierReturnLine.Reason.choices)
    wanted = forms.ChoiceField(label=gettext_lazy("We want"), choices=SupplierReturn.Wanted.choices)
    receipt = forms.CharField(
        label=gettext_lazy("Came with receipt"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("Its number, when known: then the price paid is asked back."),
    )
    note = forms.CharField(label=gettext_lazy("Note"), max_length=300, required=False)

    def clean_code(self) -> Product:
        typed = self.cleaned_data["code"]
        product = by_code([typed]).get(typed)
        if product is None:
            raise ValidationError(
                _("There is no product with the SKU or barcode “%(typed)s”.") % {"typed": typed}
            )
        return product

    def clean_receipt(self) -> GoodsReceipt | None:
        number = self.cleaned_data["receipt"].strip().replace("\x00", "")
        if not number:
            return None
        receipt = GoodsReceipt.objects.filter(number__iexact=number).first()
        if receipt is None:
            raise ValidationError(_("There is no receipt %(number)s.") % {"number": number})
        return receipt

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        receipt, product = cleaned.get("receipt"), cleaned.get("code")
        if receipt and product and not receipt.lines.filter(product=product).exists():
            self.add_error("receipt", _("This product did not come with it."))
        return cleaned


class SettleForm(forms.Form):
    status = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=[
            choice
            for choice in SupplierReturn.Status.choices
            if choice[0] not in {SupplierReturn.Status.DRAFT, SupplierReturn.Status.SENT}
        ],
    )
    credited = MoneyField(label=gettext_lazy("Credit received"), required=False, positive=False)
    document = forms.CharField(label=gettext_lazy("Supplier's document"), max_length=80, required=False)

    def clean_credited(self) -> Any:
        amount = self.cleaned_data["credited"]
        if amount is not None and amount < 0:
            raise ValidationError(_("An amount is not negative."))
        return amount
