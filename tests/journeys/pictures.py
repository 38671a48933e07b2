"""Pictures of every page of a running demo: `python -m tests.journeys.pictures --url … --out …` (see `bin/screens`).

The same walk as `test_every_page`, but over the demo's data: each address leads to the newest record of its kind that
has a page. Prints what looks wrong at once (sideways scroll, an error on the console) and then exits with 1.
"""

from __future__ import annotations

import argparse
import html
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright runs an event loop in this thread

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402
from django.utils import timezone  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from accounts.models import User  # noqa: E402
from credit.models import Invoice  # noqa: E402
from credit.operations.links import make_link, token_of  # noqa: E402
from customers.models import Customer  # noqa: E402
from tests.doors.world import Door, all_doors  # noqa: E402
from tests.journeys.walk import Page, is_page, pages  # noqa: E402

WIDTHS, SCHEMES = (390, 1440), ("light", "dark")
TRIED = 5
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Every page</title><style>
body { font-family: sans-serif; margin: 2rem } p { display: flex; gap: 1rem; overflow-x: auto }
img { object-fit: cover; object-position: top; border: 1px solid #8884 } small { font-weight: 400; opacity: .6 }
</style>"""


class Demo:
    """Where each door is in the demo."""

    def __init__(self, person: User) -> None:
        self.client = Client()
        self.client.force_login(person)
        self.invoice = Invoice.objects.filter(outstanding__gt=0).select_related("account").latest("pk")
        link = make_link(self.invoice.account, self.invoice, at=timezone.now()).link
        self.known = {"number": self.invoice.number, "token": token_of(link), "kind": "money"}

    def path_of(self, door: Door) -> str | None:
        """The address of the newest record that has a page there; None when the demo has none."""
        given = {name: self.known[name] for name in door.asks if name in self.known}
        if set(door.asks) == set(given):
            return reverse(door.name, kwargs=given)
        if set(door.asks) - set(given) != {"pk"}:
            return None
        model = getattr(door.screen, "model", None) or getattr(
            getattr(door.screen, "queryset", None), "model", Customer
        )
        for key in model._default_manager.order_by("-pk").values_list("pk", flat=True)[:TRIED]:
            path = reverse(door.name, kwargs={**given, "pk": key})
            if is_page(self.client, path):
                return path
        return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    settings.ALLOWED_HOSTS = ["*"]  # for the client that looks which doors are pages
    person = User.objects.filter(is_superuser=True).earliest("pk")
    demo = Demo(person)
    walked = [p for p in pages(person, all_doors(), demo.path_of) if options.only in f"{p.name} {p.path}"]
    options.out.mkdir(parents=True, exist_ok=True)
    wrong = take(walked, demo.client.cookies["sessionid"].value, options.url, options.out)
    (options.out / "index.html").write_text(sheet(walked))
    said = "\n".join(wrong) or "Nothing scrolls sideways, nothing complained."
    sys.stdout.write(f"{len(walked)} pages, four pictures of each: {options.out / 'index.html'}\n{said}\n")
    return 1 if wrong else 0


def take(walked: list[Page], session: str, url: str, out: Path) -> list[str]:
    """One load per page and width; the colours change under it."""
    wrong: list[str] = []
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=arguments)
        for public in (False, True):
            for width in WIDTHS:
                size: Any = {"width": width, "height": 900}
                context = browser.new_context(viewport=size, has_touch=width < 500, reduced_motion="reduce")
                if not public:
                    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
                for page in walked:
                    if page.public == public:
                        wrong += picture(context, page, url, out, width)
                context.close()
        browser.close()
    return wrong


def picture(context: Any, page: Page, url: str, out: Path, width: int) -> list[str]:
    tab, errors = context.new_page(), []

    def heard(line: Any) -> None:
        if line.type == "error":
            errors.append(f"console: {line.text}")

    tab.on("console", heard)
    tab.on("pageerror", lambda error: errors.append(f"page error: {error}"))
    for scheme in SCHEMES:
        tab.emulate_media(color_scheme=scheme)
        if scheme == SCHEMES[0]:
            tab.goto(url + page.path)
            tab.wait_for_timeout(150)
        tab.screenshot(path=out / file_of(page, width, scheme), full_page=True)
    if tab.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        errors.append(f"scrolls sideways at {width} px")
    tab.close()
    return [f"{page.name} {page.path}: {error}" for error in errors]


def file_of(page: Page, width: int, scheme: str) -> str:
    return f"{page.name.replace(':', '-')}_{width}_{scheme}.png"


def sheet(walked: list[Page]) -> str:
    """All pictures on one page, a row for each."""
    rows = []
    for page in walked:
        shots = "".join(
            f'<a href="{name}"><img src="{name}" alt="{width} px, {scheme}" loading="lazy" height="420"></a>'
            for width in WIDTHS
            for scheme in SCHEMES
            for name in [file_of(page, width, scheme)]
        )
        rows.append(
            f"<h2>{html.escape(page.name)} <small>{html.escape(page.path)}</small></h2><p>{shots}</p>"
        )
    return f"{HEAD}<h1>{len(walked)} pages</h1>{''.join(rows)}</html>"


if __name__ == "__main__":
    sys.exit(main())
