"""`bin/bench NAME [arguments]`: run `benchmarks/NAME.py`, or the package of that name.

It runs on a PostgreSQL as durable as in production, and a Valkey.

The module runs as `python -m benchmarks.NAME ARGUMENTS` with a migrated, empty database, the settings of the tests, and
PGBENCH, PSQL and libpq's own variables (PGHOST …) set for driving the same server by hand-written SQL. With `--json` it
prints one JSON object on stdout and nothing else.
"""

from . import machine, packages
from .homes import throwaway_home
from .services import DURABLE
from .template import migrated_services
from .test import run_to_end
from .tools import ROOT, Stop, python, say


def main(arguments: list[str]) -> int:
    home = ROOT / "benchmarks"
    known = sorted(
        file.stem for file in [*home.glob("[!_]*.py"), *(p.parent for p in home.glob("*/__main__.py"))]
    )
    if not arguments or arguments[0] not in known:
        raise Stop(f"usage: bin/bench NAME [--json]; there are: {', '.join(known) or 'none yet'}.")
    packages.sync()
    machine.ensure_documents()
    with throwaway_home() as processes:
        say("Starting a PostgreSQL with fsync on and a Valkey …")
        environment = migrated_services(processes, DURABLE) | {
            "PGDATABASE": "tradeline",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        return run_to_end([python(), "-m", f"benchmarks.{arguments[0]}", *arguments[1:]], environment)
