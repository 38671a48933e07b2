"""`manage.py import_device_models FILE`: a list of phones (csv, xlsx, json; packed with xz too) into the catalogue."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import Refusal
from core.history import acting
from inventory.device_lists import FIELDS
from inventory.operations import import_devices

from .import_products import SHOWN, read_mapping


class Command(BaseCommand):
    help = (
        "Import phones from csv, tsv, xlsx, xls, ods or json, packed with xz or not: new ones are made, known ones "
        f"learn codes and aliases, the same file twice adds nothing. Fields: {', '.join(FIELDS)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the list")
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
        mapping = read_mapping(options["map"], FIELDS)
        try:
            with path.open("rb") as opened, acting(via="command", where="import_device_models"):
                batch, refused = import_devices(
                    opened, mapping=mapping, by=None, at=timezone.now(), name=path.name, dry_run=dry_run
                )
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        counts = {
            name: getattr(batch, name) for name in ("rows", "created", "updated", "unchanged", "refused")
        }
        if options["json"]:
            failures = [{"row": row.number, "sentence": row.sentence} for row in refused]
            said = {"file": batch.file_name, "mapping": batch.mapping, "dry_run": dry_run, **counts}
            self.stdout.write(json.dumps({**said, "failures": failures}, ensure_ascii=False))
            return
        tried = " (dry run, nothing is kept)" if dry_run else ""
        self.stdout.write(
            f"{batch.file_name}: {batch.rows} rows, {batch.created} new, {batch.updated} added to, "
            f"{batch.unchanged} unchanged, {batch.refused} refused{tried}."
        )
        for row in refused[:SHOWN]:
            self.stdout.write(f"  row {row.number}: {row.sentence}")
        if len(refused) > SHOWN:
            self.stdout.write(f"  … and {len(refused) - SHOWN} more.")
