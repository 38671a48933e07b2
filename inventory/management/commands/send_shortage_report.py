"""Send the daily shortage report by hand."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.history import acting
from inventory import operations


class Command(BaseCommand):
    help = "Send today's shortage report to those who want it, unless that was done. Beat does it at the set hour."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--to", nargs="*", metavar="EMAIL", help="only to these people, also when it was sent"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what it would tell, send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            counted = operations.count_shortages()
            self.stdout.write(
                "{products} products short, {uncovered} of them not on order; {shops} customers wait for {pieces} "
                "pieces. Nothing was sent.".format(**counted)
            )
            return
        people = None
        if options["to"] is not None:
            people = list(get_user_model()._default_manager.filter(email__in=options["to"], is_active=True))
            if missing := set(options["to"]) - {person.email for person in people}:
                raise CommandError(f"Nobody has the address {', '.join(sorted(missing))}.")
        with acting(via="command", where="send_shortage_report"):
            report = operations.send_shortage_report(at=timezone.now(), to=people)
        if report is None:
            self.stdout.write("Today's report was sent before.")
        else:
            self.stdout.write(f"Sent: {report.products} products short. People who get it: {report.people}.")
