"""`manage.py import_receivables FILE --open 5725.06`: what customers owed before Tradeline, document by document."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.errors import Refusal
from core.forms.amounts import read_amount
from core.forms.days import read_day
from core.history import acting
from core.importing import guess_mapping
from core.tabular import open_table
from credit.models import OpeningImport, OpeningRow, Payment
from credit.openings import FIELDS
from credit.operations import import_receivables

SHOWN = 20
NOT_RECONCILED, ROWS_REFUSED = 3, 4


class Command(BaseCommand):
    help = (
        "Import opening balances from csv, tsv, xlsx, xls or ods. Nothing is booked unless the file comes to "
        f"--total or --open. Fields: {', '.join(FIELDS)}. Exit codes: 0 all booked, 1 the file can't be used, "
        "3 it does not come to its total and nothing was booked, 4 booked, but some rows were refused."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the table")
        parser.add_argument("--total", help="what the documents must add up to")
        parser.add_argument("--open", help="what must still be open on them")
        parser.add_argument("--as-of", default="", help="the day of the balances (default: today)")
        parser.add_argument("--currency", default=settings.CURRENCY)
        parser.add_argument(
            "--dates", choices=["dmy", "mdy"], default="", help="when the file does not show it"
        )
        parser.add_argument(
            "--add-customers", action="store_true", help="unknown customers are added, not refused"
        )
        parser.add_argument("--method", choices=Payment.Method.values, default=Payment.Method.BANK)
        parser.add_argument(
            "--map", action="append", default=[], metavar="FIELD=COLUMN", help="which column is what"
        )
        parser.add_argument("--json", action="store_true", help="print the outcome as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        at = timezone.now()
        try:
            with path.open("rb") as opened, acting(via="command", where="import_receivables"):
                batch = import_receivables(
                    opened,
                    name=path.name,
                    mapping=_mapping(options["map"], opened, path.name),
                    days=options["dates"],
                    as_of=_day(options["as_of"]),
                    currency=options["currency"].upper()[:3],
                    method=options["method"],
                    unknown=OpeningImport.Unknown.ADD
                    if options["add_customers"]
                    else OpeningImport.Unknown.REFUSE,
                    control_amount=read_amount(options["total"]) if options["total"] else None,
                    control_open=read_amount(options["open"]) if options["open"] else None,
                    by=None,
                    at=at,
                )
        except Refusal as refusal:
            code = NOT_RECONCILED if refusal.code == "control_total" else 1
            raise CommandError(refusal.text, returncode=code) from refusal
        self._tell(batch, as_json=options["json"])

    def _tell(self, batch: OpeningImport, *, as_json: bool) -> None:
        failures = list(batch.outcomes.filter(outcome=OpeningRow.Outcome.REFUSED).order_by("number"))
        if as_json:
            told = {
                name: getattr(batch, name)
                for name in ("rows", "created", "known", "refused", "customers_added")
            }
            told |= {"batch": batch.pk, "amount": str(batch.amount), "open": str(batch.open)}
            told["failures"] = [{"row": row.number, "sentence": row.sentence} for row in failures]
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(
                f"{batch.file_name}: {batch.rows} rows, {batch.created} booked, {batch.known} there already, "
                f"{batch.refused} refused, {batch.customers_added} customers added; "
                f"total {batch.amount:,.2f}, still open {batch.open:,.2f} {batch.currency}."
            )
            for row in failures[:SHOWN]:
                self.stdout.write(f"  row {row.number}: {row.sentence}")
            if len(failures) > SHOWN:
                self.stdout.write(f"  … and {len(failures) - SHOWN} more; all are kept with the import.")
        if failures:
            raise CommandError(f"{len(failures)} rows were refused.", returncode=ROWS_REFUSED)


def _day(said: str) -> Any:
    today = timezone.localdate()
    day = read_day(said, today=today, near="past") if said else today
    if day is None or day > today:
        raise CommandError(f"“{said[:40]}” is not a day up to today.")
    return day


def _mapping(given: list[str], file: BinaryIO, name: str) -> dict[str, str]:
    with open_table(file, name) as table:
        mapping = guess_mapping(FIELDS, table.headers)
    file.seek(0)
    for pair in (pair for text in given for pair in text.split(",")):
        field, equals, column = pair.partition("=")
        unreadable = pair.encode(errors="ignore").decode() != pair or "\x00" in pair
        if not equals or not field.strip() or not column.strip() or unreadable:
            shown = pair[:80].encode(errors="replace").decode()
            raise CommandError(f"“{shown}” is not FIELD=COLUMN. Fields: {', '.join(FIELDS)}.")
        mapping[field.strip()] = column.strip()
    return mapping
