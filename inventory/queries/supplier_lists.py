"""What suppliers' price lists say, and how their prices went."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from core import importing
from core.importing import Preview
from core.tabular import open_table
from inventory.models import SupplierPriceList, SupplierPriceListRow

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
