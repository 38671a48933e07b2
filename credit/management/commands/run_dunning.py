"""`manage.py run_dunning [--on DATE] [--preview] [--json]`: remind everybody who is due, or say who that would be."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from core.history import acting
from credit.operations import ask_for_run, run_now
from credit.queries.dunning import Planned, candidates, plan, policy


class Command(BaseCommand):
    help = "Remind everybody who is due. Safe to run again: each invoice hears each level once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", metavar="DATE", help="as of this day (2026-11-30); today when left out")
        parser.add_argument("--preview", action="store_true", help="queue nothing, say what would be")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of text")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            on = dt.date.fromisoformat(options["on"]) if options["on"] else local_date(at)
        except ValueError:
            raise CommandError(f"{options['on']} is not a day such as 2026-11-30.") from None
        if options["preview"]:
            self.tell({"on": str(on), "customers": [as_json(row) for row in planned(on)]}, options["json"])
            return
        with acting(via="command", where="run_dunning"):
            try:
                run = ask_for_run(key=f"command:{uuid.uuid4()}", on=on, by=None, at=at)
            except Refusal as refusal:
                raise CommandError(refusal.text) from None
            run_now(run, at=at)
        names = ("looked_at", "queued", "calls", "left_out", "fees")
        self.tell({"on": str(on), "run": run.pk, **{n: getattr(run, n) for n in names}}, options["json"])

    def tell(self, found: dict[str, Any], as_one_object: bool) -> None:
        if as_one_object:
            self.stdout.write(json.dumps(found))
        elif "customers" in found:
            for row in found["customers"]:
                said = row["why"] or ", ".join(row["channels"])
                self.stdout.write(
                    f"{row['customer']:<10} {row['name'][:30]:<30} {row['level'] or '':<20} "
                    f"{row['amount']:>14} {row['currency']}  {row['outcome']}: {said}"
                )
            self.stdout.write(f"{len(found['customers'])} customers on {found['on']}.")
        else:
            self.stdout.write(
                "Run {run} on {on}: {looked_at} looked at, {queued} written to, {calls} to call, "
                "{left_out} left out, {fees} late fees.".format(**found)
            )


def planned(on: dt.date) -> list[Planned]:
    """Everybody, batch by batch."""
    rules, after, rows = policy(), 0, []
    while keys := candidates(on=on, after=after):
        rows += plan(keys, on=on, by=rules)
        after = keys[-1]
    return rows


def as_json(row: Planned) -> dict[str, Any]:
    return {
        "customer": row.account.customer.code,
        "name": row.account.customer.name,
        "level": row.level.name if row.level else None,
        "amount": str(row.amount),
        "currency": row.currency,
        "invoices": row.numbers,
        "outcome": row.state,
        "channels": list(row.channels),
        "why": row.why,
    }
