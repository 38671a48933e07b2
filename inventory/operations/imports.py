"""Product files into the catalogue: streamed, upserted by SKU in batches, an outcome for every row.

A batch of rows is one transaction: products, phones, outcomes and the batch's counts together. A run that dies goes on
where it stopped, and a file that was imported before changes nothing.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
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
from inventory.importing import APART, FIELDS, UNIQUE, Line, check_mapping, known_fields, read_line, spec_name
from inventory.models import Brand, Category, ImportBatch, ImportRow, Product, Specification
from inventory.queries.categories import specifications_by_path
from inventory.specs import read_value, refuse_unsaid, retyped, say_value, unsaid

from .categories import ensure_categories
from .devices import Brands, Devices
from .phones import Phones

ROWS_AT_ONCE = 500
State, Outcome = ImportBatch.State, ImportRow.Outcome
UPSERTED = [
    *(field.attribute for name, field in FIELDS.items() if name != "sku" and name not in APART),
    *("specifications", "updated_at"),
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
        self.fields = known_fields(headers)
        self.unique: dict[tuple[str, str], str] = {}
        self._learn_catalogue()

    def take(self, rows: list[Row]) -> Counter[str]:
        """One batch of rows in one transaction, again when somebody else wrote the same names meanwhile.

        Gives how many rows came to which outcome just now.
        """
        seen, unique = dict(self.seen), dict(self.unique)
        try:
            return self._take(rows)
        except IntegrityError:
            self.seen, self.unique = seen, unique
            self._learn_catalogue()
            return self._take(rows)

    def _learn_catalogue(self) -> None:
        self.brands = Brands()
        self.devices = Devices(self.brands)
        self.categories = {category.path: category for category in Category.objects.all()}
        self.phones = Phones() if "fits" in self.columns else None

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
                line = read_line(row.number, row.cells, self.columns, self.fields)
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
        for name, label in UNIQUE.items():
            value = line.values.get(name)
            if value and self.unique.setdefault((name, str(value)), line.key) != line.key:
                raise _belongs(label, value, self.unique[name, str(value)])
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
        owners = self._owners(lines)
        categories = self._categories(lines)
        brands = self.brands.get(line.values.get("brand") or "" for line in lines)
        specs = specifications_by_path(category.path for category in _paths(lines, there, categories))
        fits = self.phones.of(there.values()) if self.phones else {}
        readings: dict[int, Reading] = {}
        written: list[Product] = []
        outcomes: list[ImportRow] = []
        wanted: dict[int, set[int]] = {}
        for line in lines:
            row, sku = rows[line.number], line.values["sku"]
            product = there.get(line.key)
            try:
                self._refuse_owned(line, owners)
                phones = self.phones.read(line.values["fits"]) if self.phones else set()
                changes = _apply(line, product or Product(sku=sku), categories, brands, specs)
            except Refusal as refusal:
                outcomes.append(self._outcome(row, Outcome.REFUSED, refusal.text))
                continue
            sentence, reading = changes.sentence, changes.reading
            had = fits.get(product.pk, set()) if product else set()
            if self.phones and phones:
                reading = replace(reading, devices=())  # what the file says counts, not the name
                if phones != had:
                    said = f"{self.fields['fits'].label}: {self.phones.say(had)} → {self.phones.say(phones)}"
                    sentence = "; ".join(filter(None, [sentence, said]))
            if product is None or changes.renamed:
                readings[len(written)] = reading
            if product is None or sentence:
                if self.phones and phones and phones != had:
                    wanted[len(written)] = phones
                written.append(changes.product)
            outcome = (
                Outcome.CREATED if product is None else Outcome.UPDATED if sentence else Outcome.UNCHANGED
            )
            outcomes.append(self._outcome(row, outcome, sentence if product else "", sku=sku))
        self._save(written, readings)
        if self.phones:
            chosen = {written[place].pk: phones for place, phones in wanted.items()}
            self.phones.set(chosen, by=self.batch.by, at=self.batch.at)
        return outcomes

    def _refuse_owned(self, line: Line, owners: Mapping[tuple[str, str], str]) -> None:
        """What no two products share must not be another one's."""
        for name, label in UNIQUE.items():
            value = line.values.get(name)
            owner = owners.get((name, str(value)), line.key) if value else line.key
            if owner != line.key:
                raise _belongs(label, value, owner)

    def _products(self, lines: list[Line]) -> dict[str, Product]:
        """Products of these SKUs that exist, locked so that nobody's change is lost."""
        keys = [line.key for line in lines]
        found = Product.objects.select_related("category", "brand").select_for_update(of=("self",))
        return {
            product.sku.upper(): product
            for product in found.alias(key=Upper("sku")).filter(key__in=keys).order_by("pk")
        }

    def _owners(self, lines: list[Line]) -> dict[tuple[str, str], str]:
        """Whose the barcodes and other single values of these lines are now."""
        owners: dict[tuple[str, str], str] = {}
        for name in UNIQUE:
            values = [line.values[name] for line in lines if line.values.get(name)]
            if values:
                found = Product.objects.filter(**{f"{name}__in": values}).values_list(name, Upper("sku"))
                owners |= {(name, str(value)): sku for value, sku in found}
        return owners

    def _categories(self, lines: list[Line]) -> dict[str, Category]:
        paths = {line.values["category"] for line in lines if line.values.get("category")}
        missing = sorted(paths - self.categories.keys())
        if missing:
            self.categories |= ensure_categories(missing)
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


def _apply(
    line: Line,
    product: Product,
    categories: Mapping[str, Category],
    brands: Mapping[str, Brand],
    specs: Mapping[str, list[Specification]],
) -> Changes:
    """Put the line's values on the product. What is read from the name gives way to what a person entered."""
    old_name, old_path = product.name, product.category.path if product.category else ""
    sentences = []
    for name, value in line.values.items():
        if name == "sku" or name in APART or spec_name(name):
            continue
        attribute = FIELDS[name].attribute
        new = categories.get(value) if name == "category" else value
        new = brands.get(value) if name == "brand" else new
        old = getattr(product, attribute)
        if not _same(old, new):
            setattr(product, attribute, new)
            label = str(FIELDS[name].label)
            sentences.append(f"{label}: {_shown(old)} → {_shown(new)}")
    path = product.category.path if product.category else ""
    asked = specs.get(path, [])
    if path != old_path and product.pk:
        product.specifications = retyped(product.specifications, asked)
    sentences += _apply_specifications(line, product, asked)
    _refuse_unspecified(line, product, asked, moved=path != old_path)
    renamed = (product.name, path) != (old_name, old_path)
    reading = Reading()
    if renamed:
        before = read_name(old_name, category=old_path, sku=product.sku) if old_name else Reading()
        reading = read_name(product.name, category=path, sku=product.sku)
        _take_over(
            product, before, reading, {FIELDS[name].attribute for name in line.values if name in FIELDS}
        )
    return Changes(product, "; ".join(sentences), renamed, reading)


def _apply_specifications(line: Line, product: Product, asked: list[Specification]) -> list[str]:
    """The `spec: Name` columns, each read as its category asks for it; what it does not ask for is kept as text."""
    known = {spec.name.casefold(): spec for spec in asked}
    values, sentences = dict(product.specifications), []
    for field, text in line.values.items():
        named = spec_name(field)
        if not named:
            continue
        spec = known.get(named.casefold())
        name = spec.name if spec else next((n for n in values if n.casefold() == named.casefold()), named)
        old = values.get(name)
        new = read_value(spec, text) if spec else text or None
        if old == new or say_value(None, old) == say_value(None, new):
            continue
        values.pop(name, None)
        if new is not None:
            values[name] = new
        sentences.append(f"{name}: {say_value(spec, old) or '–'} → {say_value(spec, new) or '–'}")
    product.specifications = values
    return sentences


def _refuse_unspecified(line: Line, product: Product, asked: list[Specification], *, moved: bool) -> None:
    """What its category needs, of a product that is new, comes into it, or is said to have none of it.

    What a known product lacked before stands in the way of no other change: a file of prices goes in.
    """
    said = {spec_name(field).casefold() for field in line.values}
    fresh = moved or not product.pk
    missing = [name for name in unsaid(product.specifications, asked) if fresh or name.casefold() in said]
    refuse_unsaid(product.category.path if product.category else "", missing)


def _same(old: Any, new: Any) -> bool:
    """Files say a text without its line breaks and double spaces; that alone changes nothing."""
    if isinstance(old, str) and isinstance(new, str):
        return " ".join(unicodedata.normalize("NFC", old).split()) == new
    return bool(old == new)


def _paths(
    lines: Iterable[Line], there: Mapping[str, Product], categories: Mapping[str, Category]
) -> Iterator[Category]:
    """The categories that the products of these lines lie in now, and those they are put in."""
    for line in lines:
        product, new = there.get(line.key), categories.get(line.values.get("category") or "")
        if product and product.category:
            yield product.category
        if new:
            yield new


def _belongs(label: Any, value: Any, sku: str) -> Refusal:
    message = _("%(field)s %(value)s belongs to %(sku)s.")
    return Refusal(message % {"field": label, "value": value, "sku": sku})


def _take_over(product: Product, before: Reading, reading: Reading, said: set[str]) -> None:
    """What the new name says, where the file says nothing itself."""
    for attribute in ("grade", "colour", "with_frame"):
        if attribute not in said and getattr(product, attribute) in (getattr(before, attribute), "", None):
            setattr(product, attribute, getattr(reading, attribute))
    if "brand" not in said and product.brand and product.brand.name == before.brand != reading.brand:
        product.brand = None
    if reading.maker:
        product.specifications = {**product.specifications, "maker": reading.maker}


def _shown(value: Any) -> str:
    if value in (None, ""):
        return "–"
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)
