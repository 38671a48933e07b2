"""Product files into the catalogue: streamed, upserted by SKU in batches, an outcome for every row.

A batch of rows is one transaction: products, phones, outcomes and the batch's counts together. A run that dies goes on
where it stopped, and a file that was imported before changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.tabular import Row, open_table
from inventory.device_names import Reading, read_name
from inventory.importing import FIELDS, Line, check_mapping, read_line
from inventory.models import Category, ImportBatch, ImportRow, Product

from .devices import Brands, Devices

ROWS_AT_ONCE = 500
State, Outcome = ImportBatch.State, ImportRow.Outcome
UPSERTED = [
    *(field.attribute for field in FIELDS.values() if field.attribute != "sku"),
    *("brand", "grade", "colour", "with_frame", "specifications", "updated_at"),
]


def import_products(
    file: BinaryIO,
    *,
    mapping: Mapping[str, str],
    by: Any,
    at: dt.datetime,
    name: str = "",
    batch: ImportBatch | None = None,
    dry_run: bool = False,
) -> ImportBatch:
    """Import a table of products. Gives the batch with its counts; outcomes per row are `batch.outcomes`.

    `mapping` says which column holds which field (`{"sku": "Article", "price": "Rate"}`). A file or mapping that can't
    be used is a Refusal, also kept on the batch. With `dry_run` everything is tried and nothing kept.
    """
    name = name or Path(getattr(file, "name", "") or "products.csv").name
    if dry_run:
        with transaction.atomic():
            batch = _new_batch(name, mapping, by=by, at=at)
            _run(file, name, batch, mapping)
            batch.failures = list(batch.outcomes.filter(outcome=Outcome.REFUSED))
            transaction.set_rollback(True)
        return batch
    batch = batch or _new_batch(name, mapping, by=by, at=at)
    try:
        _run(file, name, batch, mapping)
    except Refusal as refusal:
        close_import(batch, State.REFUSED, at=timezone.now(), why=refusal.text)
        raise
    return batch


def _new_batch(name: str, mapping: Mapping[str, str], *, by: Any, at: dt.datetime) -> ImportBatch:
    return ImportBatch.objects.create(file_name=name[:240], mapping=dict(mapping), by=by, at=at)


def _run(file: BinaryIO, name: str, batch: ImportBatch, mapping: Mapping[str, str]) -> None:
    for _passed in import_steps(file, name, batch, mapping):
        pass
    batch.refresh_from_db()
    close_import(batch, State.DONE, at=timezone.now())


def import_steps(
    file: BinaryIO, name: str, batch: ImportBatch, mapping: Mapping[str, str]
) -> Iterator[Counter[str]]:
    """Import batch by batch of rows; what became of each batch's rows. Rows that were done before are only read."""
    with open_table(file, name) as table:
        columns = check_mapping(mapping, table.headers)
        ImportBatch.objects.filter(pk=batch.pk).update(state=State.RUNNING)
        run = Run(batch, columns, table.headers)
        rows = iter(table.rows)
        while some := list(islice(rows, ROWS_AT_ONCE)):
            yield run.take(some)


def close_import(batch: ImportBatch, state: ImportBatch.State, *, at: dt.datetime, why: str = "") -> None:
    """The end of a run, as it came: done, refused or stopped (`why` in a sentence)."""
    batch.state, batch.refusal, batch.finished_at = state, why[:500], at
    if state == State.DONE:
        batch.rows = batch.done
    batch.save(update_fields=["state", "rows", "refusal", "finished_at"])


class Run:
    """One import on its way: what it has seen of the file and what it knows of the catalogue."""

    def __init__(self, batch: ImportBatch, columns: Mapping[str, int], headers: Sequence[str]) -> None:
        self.batch, self.columns, self.headers = batch, columns, headers
        self.passed = 0
        self.seen: dict[str, tuple[int, int]] = {}
        self.barcodes: dict[str, str] = {}
        self._learn_catalogue()

    def take(self, rows: list[Row]) -> Counter[str]:
        """One batch of rows in one transaction, again when somebody else wrote the same names meanwhile.

        Gives how many rows came to which outcome just now.
        """
        seen, barcodes = dict(self.seen), dict(self.barcodes)
        try:
            return self._take(rows)
        except IntegrityError:
            self.seen, self.barcodes = seen, barcodes
            self._learn_catalogue()
            return self._take(rows)

    def _learn_catalogue(self) -> None:
        self.brands = Brands()
        self.devices = Devices(self.brands)
        self.categories = {category.path: category for category in Category.objects.all()}

    @transaction.atomic
    def _take(self, rows: list[Row]) -> Counter[str]:
        batch = ImportBatch.objects.select_for_update().get(pk=self.batch.pk)
        done_before = max(0, min(len(rows), batch.done - self.passed))
        lines, outcomes = self._read(rows)
        # Rows that a run before us has done are only read, so that repeats of them are known.
        undone = {row.number: row for row in rows[done_before:]}
        lines = [line for line in lines if line.number in undone]
        outcomes = [outcome for outcome in outcomes if outcome.number in undone]
        outcomes += self._write(lines, undone)
        ImportRow.objects.bulk_create(outcomes)
        counts = Counter(outcome.outcome for outcome in outcomes)
        for outcome, count in counts.items():
            setattr(batch, outcome, getattr(batch, outcome) + count)
        batch.save(update_fields=list(counts))
        self.passed += len(rows)
        return counts

    # --- reading -------------------------------------------------------------------------------------------------
    def _read(self, rows: Iterable[Row]) -> tuple[list[Line], list[ImportRow]]:
        """Lines that can be written, and the outcomes of rows that can't or needn't."""
        lines: list[Line] = []
        outcomes: list[ImportRow] = []
        for row in rows:
            try:
                if row.problem:
                    raise Refusal(row.problem)
                line = read_line(row.number, row.cells, self.columns)
                repeated = self._repeats(line)
            except Refusal as refusal:
                outcomes.append(self._outcome(row, Outcome.REFUSED, refusal.text))
                continue
            if repeated:
                sentence = _("Says the same as row %(number)s.") % {"number": repeated}
                outcomes.append(self._outcome(row, Outcome.UNCHANGED, sentence, sku=line.values["sku"]))
            else:
                lines.append(line)
        return lines, outcomes

    def _repeats(self, line: Line) -> int:
        """The row that said the same of this SKU before; 0 for none. Refuses when it said something else.

        If the last row won, importing the same file again would change the product to and fro.
        """
        said = hash(tuple(sorted((name, str(value)) for name, value in line.values.items() if name != "sku")))
        number, before = self.seen.setdefault(line.key, (line.number, said))
        if before != said:
            message = _("%(sku)s stands in row %(number)s already, with other values.")
            raise Refusal(message % {"sku": line.values["sku"], "number": number})
        barcode = line.values.get("barcode")
        if barcode and self.barcodes.setdefault(barcode, line.key) != line.key:
            message = _("Barcode %(barcode)s belongs to %(sku)s.")
            raise Refusal(message % {"barcode": barcode, "sku": self.barcodes[barcode]})
        return number if number != line.number else 0

    def _outcome(self, row: Row, outcome: str, sentence: str, *, sku: str = "") -> ImportRow:
        # Pairs: PostgreSQL doesn't keep the order of an object's keys.
        values = list(zip(self.headers, row.cells, strict=True)) if outcome == Outcome.REFUSED else []
        return ImportRow(
            batch_id=self.batch.pk,
            number=row.number,
            sku=sku[:64],
            outcome=outcome,
            sentence=sentence[:300],
            values=values,
        )

    # --- writing -------------------------------------------------------------------------------------------------
    def _write(self, lines: list[Line], rows: Mapping[int, Row]) -> list[ImportRow]:
        """Upsert the products of the lines and connect them to their phones."""
        there = self._products(lines)
        owners = self._barcode_owners(lines)
        categories = self._categories(lines)
        readings: dict[int, Reading] = {}
        written: list[Product] = []
        outcomes: list[ImportRow] = []
        for line in lines:
            row, sku = rows[line.number], line.values["sku"]
            owner = owners.get(line.values.get("barcode") or "", line.key)
            if owner != line.key:
                message = _("Barcode %(barcode)s belongs to %(sku)s.")
                sentence = message % {"barcode": line.values["barcode"], "sku": owner}
                outcomes.append(self._outcome(row, Outcome.REFUSED, sentence))
                continue
            product = there.get(line.key)
            changes = _apply(line, product or Product(sku=sku), categories)
            if product is None or changes.renamed:
                readings[len(written)] = changes.reading
            if product is None or changes.sentence:
                written.append(changes.product)
            outcome = (
                Outcome.CREATED
                if product is None
                else Outcome.UPDATED
                if changes.sentence
                else Outcome.UNCHANGED
            )
            outcomes.append(self._outcome(row, outcome, changes.sentence if product else "", sku=sku))
        self._save(written, readings)
        return outcomes

    def _products(self, lines: list[Line]) -> dict[str, Product]:
        """Products of these SKUs that exist, locked so that nobody's change is lost."""
        keys = [line.key for line in lines]
        found = Product.objects.select_related("category", "brand").select_for_update(of=("self",))
        return {
            product.sku.upper(): product
            for product in found.alias(key=Upper("sku")).filter(key__in=keys).order_by("pk")
        }

    def _barcode_owners(self, lines: list[Line]) -> dict[str, str]:
        barcodes = [line.values["barcode"] for line in lines if line.values.get("barcode")]
        return (
            dict(Product.objects.filter(barcode__in=barcodes).values_list("barcode", Upper("sku")))
            if barcodes
            else {}
        )

    def _categories(self, lines: list[Line]) -> dict[str, Category]:
        paths = {line.values["category"] for line in lines if line.values.get("category")}
        missing = sorted(paths - self.categories.keys())
        if missing:
            Category.objects.bulk_create([Category(path=path) for path in missing], ignore_conflicts=True)
            self.categories |= {
                category.path: category for category in Category.objects.filter(path__in=missing)
            }
        return self.categories

    def _save(self, products: list[Product], readings: Mapping[int, Reading]) -> None:
        brands = self.brands.get(reading.brand for reading in readings.values())
        for place, reading in readings.items():
            if reading.brand and products[place].brand_id is None:
                products[place].brand = brands[reading.brand]
        Product.objects.bulk_create(
            products, update_conflicts=True, unique_fields=["sku"], update_fields=UPSERTED
        )
        self.devices.connect({products[place]: reading for place, reading in readings.items()})


class Changes(NamedTuple):
    """What a line does to a product: the product with it, in words, and what its new name says."""

    product: Product
    sentence: str
    renamed: bool
    reading: Reading


def _apply(line: Line, product: Product, categories: Mapping[str, Category]) -> Changes:
    """Put the line's values on the product. What is read from the name gives way to what a person entered."""
    old_name, old_path = product.name, product.category.path if product.category else ""
    sentences = []
    for name, value in line.values.items():
        if name == "sku":
            continue
        attribute = FIELDS[name].attribute
        new = categories.get(value) if name == "category" else value
        old = getattr(product, attribute)
        if old != new:
            setattr(product, attribute, new)
            label = str(FIELDS[name].label)
            sentences.append(f"{label}: {_shown(old)} → {_shown(new)}")
    path = product.category.path if product.category else ""
    renamed = (product.name, path) != (old_name, old_path)
    reading = Reading()
    if renamed:
        before = read_name(old_name, category=old_path, sku=product.sku) if old_name else Reading()
        reading = read_name(product.name, category=path, sku=product.sku)
        _take_over(product, before, reading)
    return Changes(product, "; ".join(sentences), renamed, reading)


def _take_over(product: Product, before: Reading, reading: Reading) -> None:
    for attribute in ("grade", "colour", "with_frame"):
        if getattr(product, attribute) in (getattr(before, attribute), "", None):
            setattr(product, attribute, getattr(reading, attribute))
    if product.brand and product.brand.name == before.brand != reading.brand:
        product.brand = None
    if reading.maker:
        product.specifications = {**product.specifications, "maker": reading.maker}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
