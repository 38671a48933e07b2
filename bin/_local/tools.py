"""Where things lie, and how the commands talk to the person who called them."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = Path(os.environ.get("TRADELINE_LOCAL") or ROOT / ".local")
"""Everything the commands make for themselves: data, logs, secrets, uv. Safe to delete when nothing runs."""


class Stop(Exception):
    """The command cannot go on; the text says why and what would help."""


class Terminated(KeyboardInterrupt):
    """A closed terminal or a polite kill; ends a command as Ctrl-C does."""


def say(text: str = "") -> None:
    """Progress goes to stderr, so that stdout holds results only."""
    print(text, file=sys.stderr, flush=True)


def python() -> str:
    """The project's own interpreter, with all dependencies."""
    return str(ROOT / ".venv" / "bin" / "python")


def tail(file: Path, lines: int = 25) -> str:
    """The last lines of a log, for showing with a failure."""
    try:
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:])
    except FileNotFoundError:
        return ""


def call(argv: Sequence[str], *, doing: str, env: Mapping[str, str] | None = None, **options) -> str:
    """Run to its end and return what it printed; `Stop` with its own words when it fails."""
    done = subprocess.run(
        argv,
        env=env,
        cwd=options.pop("cwd", ROOT),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **options,
    )
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip()).splitlines()[-25:]
        raise Stop("\n".join([f"{doing} failed ({Path(argv[0]).name}, exit {done.returncode}):", *said]))
    return done.stdout
