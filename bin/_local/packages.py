"""uv and the locked Python packages, installed into the project's own folder."""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

from .tools import LOCAL, ROOT, Stop, say

UV_HOME = LOCAL / "uv"
PYPI = "https://pypi.org/pypi/uv/json"


def sync() -> None:
    """Bring .venv to what uv.lock says. Needs no network when it already is."""
    environment = dict(os.environ, UV_PROJECT_ENVIRONMENT=str(ROOT / ".venv"), UV_PYTHON_DOWNLOADS="never")
    environment.pop("VIRTUAL_ENV", None)
    command = [find_uv() or install_uv(), "sync", "--frozen"]
    if (ROOT / ".venv" / "bin" / "python").exists():
        command.append("--quiet")
    else:
        say("Installing the Python packages of uv.lock into .venv …")
        command += ["--no-progress", "--python", sys.executable]
    done = _run(command, environment)
    if done.returncode and "certificate" in done.stderr:
        # A proxy with its own authority, as in companies: this machine may know it, though uv does not.
        done = _run(command, environment | {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"})
    if done.returncode:
        said = done.stderr.strip()[-2000:]
        raise Stop(f"the Python packages could not be installed (is PyPI reachable?):\n{said}")


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def find_uv() -> str | None:
    """A uv that runs: the one on PATH, or the one installed here before."""
    for candidate in (shutil.which("uv"), str(UV_HOME / "bin" / "uv")):
        # A version manager may leave a shim on PATH that runs nothing, hence the trial.
        if candidate and Path(candidate).exists() and _succeeds([candidate, "--version"]):
            return candidate
    return None


def install_uv() -> str:
    """Install uv from PyPI under .local/, by the first way this Python has.

    None of them touches the system's own packages, which Debian and others refuse (PEP 668).
    """
    say("Installing uv into .local/uv …")
    for way in (_by_venv, _by_pip, _by_wheel):
        shutil.rmtree(UV_HOME, ignore_errors=True)
        way()
        if uv := find_uv():
            return uv
    raise Stop(
        "uv could not be installed from PyPI; install it (https://docs.astral.sh/uv/) and call this again."
    )


def _by_venv() -> None:
    if _succeeds([sys.executable, "-m", "venv", str(UV_HOME)]):
        _succeeds([str(UV_HOME / "bin" / "python"), "-m", "pip", "install", "--quiet", "uv"])


def _by_pip() -> None:
    """Debian's python3 without python3-venv, but with pip."""
    _succeeds([sys.executable, "-m", "pip", "install", "--quiet", "--target", str(UV_HOME), "uv"])


def _by_wheel() -> None:
    """A Python with neither: the wheel is a zip file, and uv a single program in it."""
    try:
        with urllib.request.urlopen(PYPI, timeout=60) as answer:
            files = json.load(answer)["urls"]
        wheel = next(file for file in files if _fits(file["filename"]))
        # A mirror may name its files relative to the list.
        with urllib.request.urlopen(urllib.parse.urljoin(PYPI, wheel["url"]), timeout=300) as answer:
            content = answer.read()
    except (OSError, StopIteration):
        return
    if hashlib.sha256(content).hexdigest() != wheel["digests"]["sha256"]:
        return
    program = UV_HOME / "bin" / "uv"
    program.parent.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        inside = next(name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        program.write_bytes(archive.read(inside))
    program.chmod(0o755)


def _fits(filename: str) -> bool:
    """Whether a wheel of uv is made for this machine."""
    machine = platform.machine().lower()
    machines = next(
        (same for same in (("x86_64", "amd64"), ("aarch64", "arm64")) if machine in same), (machine,)
    )
    system = "macosx" if platform.system() == "Darwin" else "manylinux"
    return filename.endswith(".whl") and system in filename and any(name in filename for name in machines)


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0
    except OSError:
        return False
