"""`bin/screens [--out DIR] [--only TEXT]`: every page's picture, small and wide, light and dark, with a contact sheet.

Starts the demo's site, lets a browser walk every page that the URL resolver knows (`tests/journeys/pictures.py`), and
writes PNGs and an `index.html` into `.local/screens`, outside git.
"""

import argparse
from pathlib import Path

from . import machine, packages
from .demo import start_all
from .homes import lasting_home
from .site import open_site
from .test import run_to_end
from .tools import LOCAL, Stop, python, say


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="bin/screens", description="Take a picture of every page.")
    parser.add_argument(
        "--out", type=Path, default=LOCAL / "screens", help="where to (default: .local/screens)"
    )
    parser.add_argument("--only", default="", help="pages whose name or address holds this")
    options = parser.parse_args(arguments)
    packages.sync()
    machine.ensure_documents()
    chromium = machine.ensure_chromium()
    if not chromium:
        raise Stop("there is no Chromium on this machine; on Debian: apt-get install chromium.")
    out = options.out.resolve()
    with lasting_home() as processes:
        site = open_site(processes, port=None)
        site.prepare()
        start_all(site)
        say(f"Taking pictures into {out} …")
        command = [python(), "-m", "tests.journeys.pictures", "--url", site.url, "--out", str(out)]
        command += ["--only", options.only] if options.only else []
        return run_to_end(command, site.environment | {"CHROMIUM": chromium})
