"""What a journey runs on: the site on a real port, a real worker beside it, a Twilio that is ours, people at browsers.

    def test_…(site, sign_in, sandbox, stranger):

`site` is the address; web and worker share the test's own database, Valkey database and media folder.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from messaging.operations import publish_whatsapp_templates
from messaging.sandbox import Sandbox
from tests.conftest import fresh_page
from tests.factories.accounts import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0


@pytest.fixture
def site(live_server: Any, settings: Any) -> str:
    """The address of the running site; links in messages lead there too."""
    settings.PUBLIC_BASE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def sandbox(site: str, settings: Any) -> Iterator[Sandbox]:
    """A server that speaks Twilio, with WhatsApp's templates approved; its phones are at `phone_page(number)`."""
    with Sandbox(
        account_sid=settings.TWILIO_ACCOUNT_SID,
        auth_token=settings.TWILIO_AUTH_TOKEN,
        webhook_base=site,
        pace=0.05,
    ) as running:
        settings.TWILIO_API_BASE_URL = running.url
        settings.SANDBOX_PHONE_URL = f"{running.url}/sandbox/phone/"
        publish_whatsapp_templates()
        yield running


@pytest.fixture
def worker(site: str, sandbox: Sandbox, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker in a process of its own, ready for work. Its log stands in the test's folder."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {
        "DATABASE_URL": database.geturl(),
        "REDIS_URL": django_settings.REDIS_URL,
        "MEDIA_ROOT": str(django_settings.MEDIA_ROOT),
        "PUBLIC_BASE_URL": site,
        "TWILIO_API_BASE_URL": sandbox.url,
        "LOG_LEVEL": "INFO",
    }
    log = tmp_path / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "-l", "INFO"]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            until(
                lambda: b"ready" in log.read_bytes() or process.poll() is not None,
                "The worker did not start.",
            )
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def sign_in(site: str) -> Callable[[Any, Any], None]:
    """Somebody is logged in at a page: `sign_in(page, user)`. At the login page itself: `log_in`."""

    def at(page: Any, user: Any) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])

    return at


@pytest.fixture
def log_in(site: str) -> Callable[[Any, Any], None]:
    """A person types address and password at a page, and gets a new session and new tokens: `log_in(page, user)`."""

    def at(page: Any, user: Any) -> None:
        page.goto(f"{site}/accounts/login/")
        page.fill("[name=login]", user.email)
        page.fill("[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: "/accounts/login/" not in url)

    return at


@pytest.fixture
def stranger(browser: Any) -> Iterator[Any]:
    """A page in a browser that has never been here: the retailer's."""
    with fresh_page(browser) as page:
        yield page


@pytest.fixture
def colleague(browser: Any) -> Iterator[Any]:
    """A page in a second person's browser."""
    with fresh_page(browser) as page:
        yield page


def phone_page(sandbox: Sandbox, number: str) -> str:
    """Where a phone's conversations are, by E.164 number."""
    return f"{sandbox.url}/sandbox/phone/{number}/"


def until(look: Callable[[], Any], otherwise: str) -> Any:
    """Look every quarter of a second until there is something; fail with a sentence when there never is."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if seen := look():
            return seen
        time.sleep(0.25)
    pytest.fail(otherwise)
