"""Files of prices: which column is what, and what one row says. Pure; the same columns as the export of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing
from core.errors import Refusal
from core.importing import Field, text
from core.money import parse_price

MOST_PIECES = 1_000_000


def _price(value: str) -> Decimal:
    price = parse_price(value)
    if price < 0:
        raise Refusal(_("The price is negative: %(price)s.") % {"price": value})
    return price


def _pieces(value: str) -> int:
    if not value:
        return 1
    if not value.isdecimal() or not 1 <= int(value) <= MOST_PIECES:
        raise Refusal(_("“%(value)s” is not a number of pieces.") % {"value": value[:40]})
    return int(value)


def _day(value: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value.partition(" ")[0].partition("T")[0]) if value else None
    except ValueError as error:
        text_ = _("“%(value)s” is not a day written as 2026-12-31.")
        raise Refusal(text_ % {"value": value[:40]}) from error


FIELDS: dict[str, Field] = {
    "sku": Field("sku", gettext_lazy("SKU"), ("sku", "article", "item code", "code"), text(64)),
    "unit_price": Field(
        "unit_price",
        gettext_lazy("Price of one piece"),
        ("price", "unit price", "price of one piece", "rate"),
        _price,
    ),
    "min_quantity": Field(
        "min_quantity", gettext_lazy("From pieces"), ("from pieces", "min quantity", "pieces", "moq"), _pieces
    ),
    "customer": Field(
        "customer", gettext_lazy("Customer code"), ("customer code", "only for", "customer"), text(24)
    ),
    "valid_from": Field(
        "valid_from", gettext_lazy("First day"), ("first day", "valid from", "from day"), _day
    ),
    "valid_to": Field("valid_to", gettext_lazy("Last day"), ("last day", "valid to", "until"), _day),
}
REQUIRED = ("sku", "unit_price")


def read_row(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, Any]:
    """What a row says. Refuses with a sentence about the first thing that is wrong in it."""
    return importing.read_cells(FIELDS, REQUIRED, cells, columns)
