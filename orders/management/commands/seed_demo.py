"""`manage.py seed_demo`: a wholesaler to look at, with two months of trade behind it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.history import acting
from orders.demo.people import logins
from orders.demo.seed import seed


class Command(BaseCommand):
    help = "Make the demo's people, shops, goods and history. Running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the logins as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "seed_demo makes logins whose password is known. It runs only where DEMO=on says that this is a demo."
            )
        with acting(via="command", where="seed_demo"):
            made = seed(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps({"made": made, "logins": logins()}))
            return
        self.stdout.write("The demo is seeded." if made else "The demo was seeded before; nothing changed.")
        for login in logins():
            self.stdout.write(f"  {login['role']:<22} {login['email']:<34} {login['password']}")
