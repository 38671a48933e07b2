"""`manage.py import_products FILE --map sku=Article,name=Title,price=Rate`: a table of products into the catalogue."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import Refusal
from core.history import acting
from core.tabular import open_table
from inventory.importing import FIELDS, guess_mapping
from inventory.models import ImportBatch, ImportRow
from inventory.operations import import_products

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import products from csv, tsv, xlsx, xls or ods: new SKUs are made, known ones updated, the same file twice "
        f"changes nothing. Fields: {', '.join(FIELDS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the table")
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN,…",
            help="which column holds which field; without it, guessed from the names of the columns",
        )
        parser.add_argument("--dry-run", action="store_true", help="try everything, keep nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path, dry_run = Path(options["file"]), options["dry_run"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            with path.open("rb") as opened, acting(via="command", where="import_products"):
                mapping = read_mapping(options["map"], FIELDS) or _guessed(opened, path.name)
                batch = import_products(
                    opened, mapping=mapping, by=None, at=timezone.now(), name=path.name, dry_run=dry_run
                )
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        failures = list(_failures(batch, dry_run=dry_run))
        if options["json"]:
            self.stdout.write(_as_json(batch, mapping, failures, dry_run=dry_run))
            return
        self._tell(batch, failures, dry_run=dry_run)

    def _tell(self, batch: ImportBatch, failures: list[ImportRow], *, dry_run: bool) -> None:
        tried = " (dry run, nothing is kept)" if dry_run else ""
        self.stdout.write(
            f"{batch.file_name}: {batch.rows} rows, {batch.created} new, {batch.updated} changed, "
            f"{batch.unchanged} unchanged, {batch.refused} refused{tried}."
        )
        for row in failures[:SHOWN]:
            self.stdout.write(f"  row {row.number}: {row.sentence}")
        if len(failures) > SHOWN:
            self.stdout.write(f"  … and {len(failures) - SHOWN} more; all are kept with the import.")


def read_mapping(given: list[str], fields: Iterable[str]) -> dict[str, str]:
    """What `--map` says: field → column."""
    mapping: dict[str, str] = {}
    for pair in (pair for text in given for pair in text.split(",")):
        field, equals, column = pair.partition("=")
        # What a terminal sends in a wrong encoding arrives as halves of surrogate pairs, which nothing can store.
        unreadable = pair.encode(errors="ignore").decode() != pair or "\x00" in pair
        if not equals or not field.strip() or not column.strip() or unreadable:
            shown = pair[:80].encode(errors="replace").decode()
            raise CommandError(f"“{shown}” is not FIELD=COLUMN. Fields: {', '.join(fields)}.")
        mapping[field.strip()] = column.strip()
    return mapping


def _guessed(file: BinaryIO, name: str) -> dict[str, str]:
    with open_table(file, name) as table:
        return guess_mapping(table.headers)


def _failures(batch: ImportBatch, *, dry_run: bool) -> list[ImportRow]:
    if dry_run:
        return batch.failures
    return list(batch.outcomes.filter(outcome=ImportRow.Outcome.REFUSED))


def _as_json(batch: ImportBatch, mapping: dict[str, str], failures: list[ImportRow], *, dry_run: bool) -> str:
    return json.dumps(
        {
            "file": batch.file_name,
            "batch": None if dry_run else batch.pk,
            "dry_run": dry_run,
            "mapping": mapping,
            "rows": batch.rows,
            "created": batch.created,
            "updated": batch.updated,
            "unchanged": batch.unchanged,
            "refused": batch.refused,
            "failures": [
                {"row": row.number, "sentence": row.sentence, "values": dict(row.values)} for row in failures
            ],
        },
        ensure_ascii=False,
    )
