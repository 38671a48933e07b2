"""What suppliers' price lists say, and how their prices went."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import importing
from core.importing import Preview
from core.tabular import open_table
from inventory.models import SupplierPriceList, SupplierPriceListRow, SupplierProduct

Kind, State = SupplierPriceListRow.Kind, SupplierPriceListRow.State


def kinds(price_list: SupplierPriceList) -> dict[str, int]:
    """How many rows there are of each kind."""
    return dict(price_list.entries.order_by().values_list("kind").annotate(n=Count("pk")))


class Standing(NamedTuple):
    """How far a list is decided: rows of each kind, those with another price, and what became of them."""

    kinds: dict[str, int]
    repriced: int
    open: int
    accepted: int
    rejected: int


def standing(price_list: SupplierPriceList) -> Standing:
    entries = price_list.entries.order_by()
    renamed = Q(kind=Kind.RENAMED, percent__isnull=False) & ~Q(percent=0)
    found = entries.aggregate(
        repriced=Count("pk", filter=Q(kind=Kind.REPRICED) | renamed),
        **{state: Count("pk", filter=Q(state=state)) for state in ("open", "accepted", "rejected")},
    )
    return Standing(kinds(price_list), found["repriced"], found["open"], found["accepted"], found["rejected"])


def with_open(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Lists with `open_rows`, how many rows wait for somebody's word."""
    waiting = SupplierPriceListRow.objects.open().order_by().values("price_list").annotate(n=Count("pk"))
    return rows.annotate(
        open_rows=Coalesce(Subquery(waiting.filter(price_list=OuterRef("pk")).values("n")), 0)
    )


def list_preview(price_list: SupplierPriceList) -> Preview:
    with price_list.file.open("rb") as file, open_table(file.file, price_list.file_name) as table:
        return importing.preview(table)


class PriceThen(NamedTuple):
    """A price a supplier asked from a moment on."""

    at: dt.datetime
    price: Decimal
    currency: str


def prices_over_time(supplier_product: SupplierProduct) -> list[PriceThen]:
    """Every price this supplier had for the product, oldest first, from the history that the database keeps."""
    history: Any = supplier_product.history  # type: ignore[attr-defined]
    rows = history.filter(price__isnull=False).order_by("pgh_id")
    found: list[PriceThen] = []
    for at, price, currency in rows.values_list("pgh_created_at", "price", "currency"):
        if not found or (found[-1].price, found[-1].currency) != (price, currency):
            found.append(PriceThen(at, price, currency))
    return found
