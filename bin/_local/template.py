"""A PostgreSQL cluster with the migrations applied, kept so that a test run need not apply them again.

Each worker's test database is a copy of its database `tradeline`. It is still migrated, for new migrations, roles and
the like, but has little left to do. Edited migrations and other packages make another template.
"""

import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

from .environment import testing
from .processes import Processes
from .services import THROWAWAY, Services, postgres_place
from .tools import LOCAL, ROOT, call, python, say

FOLDER = LOCAL / "test-template"


def migrated_services(processes: Processes) -> dict[str, str]:
    """Throw-away services with a migrated database; returns the whole environment of a test run."""
    home, kept = processes.home, FOLDER / digest()
    services = Services(home, processes, THROWAWAY)
    if kept.exists():
        _copy(kept, home)
        return testing(home, services.start())
    environment = testing(home, services.start())
    say("Migrating the template of the test databases …")
    call([python(), "manage.py", "migrate", "--verbosity", "0"], doing="Migrating", env=environment)
    processes.stop("postgres")
    shutil.rmtree(FOLDER, ignore_errors=True)
    _copy(home, kept)
    return environment | services.start_postgres()


def digest() -> str:
    """Names the migrations and the locked packages, which bring some of their own."""
    found = sha256((ROOT / "uv.lock").read_bytes())
    for file in sorted(ROOT.glob("*/migrations/*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _copy(source: Path, target: Path) -> None:
    """Copy a stopped cluster, its owner and its password into another home."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "secrets").mkdir(mode=0o700, exist_ok=True)
    shutil.copy2(source / "secrets" / "postgres", target / "secrets" / "postgres")
    data = [str(postgres_place(home)[0] / "postgres") for home in (source, target)]
    subprocess.run(["cp", "-a", *data], check=True)
