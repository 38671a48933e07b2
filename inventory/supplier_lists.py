"""Suppliers' price lists: which column is what, what a row says, and how it differs from what we know. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import importing
from core.errors import Refusal
from core.importing import Field, text
from core.money import round_money
from inventory.device_names import read_name
from inventory.importing import FIELDS as PRODUCT

MOST_DAYS, MOST_PIECES = 3650, 1_000_000


def _currency(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z]{3}", value):
        raise Refusal(_("“%(value)s” is not the code of a currency, such as USD.") % {"value": value[:20]})
    return value.upper()


def _whole(most: int) -> Callable[[str], int | None]:
    def read(value: str) -> int | None:
        if not value or value == "0":
            return None
        if not value.isdecimal() or int(value) > most:
            text_ = _("“%(value)s” is not a whole number up to %(most)s.")
            raise Refusal(text_ % {"value": value[:40], "most": f"{most:,}"})
        return int(value)

    return read


FIELDS: dict[str, Field] = {
    "sku": Field("sku", gettext_lazy("Supplier's SKU"), PRODUCT["sku"].headers, text(64)),
    "name": Field("name", gettext_lazy("Name"), PRODUCT["name"].headers, text(300)),
    "price": Field(
        "price",
        gettext_lazy("Price of one piece"),
        (*PRODUCT["price"].headers, "cost", "net price", "unit price", "price usd", "price cny", "опт"),
        PRODUCT["price"].read,
    ),
    "currency": Field("currency", gettext_lazy("Currency"), ("currency", "curr", "валюта"), _currency),
    "category": PRODUCT["category"],
    "ref": Field(
        "ref",
        PRODUCT["supplier_ref"].label,
        (*PRODUCT["supplier_ref"].headers, "id", "part id"),
        text(64),
    ),
    "barcode": Field("barcode", PRODUCT["barcode"].label, PRODUCT["barcode"].headers, text(64)),
    "minimum_quantity": Field(
        "minimum_quantity",
        gettext_lazy("Minimum pieces"),
        ("moq", "minimum", "min qty", "minimum quantity", "минимум"),
        _whole(MOST_PIECES),
    ),
    "lead_time_days": Field(
        "lead_time_days",
        gettext_lazy("Lead time in days"),
        ("lead time", "lead time days", "days", "срок"),
        _whole(MOST_DAYS),
    ),
}
REQUIRED = ("sku", "name", "price")


def guess_mapping(headers: Sequence[str], remembered: dict[str, str] | None = None) -> dict[str, str]:
    """Field → column: as it was for this supplier's last list where its columns are here, else by their names."""
    there = set(headers)
    if remembered and set(remembered.values()) <= there:
        return dict(remembered)
    return importing.guess_mapping(FIELDS, headers)


class Said(NamedTuple):
    """What a row says. A blank or zero price says nothing about the price."""

    sku: str
    name: str
    price: Decimal | None = None
    currency: str = ""
    category: str = ""
    barcode: str = ""
    ref: str = ""


class Known(NamedTuple):
    """What we knew under this SKU of this supplier."""

    pk: int
    product_id: int
    name: str
    price: Decimal | None
    currency: str
    is_gone: bool = False


class Ours(NamedTuple):
    """A product of ours that may be meant. `other_sku` is what the supplier called it before, when that was another."""

    pk: int
    sku: str
    name: str
    category: str = ""
    barcode: str = ""
    supplier_ref: str = ""
    list_price: Decimal | None = None
    other_sku: str = ""


class Finding(NamedTuple):
    """What a row means for us: its kind (`SupplierPriceListRow.Kind`), whose product it is, and why, in a sentence."""

    kind: str
    product_id: int | None = None
    claims: tuple[int, ...] = ()
    old_name: str = ""
    old_price: Decimal | None = None
    percent: Decimal | None = None
    below_cost: bool = False
    sentence: str = ""


def compare(said: Said, known: Known | None, ours: Sequence[Ours], *, base: str) -> Finding:
    """What one row changes. `ours` are the products that its SKU, number or barcode could mean; `base` our currency.

    What a person linked before (`known`) is believed over SKUs and numbers that look alike, but not over a barcode.
    """
    ours = sorted(ours, key=lambda one: one.pk)
    claiming = [product for product in ours if _claims(product, said, known)]
    product = next((p for p in ours if known and p.pk == known.product_id), None) or (
        claiming[0] if len(claiming) == 1 else None
    )
    found = Finding(
        kind="same",
        product_id=product.pk if product else None,
        claims=tuple(p.pk for p in claiming) if len(claiming) > 1 else (),
        old_name=known.name if known else "",
        old_price=known.price if known else None,
        percent=_percent(said, known),
        below_cost=_below(said, product, base),
    )
    trouble = _conflict(said, known, product, claiming)
    if trouble:
        return found._replace(kind="conflict", sentence=trouble)
    if known is None:
        sentence = _("We have it as %(sku)s.") % {"sku": product.sku} if product else ""
        return found._replace(kind="new", sentence=sentence)
    if known.is_gone:
        return found._replace(kind="new", sentence=_("Offered again."))
    if known.name and _plain(known.name) != _plain(said.name):
        return found._replace(kind="renamed")
    if said.price and known.price != said.price:
        return found._replace(kind="repriced")
    return found


def _claims(product: Ours, said: Said, known: Known | None) -> bool:
    if known and product.pk == known.product_id:
        return True
    if said.barcode and product.barcode == said.barcode:
        return True
    if known:
        return False
    numbers = {product.supplier_ref.upper()} - {""}
    return product.sku.upper() == said.sku.upper() or bool({said.sku.upper(), said.ref.upper()} & numbers)


def _conflict(said: Said, known: Known | None, product: Ours | None, claiming: Sequence[Ours]) -> str:
    """What must be settled by a person first; "" for nothing."""
    if len(claiming) > 1:
        named = " · ".join(p.sku for p in claiming[:4])
        return _("%(n)d products of ours answer to it: %(skus)s.") % {"n": len(claiming), "skus": named}
    if product and not known and product.other_sku:
        return _("They called our %(sku)s %(other)s until now.") % {
            "sku": product.sku,
            "other": product.other_sku,
        }
    if known and known.price is not None and said.price and said.currency != known.currency:
        return _("Priced in %(new)s, until now in %(old)s.") % {"new": said.currency, "old": known.currency}
    return _other_device(said, known, product)


def _other_device(said: Said, known: Known | None, product: Ours | None) -> str:
    """Whether their name speaks of other phones than ours does."""
    if product is None or (known and known.name and _plain(known.name) == _plain(said.name)):
        return ""
    if _plain(product.name) == _plain(said.name):
        return ""
    theirs = _phones(said.name, said.category, said.sku)
    mine = _phones(product.name, product.category, product.sku)
    if not theirs or not mine or theirs.keys() & mine.keys():
        return ""
    return _("They say it is for %(theirs)s, we say for %(mine)s.") % {
        "theirs": ", ".join(list(theirs.values())[:2]),
        "mine": ", ".join(list(mine.values())[:2]),
    }


def _phones(name: str, category: str, sku: str) -> dict[str, str]:
    """The phones a name speaks of, by what is the same however it is written."""
    devices = read_name(name, category=category, sku=sku).devices
    return {
        "".join(device.name.split()).casefold(): f"{device.brand} {device.name}".strip() for device in devices
    }


def _plain(name: str) -> str:
    return " ".join(name.split())


def _percent(said: Said, known: Known | None) -> Decimal | None:
    """How much dearer it is, %; None where that can't be said."""
    if known is None or not known.price or not said.price or said.currency != known.currency:
        return None
    return min(round_money((said.price - known.price) * 100 / known.price), Decimal("9999999.99"))


def _below(said: Said, product: Ours | None, base: str) -> bool:
    """Whether we ask less for one piece than they do."""
    if product is None or product.list_price is None or not said.price or said.currency != base:
        return False
    return product.list_price < said.price


def read_row(cells: Sequence[str], columns: dict[str, int], *, currency: str) -> dict[str, Any]:
    """What a row says, as the fields of a list entry. Refuses with a sentence about what is wrong in it."""
    values = importing.read_cells(FIELDS, ("sku", "name"), cells, columns)
    values["currency"] = values.get("currency") or currency
    values["price"] = values.get("price") or None
    values["key"] = values["sku"].upper()
    if len(values["key"]) > 64:  # capitals of some letters are longer
        raise Refusal(_("The SKU is too long."))
    return values
