"""Every page there is, in a real Chromium: light and dark, on a small phone and a wide screen, with axe looking on.

Each page is loaded once; the size and the colours change under it. Django's own admin is not walked.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.conftest import LEFT
from tests.doors.world import World, all_doors, make_world
from tests.factories.accounts import UserFactory
from tests.journeys.axe import COLOURS, EVERYTHING, SETTLE, axe, axe_script
from tests.journeys.walk import Page, pages

pytestmark = [pytest.mark.browser, pytest.mark.slow(35), pytest.mark.django_db(transaction=True)]

PARTS = 6
SMALL, WIDE = {"width": 320, "height": 700}, {"width": 1440, "height": 900}
NO_SUCH_PAGE = [
    Page("an address that leads nowhere", "/nowhere/", True),
    Page("a made-up link", "/r/made-up/", True),
]
MEASURE = """() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return null;
    const out = [...document.querySelectorAll('body *')].filter(e => {
        const box = e.getBoundingClientRect();
        return box.width && (box.right > wide + 0.01 || box.left < -0.01)
            && !e.closest('dialog:not([open]), [popover]:not(:popover-open)');
    });
    const told = out.slice(0, 3).map(e => e.outerHTML.slice(0, 120));
    return document.documentElement.scrollWidth + ' px: ' + told.join(' | ');
}"""


@pytest.fixture
def world(monkeypatch: Any, caplog: Any) -> World:
    caplog.set_level("CRITICAL", logger="django.request")  # the walk knocks at doors that are none
    for views in ("credit_notes", "payments", "refunds", "write_offs"):
        monkeypatch.setattr(f"credit.views.{views}.to_pdf", lambda document: b"%PDF")
    return make_world()


@pytest.fixture
def everybody() -> Any:
    """Somebody with all rights."""
    return UserFactory(is_superuser=True, is_staff=True, name="Farah Contractor")


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_stands_on_every_screen_in_both_themes(part, live_server, browser, world, everybody):
    """No sideways scroll at 320 px, no console error, no failed request, nothing that axe finds."""
    walked = pages(everybody, all_doors()[part::PARTS], lambda door: door.path(world, world.mine))
    if part == 0:
        walked += NO_SUCH_PAGE
    assert len(walked) > 5, "the walk has lost its way"
    wrong: list[str] = []
    for public in (False, True):
        with a_tab(browser) as (tab, errors):
            if not public:
                log_in(tab, live_server.url, everybody)
            for page in walked:
                if page.public == public:
                    found = look_at(tab, live_server.url, page)
                    wrong += [f"{page.name} {page.path}: {error}" for error in (*errors, *found)]
                    errors.clear()
    assert not wrong, "\n" + "\n".join(wrong)


@contextlib.contextmanager
def a_tab(browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page in a fresh context, and what it complained about so far."""
    context = browser.new_context(viewport=SMALL, reduced_motion="reduce")
    tab, errors = context.new_page(), []

    def heard(line: Any) -> None:
        where = line.location.get("url", "")
        missing = any(where.endswith(page.path) for page in NO_SUCH_PAGE)
        if line.type == "error" and not (missing and "404" in line.text):
            errors.append(f"console: {line.text} {where}")

    def failed(call: Any) -> None:
        if call.failure not in LEFT:
            errors.append(f"failed: {call.url}")

    tab.on("console", heard)
    tab.on("pageerror", lambda error: errors.append(f"page error: {error}"))
    tab.on("requestfailed", failed)
    yield tab, errors
    context.close()


def log_in(tab: Any, url: str, person: Any) -> None:
    client = Client()
    client.force_login(person)
    tab.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def look_at(tab: Any, url: str, page: Page) -> list[str]:
    """What is wrong with a page beside what it complains of itself."""
    tab.set_viewport_size(SMALL)
    tab.emulate_media(color_scheme="light")
    wrong = []
    answer = tab.goto(url + page.path)
    if answer.status != (404 if page in NO_SUCH_PAGE else 200):
        wrong.append(f"answered {answer.status}")
    if sideways := tab.evaluate(MEASURE):
        wrong.append(f"scrolls sideways at 320 px: {sideways}")
    tab.evaluate(axe_script())
    wrong += axe(tab, "light, 320 px", EVERYTHING)
    tab.emulate_media(color_scheme="dark")
    tab.evaluate(SETTLE)
    wrong += axe(tab, "dark, 320 px", COLOURS)
    tab.set_viewport_size(WIDE)
    tab.evaluate(SETTLE)
    wrong += axe(tab, "dark, 1440 px", EVERYTHING)
    if sideways := tab.evaluate(MEASURE):
        wrong.append(f"scrolls sideways at 1440 px: {sideways}")
    return wrong
