"""`manage.py demo_main_job`: do the main job through the running system, over HTTP, as people would."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from orders.demo.main_job import MainJob


class Command(BaseCommand):
    help = "Order, credit, stock, invoice, message, link, payment: each step through the running system."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--base-url", default=settings.PUBLIC_BASE_URL, help="where the web process answers"
        )
        parser.add_argument(
            "--phone-url", default=settings.SANDBOX_PHONE_URL, help="the sandbox's phone page"
        )
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line, as each step is done"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError(
                "demo_main_job sells goods. It runs only where DEMO=on says that this is a demo."
            )
        failed = ""
        for step in MainJob(options["base_url"], options["phone_url"]).run():
            if options["json"]:
                told = {"step": step.name, "ok": step.ok, "happened": step.happened, "look": step.look}
                self.stdout.write(json.dumps({**told, "seconds": round(step.seconds, 2)}))
            else:
                self.stdout.write(f"{'✓' if step.ok else '✗'} {step.name}: {step.happened}\n    {step.look}")
            self.stdout.flush()
            failed = failed or ("" if step.ok else f"{step.name}: {step.happened}")
        if failed:
            raise CommandError(f"The main job failed at {failed}")
