"""`manage.py verify_books [--json]`: recompute every figure from its ledger and documents."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.queries import Verdict, verify_books


class Command(BaseCommand):
    help = (
        "Recompute every balance, level, total, allocation and number. Exits with 1 when something differs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify_books()
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json()))
        else:
            self.tell(verdict)
        if verdict.discrepancies:
            sys.exit(1)

    def tell(self, verdict: Verdict) -> None:
        for section in verdict.sections:
            found = len(section.discrepancies)
            mark = self.style.ERROR(f"{found} differ") if found else self.style.SUCCESS("adds up")
            self.stdout.write(f"{section.name:<10} {mark:<10} {section.seconds:7.2f} s")
        for wrong in verdict.discrepancies:
            self.stdout.write(f"  {wrong}")
        looked = ", ".join(f"{count:,} {name}" for name, count in verdict.counts.items())
        self.stdout.write(
            f"Looked at {looked}: {len(verdict.discrepancies)} differences in {verdict.seconds:.2f} s."
        )
