"""Product files: which column is what, and what one row says. Pure; the writing is in operations/imports.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing
from core.errors import Refusal
from core.importing import Field, text
from core.money import parse_price
from inventory.models.catalogue import Grade, TaxCategory

MOST_MONTHS, MOST_PIECES = 600, 1_000_000
LARGEST_PRICE = Decimal("99999999.9999")


def read_path(value: str) -> str:
    return text(240)(" > ".join(part for part in re.split(r"\s*(?:>|›|→)\s*", value) if part))


def read_price(value: str) -> Decimal | None:
    if not value:
        return None
    price = parse_price(value)
    if price < 0:
        raise Refusal(_("The price is negative: %(price)s.") % {"price": value})
    if price > LARGEST_PRICE:
        raise Refusal(_("The price is more than we can keep: %(price)s.") % {"price": value})
    return price


def whole(most: int) -> Callable[[str], int | None]:
    def read(value: str) -> int | None:
        if not value:
            return None
        if not value.isdecimal() or int(value) > most:
            message = _("“%(value)s” is not a whole number from 0 to %(most)s.")
            raise Refusal(message % {"value": value[:40], "most": f"{most:,}"})
        return int(value)

    return read


def one_of(choices: Iterable[tuple[Any, Any]], empty: Any = "") -> Callable[[str], Any]:
    """Reads a choice by what is stored or by its words, in the language of the reader or in English."""
    pairs = list(choices)

    def read(value: str) -> Any:
        if not value:
            return empty
        said = value.casefold()
        for stored, label in pairs:
            with translation.override("en"):
                english = str(label)
            if said in {str(stored).casefold(), str(label).casefold(), english.casefold()}:
                return stored
        names = ", ".join(str(label) for _stored, label in pairs)
        raise Refusal(_("“%(value)s” is none of %(names)s.") % {"value": value[:40], "names": names})

    return read


WITH_FRAME, WITHOUT_FRAME = gettext_lazy("with frame"), gettext_lazy("without frame")
YES, NO = gettext_lazy("yes"), gettext_lazy("no")
_frame = one_of(
    [(True, WITH_FRAME), (False, WITHOUT_FRAME), (True, YES), (False, NO), (True, "1"), (False, "0")], None
)
_sold = one_of([(True, YES), (False, NO), (True, "1"), (False, "0")], True)


def _phones(value: str) -> tuple[str, ...]:
    """Phones parted by semicolons, each once."""
    return tuple(dict.fromkeys(part for name in value.split(";") if (part := name.strip())))


SPEC = "spec:"
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
        read_path,
    ),
    "price": Field(
        "list_price",
        gettext_lazy("List price"),
        ("price", "list price", "list_price", "mrp", "rate", "цена", "price rub", "price_rub", "price_inr"),
        read_price,
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
        whole(MOST_MONTHS),
    ),
    "reorder_point": Field(
        "reorder_point",
        gettext_lazy("Reorder point"),
        ("reorder point", "reorder_point", "min stock", "minimum"),
        whole(MOST_PIECES),
    ),
    "reorder_quantity": Field(
        "reorder_quantity",
        gettext_lazy("Reorder quantity"),
        ("reorder quantity", "reorder_quantity", "reorder qty"),
        whole(MOST_PIECES),
    ),
    "brand": Field("brand", gettext_lazy("Brand"), ("brand", "maker of the phone", "бренд"), text(80)),
    "grade": Field("grade", gettext_lazy("Grade"), ("grade", "quality", "качество"), one_of(Grade.choices)),
    "colour": Field("colour", gettext_lazy("Colour"), ("colour", "color", "цвет"), text(40)),
    "with_frame": Field("with_frame", gettext_lazy("Frame"), ("frame", "with frame", "рамка"), _frame),
    "warranty_terms": Field(
        "warranty_terms", gettext_lazy("Warranty terms"), ("warranty terms", "warranty text"), text(2000)
    ),
    "tax_category": Field(
        "tax_category",
        gettext_lazy("Taxed as"),
        ("taxed as", "tax", "tax category"),
        one_of(TaxCategory.choices, TaxCategory.STANDARD),
    ),
    "is_active": Field("is_active", gettext_lazy("Sold"), ("sold", "active", "for sale"), _sold),
    "woocommerce_id": Field(
        "woocommerce_id",
        gettext_lazy("WooCommerce ID"),
        ("woocommerce id", "woocommerce_id", "woo id"),
        whole(10**15),
    ),
    "fits": Field(
        "fits", gettext_lazy("Fits"), ("fits", "device models", "phones", "compatible with"), _phones
    ),
}
REQUIRED = ("sku", "name")
UNIQUE = {"barcode": gettext_lazy("Barcode"), "woocommerce_id": gettext_lazy("WooCommerce ID")}
"""Fields that no two products share."""
APART = {"fits"}
"""Fields that are no field of the product's own row."""


def known_fields(headers: Iterable[str]) -> dict[str, Field]:
    """What a file with these columns can hold: the fields of every product, and its `spec: Name` columns."""
    fields = {
        name: field._replace(headers=(*field.headers, str(field.label))) for name, field in FIELDS.items()
    }
    for header in headers:
        if header.casefold().startswith(SPEC) and (name := " ".join(header[len(SPEC) :].split())):
            fields[f"{SPEC}{name}"] = Field("specifications", header, (header,), text(200))
    return fields


def spec_name(field: str) -> str:
    """The specification that a field of a file is about; "" for the others."""
    return field[len(SPEC) :] if field.startswith(SPEC) else ""


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
    return importing.guess_mapping(known_fields(headers), headers)


def check_mapping(mapping: Mapping[str, str], headers: Sequence[str]) -> dict[str, int]:
    """Field → position of its column. Refuses fields and columns that don't exist."""
    return importing.check_mapping(known_fields(headers), REQUIRED, mapping, headers)


def read_line(
    number: int, cells: Sequence[str], columns: Mapping[str, int], fields: Mapping[str, Field] = FIELDS
) -> Line:
    """What a row says. Refuses with a sentence about the first thing that is wrong in it."""
    return Line(number, importing.read_cells(fields, REQUIRED, cells, columns))
