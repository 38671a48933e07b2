"""A whole site of its own: PostgreSQL as durable as in production, Valkey, web and worker processes to be killed."""

from __future__ import annotations

import json
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from _local.homes import remove_home
from _local.processes import Processes, signal_group, stop_leftovers
from _local.services import DURABLE, HOST, Services, port_of
from _local.template import migrated_services
from _local.tools import ROOT, python

from messaging.sandbox import Sandbox


@dataclass
class Site:
    """The running processes, and what a person, an operator or bad luck does to them."""

    processes: Processes
    env: dict[str, str]
    base: str
    sandbox: Sandbox
    session: str = ""

    def scene(self, name: str, number: int = 0) -> Any:
        command = [python(), "-m", "tests.crashes.scenes", name, str(number)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def start_web(self) -> None:
        argv = [python(), "-m", "gunicorn", "config.wsgi", "--bind", self.base.removeprefix("http://")]
        self.processes.start("web", [*argv, "--workers", "1", "--threads", "8"], env=self.env)
        self.processes.wait_until(self.is_up, what="the web process")

    def start_worker(self) -> None:
        argv = [python(), "-m", "celery", "-A", "config", "worker", "--pool", "solo", "--loglevel", "WARNING"]
        self.processes.start("worker", argv, env=self.env)

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.base}/healthz/", timeout=2):  # noqa: S310
                return True
        except OSError:
            return False

    def kill(self, name: str) -> None:
        """`kill -9` of a process and its children."""
        process = next(each for each in self.processes.started if each.name == name)
        assert process.popen
        signal_group(process.popen.pid, signal.SIGKILL)
        process.popen.wait()
        self.processes.started.remove(process)

    def confirm(self, order: int) -> int:
        """Press Confirm; the HTTP status, or 0 when the connection died."""
        token = "t" * 32
        request = urllib.request.Request(  # noqa: S310
            f"{self.base}/orders/{order}/confirm/",
            data=urllib.parse.urlencode({"csrfmiddlewaretoken": token}).encode(),
            headers={"Cookie": f"sessionid={self.session}; csrftoken={token}"},
        )
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=60) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code
        except OSError:
            return 0

    def database(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.env["DATABASE_URL"], connect_timeout=5)

    def until(self, ready: Callable[[], bool], *, seconds: float = 120) -> None:
        deadline = time.monotonic() + seconds
        while not ready():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.1)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Started with the drafts of `scenes.prepare`; all of it is gone afterwards."""
    home: Path = tmp_path_factory.mktemp("site") / "home"
    home.mkdir()
    base = f"http://{HOST}:{port_of(home, 'web')}"
    with Processes(home) as processes:
        env = migrated_services(processes, DURABLE) | {"PUBLIC_BASE_URL": base, "ALLOWED_HOSTS": HOST}
        with Sandbox(
            account_sid=env["TWILIO_ACCOUNT_SID"],
            auth_token=env["TWILIO_AUTH_TOKEN"],
            webhook_base=base,
            pace=0.05,
        ) as sandbox:
            env["TWILIO_API_BASE_URL"] = sandbox.url
            yield Site(processes, env, base, sandbox)
    stop_leftovers(home)
    remove_home(home)


def restart_services(site: Site, name: str) -> None:
    """Start PostgreSQL or Valkey again on its data and port."""
    services = Services(site.processes.home, site.processes, DURABLE)
    if name == "postgres":
        services.start_postgres()
    else:
        services.start_valkey()
