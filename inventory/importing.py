"""Product files: which column is what, and what one row says. Pure; the writing is in operations/imports.py."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Refusal
from core.money import parse_price

MOST_MONTHS, MOST_PIECES = 600, 1_000_000
LARGEST_PRICE = Decimal("99999999.9999")


class Field(NamedTuple):
    """Something a file can say about a product: the product's attribute, its words on screen, how columns call it."""

    attribute: str
    label: str | Promise
    headers: tuple[str, ...]
    read: Callable[[str], Any]


def _text(most: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        if len(value) > most:
            raise Refusal(
                _("“%(start)s…” has %(length)s characters, at most %(most)s fit.")
                % {"start": value[:30], "length": len(value), "most": most}
            )
        return value

    return read


def _category(value: str) -> str:
    return _text(240)(" > ".join(part for part in re.split(r"\s*(?:>|›|→)\s*", value) if part))


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
        _text(64),
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
        _text(300),
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
        _text(64),
    ),
    "barcode": Field(
        "barcode",
        gettext_lazy("Barcode"),
        ("barcode", "ean", "upc", "gtin", "штрихкод", "штрих-код"),
        lambda value: _text(64)(value) or None,
    ),
    "warranty_months": Field(
        "warranty_months",
        gettext_lazy("Warranty in months"),
        ("warranty", "warranty months", "warranty_months", "гарантия"),
        lambda value: _whole(MOST_MONTHS)(value) or 0,
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
    """Field → column, as far as the names of the columns tell. Each column is used once."""
    plain = {_plain(header): header for header in reversed(headers)}
    mapping: dict[str, str] = {}
    for name, field in FIELDS.items():
        found = next((plain[_plain(word)] for word in field.headers if _plain(word) in plain), None)
        if found and found not in mapping.values():
            mapping[name] = found
    return mapping


def _plain(header: str) -> str:
    return re.sub(r"[\s_\-.]+", " ", header).strip().casefold()


def check_mapping(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """Field → position of its column. Refuses, naming what there is, fields and columns that don't exist."""
    for name in mapping:
        if name not in FIELDS:
            known = {"name": name, "fields": ", ".join(FIELDS)}
            raise Refusal(_("“%(name)s” is not a field. Fields: %(fields)s.") % known, code="mapping")
    for name in REQUIRED:
        if not mapping.get(name):
            label = FIELDS[name].label
            raise Refusal(_("Say which column holds the %(field)s.") % {"field": label}, code="mapping")
    for header in mapping.values():
        if header and header not in headers:
            known = {"name": header, "columns": ", ".join(headers)}
            raise Refusal(
                _("The file has no column “%(name)s”. It has: %(columns)s.") % known, code="mapping"
            )
    return {name: headers.index(header) for name, header in mapping.items() if header}


def read_line(number: int, cells: Sequence[str], columns: Mapping[str, int]) -> Line:
    """What a row says. Refuses with a sentence about the first thing that is wrong in it."""
    values: dict[str, Any] = {}
    for name, position in columns.items():
        text = " ".join(unicodedata.normalize("NFC", cells[position]).split())
        if not text and name in REQUIRED:
            raise Refusal(_("The %(field)s is missing.") % {"field": FIELDS[name].label})
        values[name] = FIELDS[name].read(text)
    return Line(number, values)
