"""What is done with many products at once, each by the operation of its own page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from core.errors import Refusal
from core.screens import Acting, BulkAction
from inventory import operations
from inventory.models import Category, Product


class CategoryForm(forms.Form):
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.order_by("path"), required=False, empty_label=_("None")
    )


class ReorderForm(forms.Form):
    reorder_point = forms.IntegerField(
        label=_("Reorder point"),
        min_value=0,
        max_value=1_000_000,
        required=False,
        help_text=_("At or below so many pieces it is time to order. Empty: never."),
    )


def _set(**fixed: Any) -> Callable[[Product, Acting], None]:
    """Give fields the values that are fixed here, or that were typed."""

    def perform(product: Product, acting: Acting) -> None:
        values = fixed or acting.values
        product = Product.objects.select_for_update().get(pk=product.pk)
        if all(getattr(product, name) == value for name, value in values.items()):
            raise Refusal(gettext_now("It is so already."))
        for name, value in values.items():
            setattr(product, name, value)
        operations.change_product(product)

    return perform


PRODUCT_ACTIONS = [
    BulkAction(
        _("Category"),
        "category",
        perform=_set(),
        permission="inventory.change_product",
        form_class=CategoryForm,
        icon="folder",
    ),
    BulkAction(
        _("Reorder point"),
        "reorder_point",
        perform=_set(),
        permission="inventory.change_product",
        form_class=ReorderForm,
    ),
    BulkAction(
        _("Sell"),
        "activate",
        perform=_set(is_active=True),
        permission="inventory.change_product",
        ask=_("They can be put on orders again."),
    ),
    BulkAction(
        _("Stop selling"),
        "deactivate",
        perform=_set(is_active=False),
        permission="inventory.change_product",
        ask=_("They can't be put on new orders. Their stock and their history stay."),
        tone="danger",
    ),
]
