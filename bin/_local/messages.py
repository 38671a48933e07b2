"""`bin/messages [--check]`: find every text of the interface, bring `locale/` up to date, compile.

`--check` changes nothing and fails when a screen that must be complete in every language is not. Needs no GNU gettext.
"""

import subprocess

from . import packages
from .tools import ROOT, call, python

WORDS = ("-m", "core.words")


def main(arguments: list[str]) -> int:
    packages.sync()
    return subprocess.run([python(), *WORDS, *arguments], cwd=ROOT).returncode


def compile_messages() -> None:
    """Compile the translations that are newer than what gettext reads. The compiled files are not in git."""
    call([python(), *WORDS, "--compile"], doing="Compiling the translations")
