"""What people type about orders, checked. Nothing is saved here."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any, NamedTuple

import django_filters as filters
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import DateField, MoneyField, QuantityField
from core.keys import read_key
from core.money import ZERO
from customers.models import Customer
from customers.models.choices import DeliveryMethod
from orders.models import Order, OrderLine, Status
from orders.operations import Item

MOST_PIECES = 100_000


class OrderFilter(filters.FilterSet):
    """Filters of the order list."""

    status = filters.MultipleChoiceFilter(label=_("Status"), choices=Status.choices)
    created_at = filters.DateFromToRangeFilter(label=_("Written on"))
    customer = filters.ModelChoiceFilter(
        label=_("Customer"),
        queryset=lambda request: Customer.objects.visible_to(request.user),
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Order
        fields = ["status", "created_at", "customer"]


class OrderForm(forms.Form):
    """The head of an order; its lines are `LineForm`s."""

    customer_reference = forms.CharField(
        label=_("Customer's reference"), max_length=80, required=False, strip=True
    )
    delivery_method = forms.ChoiceField(
        label=_("Delivery"),
        choices=[("", _("As the customer prefers")), *DeliveryMethod.choices],
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    below_cost_reason = forms.CharField(label=_("Why below cost"), max_length=240, required=False)

    def values(self) -> dict[str, Any]:
        """The fields of the order; what was left open is left to the operation."""
        return {
            name: value for name, value in self.cleaned_data.items() if value or name != "delivery_method"
        }


class LineForm(forms.Form):
    """One line as typed: `product`, `quantity`, `discount` come as three lists of the same length."""

    product = forms.IntegerField(min_value=1)
    quantity = QuantityField(label=_("Pieces"), max_value=MOST_PIECES)
    discount = MoneyField(label=_("Discount"), required=False, positive=False, minimum=ZERO)

    @classmethod
    def typed(cls, product: Any, quantity: Any, discount: Any = "", when: str = "") -> LineForm:
        """`when`: what is chosen where pieces are missing, beside the three (`short_12`)."""
        told = {"product": str(product), "quantity": str(quantity), "discount": str(discount or "")}
        return cls(told | {"when": when if when in OrderLine.WhenShort.values else OrderLine.WhenShort.WAIT})

    @property
    def when(self) -> str:
        return str(self.data["when"])

    @property
    def product_id(self) -> int:
        """The product, also while the rest of the line can't be read; 0 for none."""
        return read_key(self.data["product"]) or 0

    @property
    def pieces(self) -> int:
        """The pieces as far as they can be read; 0 for none."""
        return read_key(self.data["quantity"].strip()) or 0

    def changed(self, *, product: int = 0, quantity: int | None = None) -> LineForm:
        """The same line for another product, or with another quantity."""
        pieces = self.data["quantity"] if quantity is None else quantity
        return self.typed(product or self.product_id, pieces, self.data["discount"], self.when)

    @property
    def item(self) -> Item:
        checked = self.cleaned_data
        return Item(checked["product"], checked["quantity"], checked["discount"] or ZERO, self.when)


class Typed(NamedTuple):
    """The lines of a posted order, each with its own errors. `torn`: the form lost a field on its way."""

    lines: list[LineForm]
    torn: bool


def typed_lines(post: QueryDict) -> Typed:
    """The three lists of a posted order as lines. Lists of different length can't be put together for certain."""
    columns = [post.getlist(name) for name in ("product", "quantity", "discount")]
    rows = [
        LineForm.typed(product, quantity, discount, post.get(f"short_{product}", ""))
        for product, quantity, discount in zip_longest(*columns, fillvalue="")
    ]
    return Typed([line for line in rows if line.product_id], len(set(map(len, columns))) > 1)


class ReasonForm(forms.Form):
    """Why somebody decides as they do."""

    reason = forms.CharField(label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReleaseForm(ReasonForm):
    """Why a held order may go, and perhaps until when."""

    until = DateField(
        label=_("Only until"),
        required=False,
        near="future",
        help_text=_("What was not delivered by then is held again. Empty: once and for all."),
    )
