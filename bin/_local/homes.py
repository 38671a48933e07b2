"""A home is a folder for one running Tradeline: its data, logs, ports, secrets, and a lock while a command uses it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .processes import Processes, locked, stop_leftovers
from .services import forget_lost_homes, outside_place
from .tools import LOCAL, Stop, say

KEPT = {"uv", "lock", "throwaway", "ports.json"}
"""What a reset leaves: tools, and what other commands use at this moment."""


@contextmanager
def lasting_home(*, reset: bool = False) -> Iterator[Processes]:
    """`.local/` itself, for demo and development: one command at a time, data kept (unless `reset`)."""
    with _owned(LOCAL) as processes:
        if reset:
            for made in LOCAL.iterdir():
                if made.name not in KEPT:
                    remove(made)
            remove(outside_place(LOCAL))
        yield processes


@contextmanager
def throwaway_home() -> Iterator[Processes]:
    """A folder of its own under `.local/throwaway/`, gone afterwards; sweeps what killed commands left there."""
    folder = LOCAL / "throwaway"
    for left in folder.glob("*"):
        if (handle := locked(left / "lock")) is not None:
            stop_leftovers(left)
            remove_home(left)
            handle.close()
    forget_lost_homes()
    home = folder / str(os.getpid())
    try:
        with _owned(home) as processes:
            yield processes
    finally:
        remove_home(home)


@contextmanager
def _owned(home: Path) -> Iterator[Processes]:
    try:
        lock = locked(home / "lock")
    except PermissionError:
        raise Stop(f"{home} belongs to another user; run this as that user, or delete it.") from None
    if lock is None:
        raise Stop(
            f"another bin/demo or bin/dev runs in this checkout (process {(home / 'lock').read_text().strip()})."
        )
    with lock:
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        if stopped := stop_leftovers(home):
            say(f"Stopped {stopped} processes of an earlier run that was killed.")
        with Processes(home) as processes:
            yield processes


def remove_home(home: Path) -> None:
    """Delete a home and what lies outside of it for PostgreSQL's sake."""
    remove(outside_place(home))
    remove(home)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
