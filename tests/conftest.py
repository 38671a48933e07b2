"""What every test may use. Services come from bin/test; factories are in tests/factories/, one module per app."""

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from redis import Redis

from core.tasks import sender
from core.words.catalogs import compile_all
from tests.cleaning import Contents

LEFT = {"net::ERR_ABORTED"}
"""What Chromium calls a request given up because the page moved on, or because its answer became a download."""
REPLACED = ("htmx:afterRequest, ", "htmx:sendAbort, ")
"""What htmx writes when a newer search replaces one under way. A request that truly fails writes a third line."""
VIEWPORT = {"width": 1440, "height": 900}


def pytest_configure() -> None:
    """What tests read is what translators wrote, also when pytest is called by itself."""
    compile_all()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests first: the short ones then fill the other workers."""
    items.sort(key=_seconds, reverse=True)


def _seconds(item: pytest.Item) -> float:
    """How long a test takes, as its mark says: `slow`, or `slow(40)` for the longest."""
    mark = item.get_closest_marker("slow")
    return 0 if mark is None else mark.args[0] if mark.args else 10


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Make this worker's database a copy of the one bin/test has migrated."""
    connection.settings_dict["TEST"]["TEMPLATE"] = os.environ["TEMPLATE_DATABASE"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A test that commits leaves the database as it found it: see `tests/cleaning.py`."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        first = Contents("first_contents")
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: first.put_back())
        yield


@pytest.fixture(scope="session")
def valkey() -> Iterator[Redis]:
    """This worker's own database of the real Valkey."""
    with Redis.from_url(settings.REDIS_URL) as connection:
        yield connection


@pytest.fixture(autouse=True)
def _empty_valkey(valkey: Redis) -> None:
    """No test sees the cache entries or queued tasks of another."""
    sender.flush()
    valkey.flushdb()


@pytest.fixture(autouse=True)
def _speak_english() -> None:
    """A request leaves its language behind in its thread; the next one brings its own, a test does not."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_panel_breaks_unseen(settings: Any) -> None:
    """In production a broken panel leaves a gap in its page; in a test it is the error it is."""
    settings.PANEL_ERRORS_RAISE = True


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One real Chromium per worker; `page` gives each test a fresh context in it."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM")
    if not program:
        pytest.fail("No Chromium on this machine; bin/test says how to install one.")
    # Playwright's synchronous calls run an event loop in this thread, which Django would take for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        # Chromium's own sandbox needs rights that root in a container doesn't have.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page in a fresh browser context, on which no console error, page error or failed request is forgiven."""
    with fresh_page(browser) as page:
        yield page


@contextlib.contextmanager
def fresh_page(browser: Any) -> Iterator[Any]:
    """The same, for a test with more than one person in it."""
    context = browser.new_context(viewport=VIEWPORT, accept_downloads=True)
    context.set_default_timeout(10_000)
    page = context.new_page()
    wrong: list[str] = []

    def note(text: str, *, unless: bool = False) -> None:
        if not unless:
            wrong.append(text)

    def calm(line: Any) -> bool:
        return line.type != "error" or line.text.startswith(REPLACED)

    page.on("pageerror", lambda error: note(f"page error: {error}"))
    page.on("console", lambda line: note(f"console: {line.text}", unless=calm(line)))
    page.on("requestfailed", lambda call: note(f"failed: {call.url}", unless=call.failure in LEFT))
    yield page
    context.close()
    assert wrong == []
