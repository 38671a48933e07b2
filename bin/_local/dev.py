"""`bin/dev`: the demo's system for working on it: DEBUG on, restarts when a file changes, logs on screen."""

import argparse
import time
from pathlib import Path

from . import machine, packages
from .homes import lasting_home
from .messages import compile_messages
from .services import HOST
from .site import open_site
from .tools import ROOT, python, say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/dev", description="Serve the demo's data with autoreload.")
    parser.add_argument("--port", type=int, help="serve on this port")
    parser.add_argument("--reset", action="store_true", help="delete the demo's data first")
    options = parser.parse_args(arguments)
    packages.sync()
    compile_messages()
    machine.ensure_documents()
    with lasting_home(reset=options.reset) as processes:
        site = open_site(processes, port=options.port, debug=True)
        site.prepare()
        site.start("web", python(), "manage.py", "runserver", f"{HOST}:{site.port}")
        restarted = {"worker": site.start_worker, "beat": site.start_beat, "sandbox": site.start_sandbox}
        for start in restarted.values():
            start()
        logs = [
            Log(process.log) for process in processes.started if process.name not in ("postgres", "valkey")
        ]
        say(f"Serving {site.url}/ until Ctrl-C; phone page: {site.environment['SANDBOX_PHONE_URL']}")
        seen = newest_change()
        while True:
            time.sleep(0.5)
            for log in logs:
                log.show()
            # A process that dies of a half-typed line comes back with the next change; the web process sees to itself.
            if (now := newest_change()) != seen:
                seen = now
                for name, start in restarted.items():
                    processes.stop(name)
                    start()


def newest_change() -> tuple[int, float]:
    """Changes whenever a Python file of an app is written, added or removed."""
    files = [file for folder in ROOT.glob("*/__init__.py") for file in folder.parent.rglob("*.py")]
    return len(files), max(file.stat().st_mtime for file in files)


class Log:
    """Shows what is added to a process's log, each line with the process's name."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.position = file.stat().st_size

    def show(self) -> None:
        with self.file.open(errors="replace") as log:
            log.seek(self.position)
            for line in log:
                print(f"{self.file.stem:<8}│ {line}", end="", flush=True)
            self.position = log.tell()
