"""`bin/test [pytest arguments]`: all tests in parallel, on a PostgreSQL and a Valkey made for this run."""

import os
import signal
import subprocess
import sys

from . import machine, packages
from .homes import throwaway_home
from .messages import compile_messages
from .template import migrated_services
from .tools import ROOT, Terminated, python, say

ALONE = (
    "-n",
    "--numprocesses",
    "--pdb",
    "--trace",
    "--collect-only",
    "--co",
    "--fixtures",
    "--markers",
    "--version",
    "-h",
)
"""Arguments with which pytest runs in one process, or which choose the number of processes themselves."""


def main(arguments: list[str]) -> int:
    packages.sync()
    compile_messages()
    machine.ensure_documents()
    chromium = machine.ensure_chromium()
    with throwaway_home() as processes:
        environment = migrated_services(processes) | {
            "CHROMIUM": chromium or "",
            "TEMPLATE_DATABASE": "tradeline",
        }
        command = [python(), "-m", "pytest", *_parallel(arguments), *arguments]
        say(f"Running {' '.join(command[1:])}")
        return run_to_end(command, environment)


def run_to_end(command: list[str], environment: dict[str, str]) -> int:
    """Run in the foreground. Ctrl-C at a terminal reaches the child by itself; wait for what it does then."""
    child = subprocess.Popen(command, cwd=ROOT, env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt as interrupt:
            if isinstance(interrupt, Terminated) or not sys.stdin.isatty():
                child.send_signal(signal.SIGINT)


def _parallel(arguments: list[str]) -> list[str]:
    """Three processes for two cores: a browser's test waits a third of its time. One for a single file."""
    chosen = any(argument.split("=")[0] in ALONE or argument.startswith("-n") for argument in arguments)
    files = [argument for argument in arguments if ".py" in argument]
    if chosen or len(files) == 1:
        return []
    return ["-n", str(max(2, min((os.cpu_count() or 2) * 3 // 2, 12))), "--dist", "loadgroup"]
