"""Ordering what is selected in a list: of products, of what is short."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.screens import Acting, BulkAction
from core.templatetags.figures import num
from inventory import operations

MOST_PIECES = 1_000_000


class PiecesForm(forms.Form):
    pieces = forms.IntegerField(
        label=_("Pieces of each"),
        min_value=1,
        max_value=MOST_PIECES,
        required=False,
        help_text=_(
            "Empty: as many as are suggested, by shortage, reorder quantity, the supplier's minimum and packs."
        ),
    )


def _order(row: Any, acting: Acting) -> str:
    """One product, or one that is short: both have the product's key."""
    done = operations.order_product(row.pk, pieces=acting.values["pieces"], by=acting.by, at=acting.at)
    said = ngettext(
        "%(n)s piece on %(order)s for %(supplier)s",
        "%(n)s pieces on %(order)s for %(supplier)s",
        done.pieces,
    )
    return said % {"n": num(done.pieces), "order": done.draft, "supplier": done.draft.supplier}


ORDER_THESE = BulkAction(
    _("Order these"),
    "order",
    perform=_order,
    permission="inventory.add_purchaseorder",
    form_class=PiecesForm,
    ask=_("Puts them on a draft for each supplier they are bought from. Nothing is sent yet."),
    icon="shopping-cart",
)
