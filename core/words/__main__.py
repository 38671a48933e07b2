"""`python -m core.words`: bring `locale/` up to date, compile it. `--compile`: only that. `--check`: only look."""

from __future__ import annotations

import sys

from . import areas, catalogs
from .extract import messages_in, sources


def main(arguments: list[str]) -> int:
    """0 when all is well; 1 when `--check` finds texts of the complete screens without a translation."""
    if "--compile" in arguments:
        catalogs.compile_all()
        return 0
    found = {text: [areas.HERE] for text in areas.OF_PACKAGES} | messages_in(sources())
    wanted = [*areas.OF_PACKAGES, *messages_in(areas.files())]
    bad = 0
    for language in catalogs.LANGUAGES:
        looking = "--check" in arguments
        catalog = catalogs.read(language) if looking else catalogs.update(language, found)
        faults = catalogs.lacking(catalog, wanted)
        bad += len(faults)
        said = sum(1 for entry in catalog if entry.translated())
        sys.stdout.write(
            f"{language}: {said} of {len(found)} texts, {len(faults)} lacking where it must be complete\n"
        )
        sys.stdout.writelines(f"  {fault}\n" for fault in faults)
    if "--check" in arguments:
        return 1 if bad else 0
    catalogs.compile_all()
    return 0


sys.exit(main(sys.argv[1:]))
