"""Tables of suppliers, and of what they sell us: the columns, as the lists write them too."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.importing import Field, text
from core.tables import TableKind
from inventory.importing import MOST_PIECES, NO, YES, one_of, read_price, whole

MOST_DAYS = 3650


def _currency(value: str) -> str:
    code = value.upper()
    if code and not (code.isascii() and code.isalpha() and len(code) == 3):
        raise Refusal(_("A currency has three letters, such as INR or USD."))
    return code


def _least(value: str) -> int:
    pieces = whole(MOST_PIECES)(value)
    if pieces == 0:
        raise Refusal(_("At least one piece."))
    return pieces or 1


_yes_no = one_of([(True, YES), (False, NO), (True, "1"), (False, "0")], False)
_code = Field("code", gettext_lazy("Code"), ("code", "supplier code"), text(24))

SUPPLIERS = TableKind(
    "inventory.import_suppliers",
    {
        "code": _code,
        "name": Field("name", gettext_lazy("Supplier"), ("supplier", "name", "vendor", "company"), text(160)),
        "email": Field("email", gettext_lazy("E-mail for orders"), ("e-mail for orders", "email", "e-mail"), text(254)),
        "phone": Field("phone", gettext_lazy("Phone"), ("phone", "telephone", "mobile"), text(40)),
        "website": Field("website", gettext_lazy("Website"), ("website", "url"), text(200)),
        "address": Field("address", gettext_lazy("Address"), ("address",), text(2000)),
        "country": Field("country", gettext_lazy("Country"), ("country", "country code"), text(2)),
        "tax_id": Field("tax_id", gettext_lazy("Tax ID"), ("tax id", "gstin", "vat id"), text(40)),
        "language": Field("language", gettext_lazy("Language"), ("language",), text(8)),
        "currency": Field("currency", gettext_lazy("Currency"), ("currency",), _currency),
        "payment_terms": Field(
            "payment_terms", gettext_lazy("Payment terms"), ("payment terms", "terms"), text(120)
        ),
        "lead_time_days": Field(
            "lead_time_days", gettext_lazy("Lead time in days"), ("lead time in days", "lead time", "days"),
            whole(MOST_DAYS),
        ),
        "minimum_amount": Field(
            "minimum_amount", gettext_lazy("Minimum order"), ("minimum order", "minimum amount"), read_price
        ),
        "is_active": Field("is_active", gettext_lazy("Bought from"), ("bought from", "active"), _yes_no),
        "note": Field("note", gettext_lazy("Note"), ("note", "notes", "remark"), text(2000)),
    },
    required=("name",),
    key=("name",),
)  # fmt: skip
OFFERS = TableKind(
    "inventory.import_offers",
    {
        "supplier": Field(
            "supplier", gettext_lazy("Supplier"), ("supplier", "supplier name", "vendor"), text(160)
        ),
        "product": Field(
            "product", gettext_lazy("Our SKU"), ("our sku", "product sku", "sku", "barcode", "item code"), text(64)
        ),
        "sku": Field(
            "sku", gettext_lazy("Supplier's SKU"), ("supplier's sku", "supplier sku", "vendor sku", "their sku"),
            text(64),
        ),
        "name": Field(
            "name", gettext_lazy("Supplier's name for it"), ("supplier's name for it", "supplier's name", "their name"),
            text(300),
        ),
        "price": Field("price", gettext_lazy("Price"), ("price", "price of one piece", "cost", "rate"), read_price),
        "currency": Field("currency", gettext_lazy("Currency"), ("currency",), _currency),
        "lead_time_days": Field(
            "lead_time_days", gettext_lazy("Lead time in days"), ("lead time in days", "lead time", "days"),
            whole(MOST_DAYS),
        ),
        "minimum_quantity": Field(
            "minimum_quantity", gettext_lazy("Minimum pieces"), ("minimum pieces", "minimum", "moq", "min quantity"),
            _least,
        ),
        "pack_size": Field(
            "pack_size", gettext_lazy("Pieces in a pack"), ("pieces in a pack", "pack", "pack size"), _least
        ),
        "is_preferred": Field("is_preferred", gettext_lazy("Preferred"), ("preferred",), _yes_no),
        "is_gone": Field("is_gone", gettext_lazy("No longer offered"), ("no longer offered", "gone"), _yes_no),
    },
    required=("supplier", "product"),
    key=("supplier", "product"),
)  # fmt: skip
