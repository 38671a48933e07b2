"""What the project needs from the machine itself: text layout for PDFs, fonts, and a Chromium for browser tests."""

import ctypes
import os
import platform
import shutil
import subprocess
from pathlib import Path

from .tools import Stop, call, python, say

LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz.so.0": "libharfbuzz0b",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
"""What WeasyPrint loads, and the Debian package of each."""
FONTS = ("NotoSans-Regular.*", "NotoNaskhArabic*-Regular.*", "NotoSansDevanagari-Regular.*")
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.fonts", "~/.local/share/fonts")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def ensure_documents() -> None:
    """Invoices need Pango to be laid out, and fonts that know Latin, Arabic and Devanagari."""
    if platform.system() != "Linux":
        return
    missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
    fonts = [] if _has_fonts() else ["fonts-noto-core"]
    if (missing or fonts) and _apt(missing + fonts):
        missing = [package for library, package in LIBRARIES.items() if not _loads(library)]
        fonts = [] if _has_fonts() else fonts
    if missing:
        raise Stop(
            "PDFs need Pango and HarfBuzz, which this machine lacks. As root, on Debian or Ubuntu:\n"
            f"    apt-get install {' '.join(missing + fonts)}\nthen call this again."
        )
    if fonts:
        say(
            "Note: fonts for Arabic and Devanagari are missing, so PDFs show boxes for them (Debian: fonts-noto-core)."
        )


def find_chromium() -> str | None:
    """A Chromium of the system, or the one Playwright installed for this user."""
    for name in BROWSERS:
        if found := shutil.which(name):
            return found
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    own = subprocess.run(
        [python(), "-c", ask], capture_output=True, text=True, stdin=subprocess.DEVNULL
    ).stdout.strip()
    return own if own and Path(own).exists() else None


def ensure_chromium() -> str | None:
    """`find_chromium`, installing it when there is none; None, said clearly, when that fails."""
    if found := find_chromium():
        return found
    if not _apt(["chromium"]):
        say("Installing Playwright's own Chromium …")
        done = subprocess.run(
            [python(), "-m", "playwright", "install", "chromium"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            say(done.stderr.strip()[-500:])
    if not (found := find_chromium()):
        say(
            "No Chromium was found and none could be installed, so browser tests will fail (Debian: chromium)."
        )
    return found


def _apt(packages: list[str]) -> bool:
    """Install Debian packages, if we may; False when we can't or it failed."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"Installing {', '.join(packages)} with apt …")
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    patient = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    try:
        call([*patient, "update"], doing="apt-get update", env=environment)
        call(
            [*patient, "install", "--yes", "--no-install-recommends", *packages],
            doing="apt-get",
            env=environment,
        )
    except Stop as stop:
        say(str(stop))
        return False
    return True


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_fonts() -> bool:
    folders = [Path(folder).expanduser() for folder in FONT_FOLDERS]
    return all(any(next(folder.rglob(font), None) for folder in folders) for font in FONTS)
