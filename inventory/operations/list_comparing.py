"""A supplier's price list read and compared, a batch of rows a step. A run that dies goes on where it stopped."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Min
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from core.importing import check_mapping
from core.rows import update_many
from core.tabular import Row, open_table
from inventory.models import (
    Product,
    SupplierCategory,
    SupplierPriceList,
    SupplierPriceListRow,
    SupplierProduct,
)
from inventory.supplier_lists import FIELDS, REQUIRED, Known, Ours, Said, compare, read_row

AT_ONCE = 500
Kind, State = SupplierPriceListRow.Kind, SupplierPriceListRow.State
FOUND = [
    "kind",
    "state",
    "known",
    "product",
    "claims",
    "old_name",
    "old_price",
    "percent",
    "below_cost",
    "sentence",
]


def read_steps(price_list: SupplierPriceList, file: BinaryIO) -> Iterator[int]:
    """Keep every row of the file, batch by batch; gives how many each. Rows that were kept before are only passed."""
    with open_table(file, price_list.file_name) as table:
        columns = check_mapping(FIELDS, REQUIRED, price_list.mapping, table.headers)
        last = price_list.entries.aggregate(last=Max("number"))["last"] or 0
        rows = (row for row in table.rows if row.number > last)
        while some := list(islice(rows, AT_ONCE)):
            with transaction.atomic():
                SupplierPriceListRow.objects.bulk_create(
                    [_entry(price_list, row, columns, table.headers) for row in some]
                )
            yield len(some)


def _entry(
    price_list: SupplierPriceList, row: Row, columns: dict[str, int], headers: Sequence[str]
) -> SupplierPriceListRow:
    try:
        if row.problem:
            raise Refusal(row.problem)
        said = read_row(row.cells, columns, currency=price_list.currency)
    except Refusal as refusal:
        return SupplierPriceListRow(
            price_list=price_list,
            number=row.number,
            kind=Kind.REFUSED,
            state=State.NOTHING,
            key=" ".join(row.cells[columns["sku"]].split()).upper()[:64],
            sentence=refusal.text[:300],
            values=list(zip(headers, row.cells, strict=True)),
        )
    return SupplierPriceListRow(
        price_list=price_list, number=row.number, **{k: v or "" if k in TEXTS else v for k, v in said.items()}
    )


TEXTS = {"category", "ref", "barcode", "currency"}


def compare_steps(price_list: SupplierPriceList) -> Iterator[int]:
    """Say of every kept row what it changes, batch by batch; gives how many each."""
    while True:
        with transaction.atomic():
            some = list(price_list.entries.filter(state=State.READ).order_by("pk")[:AT_ONCE])
            if some:
                _compare(price_list, some)
        if not some:
            return
        yield len(some)


def _compare(price_list: SupplierPriceList, entries: Sequence[SupplierPriceListRow]) -> None:
    keys = {entry.key for entry in entries}
    known = _known(price_list, keys)
    ours = _ours(price_list, entries, known)
    repeats = _repeats(price_list, keys)
    for entry in entries:
        there = known.get(entry.key)
        found = compare(_said(entry), there, ours[entry.key], base=settings.CURRENCY)
        entry.kind, entry.sentence = found.kind, found.sentence[:300]
        entry.product_id, entry.claims = found.product_id, list(found.claims)
        entry.known_id = there.pk if there else None
        entry.old_name, entry.old_price = found.old_name, found.old_price
        entry.percent, entry.below_cost = found.percent, found.below_cost
        entry.state = State.NOTHING if found.kind == Kind.SAME else State.OPEN
        if entry.key in repeats:
            _repeated(entry, *repeats[entry.key])
    update_many(entries, FOUND)
    theirs = {entry.category for entry in entries if entry.category and entry.kind == Kind.NEW}
    SupplierCategory.objects.bulk_create(
        [SupplierCategory(supplier=price_list.supplier, theirs=path) for path in sorted(theirs)],
        ignore_conflicts=True,
    )


def _said(entry: SupplierPriceListRow) -> Said:
    return Said(entry.sku, entry.name, entry.price, entry.currency, entry.category, entry.barcode, entry.ref)


def _known(price_list: SupplierPriceList, keys: set[str]) -> dict[str, Known]:
    """What we knew of this supplier, by SKU in capitals."""
    rows = SupplierProduct.objects.filter(supplier=price_list.supplier).alias(key=Upper("sku"))
    return {
        row.sku.upper(): Known(row.pk, row.product_id, row.name, row.price, row.currency, row.is_gone)
        for row in rows.filter(key__in=keys)
    }


def _ours(
    price_list: SupplierPriceList, entries: Sequence[SupplierPriceListRow], known: dict[str, Known]
) -> dict[str, list[Ours]]:
    """Products of ours that each row could mean, by its SKU in capitals."""
    numbers = {entry.key for entry in entries} | {entry.ref.upper() for entry in entries if entry.ref}
    barcodes = {entry.barcode for entry in entries if entry.barcode}
    rows = Product.objects.select_related("category").order_by("pk")
    found = {
        *rows.alias(key=Upper("sku")).filter(key__in={entry.key for entry in entries}),
        *rows.alias(key=Upper("supplier_ref")).filter(key__in=numbers - {""}),
        *rows.filter(pk__in=[one.product_id for one in known.values()]),
        *(rows.filter(barcode__in=barcodes) if barcodes else ()),
    }
    called = dict(
        SupplierProduct.objects.filter(supplier=price_list.supplier, product__in=[p.pk for p in found])
        .exclude(sku="")
        .values_list("product_id", "sku")
    )
    by_word: dict[str, set[Product]] = defaultdict(set)
    for product in found:
        for word in {
            product.sku.upper(),
            product.supplier_ref.upper(),
            f"|{product.barcode}",
            f"#{product.pk}",
        }:
            by_word[word].add(product)
    result: dict[str, list[Ours]] = {}
    for entry in entries:
        there = known.get(entry.key)
        words = {entry.key, entry.ref.upper(), f"|{entry.barcode}"} - {"", "|"}
        words |= {f"#{there.product_id}"} if there else set()
        meant = sorted({p for word in words for p in by_word.get(word, ())}, key=lambda p: p.pk)
        result[entry.key] = [_our(p, called.get(p.pk, ""), entry.key) for p in meant]
    return result


def _our(product: Product, called: str, key: str) -> Ours:
    return Ours(
        product.pk,
        product.sku,
        product.name,
        product.category.path if product.category else "",
        product.barcode or "",
        product.supplier_ref,
        product.list_price,
        called if called.upper() != key else "",
    )


def _repeats(price_list: SupplierPriceList, keys: set[str]) -> dict[str, tuple[int, bool]]:
    """SKUs that stand in several rows: the first row, and whether all rows say the same."""
    said = Count("name", distinct=True), Count("price", distinct=True), Count("currency", distinct=True)
    groups = (
        price_list.entries.filter(key__in=keys, number__gt=0)
        .exclude(kind=Kind.REFUSED)
        .values("key")
        .annotate(
            times=Count("pk"),
            first=Min("number"),
            names=said[0],
            prices=said[1],
            money=said[2],
            priced=Count("price"),
        )
        .filter(times__gt=1)
        .order_by()
    )
    return {
        group["key"]: (
            group["first"],
            group["names"] == group["money"] == 1
            and group["prices"] <= 1
            and group["priced"] in {0, group["times"]},
        )
        for group in groups
    }


def _repeated(entry: SupplierPriceListRow, first: int, alike: bool) -> None:
    """A row of a SKU that stands there several times. Rows that say the same count once; of others one is chosen."""
    if alike and entry.number == first:
        return
    entry.kind = Kind.DUPLICATED
    entry.state = State.NOTHING if alike else State.OPEN
    text = (
        _("Says the same as row %(n)s.")
        if alike
        else _("Stands there more than once, first in row %(n)s. Accept the row that is right.")
    )
    entry.sentence = text % {"n": first}


@transaction.atomic
def find_gone(price_list: SupplierPriceList) -> int:
    """What this supplier offered until now and the list has not; nothing when the list is not all they offer."""
    if not price_list.is_whole:
        return 0
    missing = (
        SupplierProduct.objects.filter(supplier=price_list.supplier, is_gone=False)
        .exclude(sku="")
        .annotate(key=Upper("sku"))
        .exclude(key__in=price_list.entries.values("key"))
    )
    gone = [
        SupplierPriceListRow(
            price_list=price_list,
            number=0,
            kind=Kind.GONE,
            state=State.OPEN,
            key=row.key,
            sku=row.sku,
            name=row.name,
            currency=row.currency,
            known=row,
            product_id=row.product_id,
            old_name=row.name,
            old_price=row.price,
        )
        for row in missing.order_by("pk")
    ]
    SupplierPriceListRow.objects.bulk_create(gone, ignore_conflicts=True, batch_size=1000)
    return len(gone)


def compare_now(price_list: SupplierPriceList, *, at: dt.datetime) -> None:
    """All of it at once, for a short list that no page waits for."""
    with price_list.file.open("rb") as file:
        for _number in read_steps(price_list, file.file):
            pass
    for _number in compare_steps(price_list):
        pass
    find_gone(price_list)
    close_comparison(price_list, SupplierPriceList.State.DONE, at=at)


def close_comparison(price_list: SupplierPriceList, state: str, *, at: dt.datetime, why: str = "") -> None:
    """The end of a comparison, as it came: done, refused or stopped (`why` in a sentence)."""
    price_list.state, price_list.refusal, price_list.finished_at = state, why[:500], at
    price_list.refused = price_list.entries.filter(kind=Kind.REFUSED).count()
    price_list.save(update_fields=["state", "refusal", "finished_at", "refused"])
    live.touch(price_list)
