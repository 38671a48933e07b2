"""`manage.py import_suppliers FILE [--products]`: suppliers, or what they sell us, as the lists export them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import Refusal
from core.history import acting
from core.tables import REFUSED, ReadTable, Told, closing_sentence, outcome_of, read_table
from inventory.forms.tables import keep_supplier
from inventory.operations.suppliers import import_offer, import_supplier
from inventory.supplier_files import OFFERS, SUPPLIERS

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Import suppliers, or with --products what they sell us, from csv, tsv, xlsx, xls or ods: new ones are made, "
        "known ones changed, the same file twice changes nothing. Columns are known by the headings of the export."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the table")
        parser.add_argument(
            "--products", action="store_true", help="what suppliers sell us, not who they are"
        )
        parser.add_argument("--dry-run", action="store_true", help="try everything, keep nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        kind = OFFERS if options["products"] else SUPPLIERS
        change = import_offer if options["products"] else partial(import_supplier, keep=keep_supplier)
        try:
            with path.open("rb") as file:
                table = read_table(kind, file, path.name)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        with acting(via="command", where="import_suppliers"), transaction.atomic():
            outcomes = [outcome_of(kind, table, row, change) for row in table.rows]
            transaction.set_rollback(options["dry_run"])
        self._tell(path.name, table, outcomes, options)

    def _tell(self, name: str, table: ReadTable, outcomes: list[Told], options: dict[str, Any]) -> None:
        rows = [
            {"row": row.number, "outcome": told.kind, "sentence": told.sentence}
            for row, told in zip(table.rows, outcomes, strict=True)
        ]
        if options["json"]:
            said = {"file": name, "dry_run": options["dry_run"], "rows": rows, "unread": table.unread}
            self.stdout.write(json.dumps(said, ensure_ascii=False))
            return
        tried = " (dry run, nothing is kept)" if options["dry_run"] else ""
        self.stdout.write(f"{name}{tried}: {closing_sentence(table, outcomes)}")
        refused = [row for row in rows if row["outcome"] == REFUSED]
        for row in refused[:SHOWN]:
            self.stdout.write(f"  row {row['row']}: {row['sentence']}")
        if len(refused) > SHOWN:
            self.stdout.write(f"  … and {len(refused) - SHOWN} more; --json has all.")
