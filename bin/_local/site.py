"""The running system on one machine: prepared, then web, worker, beat and the Twilio-speaking sandbox."""

import json
import os
import shlex
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .environment import serving
from .processes import Process, Processes
from .services import HOST, Services, port_is_free, port_of
from .tools import LOCAL, ROOT, Stop, call, python, say

PREPARED = LOCAL / "prepared"
"""Holds the digest of the sources that last migrated and seeded this database."""
LOGINS = LOCAL / "logins.json"


@dataclass
class Site:
    """Everything the demo and development serve, with the environment its processes share."""

    processes: Processes
    environment: dict[str, str]
    port: int
    sandbox_port: int
    payments_port: int

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def manage(self, *arguments: str) -> str:
        return call(
            [python(), "manage.py", *arguments], doing=f"manage.py {arguments[0]}", env=self.environment
        )

    def prepare(self) -> None:
        """Migrate, seed and collect static files, unless exactly these sources did so before."""
        digest = sources_digest()
        if PREPARED.exists() and PREPARED.read_text() == digest:
            return
        say("Migrating the database, collecting static files, seeding demo data …")
        with ThreadPoolExecutor() as pool:
            static = pool.submit(self.manage, "collectstatic", "--no-input", "--verbosity", "0")
            self.migrate()
            seeded = self.manage("seed_demo", "--json")
            static.result()
        private(LOGINS).write_text(json.dumps(json.loads(seeded)["logins"]))
        PREPARED.write_text(digest)

    def migrate(self) -> None:
        try:
            self.manage("migrate", "--no-input", "--verbosity", "0")
        except Stop as stop:
            if "InconsistentMigrationHistory" not in str(stop):
                raise
            raise Stop(
                "the data here were made by an earlier Tradeline, before its first release, and can't be carried on. "
                "`bin/demo --reset` deletes them and begins anew."
            ) from None

    def start_sandbox(self) -> Process:
        port, state = str(self.sandbox_port), str(LOCAL / "sandbox.json")
        return self.start("sandbox", python(), "-m", "messaging.sandbox", "--port", port, "--state", state)

    def start_payment_sandbox(self) -> Process:
        port = str(self.payments_port)
        return self.start("payments", python(), "-m", "credit.sandbox", "--port", port)

    def start_web(self) -> Process:
        # Its settings are in gunicorn.conf.py, the same as in production.
        return self.start("web", tool("gunicorn"), "--bind", f"{HOST}:{self.port}", "config.wsgi")

    def start_worker(self) -> Process:
        options = ["--concurrency", "2", "--without-mingle", "--without-gossip", "-l", "INFO"]
        return self.start("worker", tool("celery"), "-A", "config", "worker", *options)

    def start_beat(self) -> Process:
        # Without a pid file of its own: one left by `kill -9` would keep it from starting.
        return self.start("beat", tool("celery"), "-A", "config", "beat", "--pidfile=", "-l", "INFO")

    def start(self, name: str, *argv: str) -> Process:
        return self.processes.start(name, argv, env=self.environment)

    def healthy(self) -> bool:
        return answers(f"{self.url}/healthz/")

    def logins(self) -> list[dict[str, str]]:
        return json.loads(LOGINS.read_text())


def open_site(processes: Processes, *, port: int | None, debug: bool = False) -> Site:
    """Start PostgreSQL and Valkey and decide ports and settings."""
    if port and not port_is_free(port):
        raise Stop(f"port {port} is taken; leave out --port to get a free one.")
    say("Starting PostgreSQL and Valkey …")
    services = Services(LOCAL, processes).start()
    port = port or port_of(LOCAL, "web", first=8000)
    sandbox_port = port_of(LOCAL, "sandbox")
    payments_port = port_of(LOCAL, "payments")
    environment = serving(
        services, port=port, sandbox_port=sandbox_port, payments_port=payments_port, debug=debug
    )
    ours = {name: value for name, value in environment.items() if os.environ.get(name) != value}
    # For running manage.py by hand beside it: `set -a; . .local/demo.env`
    lines = (f"{name}={shlex.quote(value)}\n" for name, value in ours.items())
    private(LOCAL / "demo.env").write_text("".join(lines))
    return Site(processes, environment, port, sandbox_port, payments_port)


def sources_digest() -> str:
    """A digest of all that migrating and seeding may depend on."""
    digest = sha256()
    apps = [folder.parent for folder in ROOT.glob("*/__init__.py")]
    files = [file for app in apps if app.name != "tests" for file in app.rglob("*.py")]
    files += [file for file in (ROOT / "static").rglob("*") if file.is_file()]
    for file in [*sorted(files), ROOT / "uv.lock"]:
        digest.update(f"{file.relative_to(ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except (OSError, urllib.error.URLError):
        return False


def tool(name: str) -> str:
    return str(ROOT / ".venv" / "bin" / name)


def private(file: Path) -> Path:
    """The file, made readable by its owner only."""
    file.touch(mode=0o600)
    file.chmod(0o600)
    return file
