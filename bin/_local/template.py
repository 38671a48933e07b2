"""A PostgreSQL cluster with the migrations applied, kept so that a test run need not apply them again.

Each worker's test database is a copy of its database `tradeline`. It is still migrated, for new migrations, roles and
the like, but has little left to do. Edited migrations and other packages make another template.
"""

import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from .environment import testing
from .homes import remove_home
from .processes import Processes
from .services import THROWAWAY, Services, postgres_place
from .tools import LOCAL, ROOT, call, python, say

FOLDER = LOCAL / "test-template"


def migrated_services(processes: Processes, settings: Mapping[str, str] = THROWAWAY) -> dict[str, str]:
    """Services in a new home with a migrated database; returns the whole environment of a test run."""
    home, kept = processes.home, FOLDER / digest()
    if not kept.exists():
        say("Migrating the template of the test databases …")
        for old in FOLDER.glob("*"):
            remove_home(old)
        _make(home / "template", kept)
    _copy(kept, home)
    return testing(home, Services(home, processes, settings).start())


def _make(home: Path, kept: Path) -> None:
    with Processes(home) as processes:
        environment = testing(home, Services(home, processes, THROWAWAY).start())
        call([python(), "manage.py", "migrate", "--verbosity", "0"], doing="Migrating", env=environment)
    _copy(home, kept)
    remove_home(home)


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
