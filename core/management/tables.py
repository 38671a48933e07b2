"""What commands that import a table (`core.tables`) have in common."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core.errors import Refusal
from core.history import acting
from core.tables import REFUSED, Change, ReadTable, TableKind, Told, closing_sentence, outcome_of, read_table

SHOWN = 20


class TableCommand(BaseCommand):
    """`FILE [--dry-run] [--json]`. `table(options)` says what the rows are and what each does."""

    def table(self, options: dict[str, Any]) -> tuple[TableKind, Change]:
        raise LookupError("A command says what its table holds.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the table: csv, tsv, xlsx, xls or ods")
        parser.add_argument("--dry-run", action="store_true", help="try everything, keep nothing")
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        kind, change = self.table(options)
        try:
            with path.open("rb") as file:
                read = read_table(kind, file, path.name)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        with acting(via="command", where=kind.job), transaction.atomic():
            outcomes = [outcome_of(kind, read, row, change) for row in read.rows]
            transaction.set_rollback(options["dry_run"])
        self._tell(path.name, read, outcomes, options)

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
