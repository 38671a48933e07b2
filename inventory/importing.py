"""Product files: which column is what, and what one row says. Pure; the writing is in operations/imports.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing
from core.errors import Refusal
from core.importing import Field, text
from core.money import parse_price

MOST_MONTHS, MOST_PIECES = 600, 1_000_000
LARGEST_PRICE = Decimal("99999999.9999")


def _category(value: str) -> str:
    return text(240)(" > ".join(part for part in re.split(r"\s*(?:>|›|→)\s*", value) if part))


def _price(value: str) -> Decimal | None:
    if not value:
        return None
    price = parse_price(value)
    if price < 0:
        raise Refusal(_("The price is negative: %(price)s.") % {"price": value})
    if price > LARGEST_PRICE:
        raise Refusal(_("The price is more than we can keep: %(price)s.") % {"price": value})
    return price


def _whole(most: int) -> Callable[[str], int | None]:
    def read(value: str) -> int | None:
        if not value:
            return None
        if not value.isdecimal() or int(value) > most:
            message = _("“%(value)s” is not a whole number from 0 to %(most)s.")
            raise Refusal(message % {"value": value[:40], "most": f"{most:,}"})
        return int(value)

    return read


FIELDS: dict[str, Field] = {
    "sku": Field(
        "sku",
        gettext_lazy("SKU"),
        ("sku", "article", "артикул", "item code", "part no", "part number", "code", "код"),
        text(64),
    ),
    "name": Field(
        "name",
        gettext_lazy("Name"),
        (
            "name",
            "product",
            "product name",
            "title",
            "description",
            "item",
            "наименование",
            "название",
            "товар",
        ),
        text(300),
    ),
    "category": Field(
        "category",
        gettext_lazy("Category"),
        ("category", "category path", "category_path", "group", "категория", "группа"),
        _category,
    ),
    "price": Field(
        "list_price",
        gettext_lazy("List price"),
        ("price", "list price", "list_price", "mrp", "rate", "цена", "price rub", "price_rub", "price_inr"),
        _price,
    ),
    "supplier_ref": Field(
        "supplier_ref",
        gettext_lazy("Supplier's number"),
        ("supplier ref", "supplier_ref", "supplier id", "supplier_id", "supplier code", "vendor code"),
        text(64),
    ),
    "barcode": Field(
        "barcode",
        gettext_lazy("Barcode"),
        ("barcode", "ean", "upc", "gtin", "штрихкод", "штрих-код"),
        lambda value: text(64)(value) or None,
    ),
    "warranty_months": Field(
        "warranty_months",
        gettext_lazy("Warranty in months"),
        ("warranty", "warranty months", "warranty_months", "гарантия"),
        _whole(MOST_MONTHS),
    ),
    "reorder_point": Field(
        "reorder_point",
        gettext_lazy("Reorder point"),
        ("reorder point", "reorder_point", "min stock", "minimum"),
        _whole(MOST_PIECES),
    ),
    "reorder_quantity": Field(
        "reorder_quantity",
        gettext_lazy("Reorder quantity"),
        ("reorder quantity", "reorder_quantity", "reorder qty"),
        _whole(MOST_PIECES),
    ),
}
REQUIRED = ("sku", "name")


class Line(NamedTuple):
    """One row of the file: its number and what it says, by field. Only mapped fields are in `values`."""

    number: int
    values: dict[str, Any]

    @property
    def key(self) -> str:
        """Two rows with this in common are about the same product: SKUs don't differ by case."""
        return str(self.values["sku"]).upper()


def guess_mapping(headers: Sequence[str]) -> dict[str, str]:
    """Field → column, as far as the names of the columns tell."""
    return importing.guess_mapping(FIELDS, headers)


def check_mapping(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """Field → position of its column. Refuses fields and columns that don't exist."""
    return importing.check_mapping(FIELDS, REQUIRED, mapping, headers)


def read_line(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> Line:
    """What a row says. Refuses with a sentence about the first thing that is wrong in it."""
    return Line(number, importing.read_cells(FIELDS, REQUIRED, cells, columns))
