"""`manage.py seed_volume`: a wholesaler of any size, to measure and look at."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from core.errors import Refusal
from core.history import acting
from reports.volume.plan import Asked
from reports.volume.seeding import has_trade_of_its_own, seed


class Command(BaseCommand):
    help = (
        "Fill the database with a year and a half of trade. Killed anywhere, it goes on when it is run again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--products", type=int, default=10_000)
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--invoices", type=int, default=200_000)
        parser.add_argument("--scale", type=float, default=1.0, help="multiplies all three numbers")
        parser.add_argument(
            "--i-know",
            action="store_true",
            help="also beside somebody's real customers; they can't be parted",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if has_trade_of_its_own() and not (settings.DEMO or options["i_know"]):
            raise CommandError(
                "This database has customers of its own. What seed_volume writes can't be taken out again; "
                "use an empty database, or say --i-know."
            )
        numbers = (options[name] * options["scale"] for name in Asked._fields)
        asked = Asked(*(max(0, round(number)) for number in numbers))
        try:
            with acting(via="command", where="seed_volume"), translation.override("en"):
                done = seed(asked, now=timezone.now(), tell=self.stdout.write)
        except Refusal as refusal:
            raise CommandError(refusal.text) from refusal
        if not done.rows:
            self.stdout.write("All of it was there already; nothing changed.")
            return
        self.stdout.write(
            f"{done.rows:,} rows in {done.seconds:.1f} s: {done.rows_per_second:,} rows/s. "
            "`manage.py verify_books` proves that they add up."
        )
