"""`bin/check [step …]`: everything a machine can say about the code without running it; all steps run."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from . import packages
from .environment import PRODUCTION
from .messages import compile_messages
from .tools import ROOT, Stop, python, say

PYTHON = python()
STEPS: dict[str, list[str]] = {
    "mypy": [PYTHON, "-m", "mypy", "."],
    "ruff": [PYTHON, "-m", "ruff", "check", "."],
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "djlint": [PYTHON, "-m", "djlint", "templates", "--lint", "--quiet"],
    "imports": [str(ROOT / ".venv" / "bin" / "lint-imports"), "--no-cache"],
    "migrations": [
        PYTHON,
        "-W",
        "ignore::RuntimeWarning",
        "manage.py",
        "makemigrations",
        "--check",
        "--dry-run",
    ],
    "deploy": [PYTHON, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
}


def main(arguments: list[str]) -> int:
    if unknown := set(arguments) - set(STEPS):
        raise Stop(f"no step {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}.")
    packages.sync()
    compile_messages()
    chosen = arguments or list(STEPS)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        passed = list(pool.map(run, chosen))
    failed = [step for step, good in zip(chosen, passed, strict=True) if not good]
    say(f"\n{'failed: ' + ', '.join(failed) if failed else f'all {len(chosen)} checks passed'}")
    return 1 if failed else 0


def run(step: str) -> bool:
    """Run one step and print its name, time and, when it fails, what it said."""
    begun = time.monotonic()
    environment = os.environ | PRODUCTION
    done = subprocess.run(
        STEPS[step], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    said = (done.stdout + done.stderr).strip()
    # `manage.py check --deploy` must be silent: a passing run that warns is not good enough.
    good = done.returncode == 0 and not (step == "deploy" and "no issues" not in said)
    verdict = f"{step:<12}{'ok' if good else 'FAILED':<8}{time.monotonic() - begun:5.1f} s"
    print(verdict if good else f"{verdict}\n{said}\n", flush=True)
    return good
