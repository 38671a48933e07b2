"""The files in `locale/`: brought up to date with the sources, measured, and compiled to what gettext reads.

A text that is new waits with an empty translation; one that no source asks for any more goes. No guess is made from
similar texts: a wrong sentence about money is worse than an English one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polib

from .extract import ROOT, Message

FOLDER = ROOT / "locale"
LANGUAGES = ("hi", "ar")
PLURALS = {
    "hi": "nplurals=2; plural=(n > 1);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
"""How many forms a counted thing has, and which number takes which, as Unicode's CLDR says."""
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def path_of(language: str, folder: Path = FOLDER) -> Path:
    return folder / language / "LC_MESSAGES" / "django.po"


def read(language: str, folder: Path = FOLDER) -> polib.POFile:
    """The translations of a language; an empty file with its head when there is none yet."""
    path = path_of(language, folder)
    return polib.pofile(str(path), wrapwidth=110) if path.exists() else polib.POFile(wrapwidth=110)


def update(language: str, found: Mapping[Message, Iterable[Path]], folder: Path = FOLDER) -> polib.POFile:
    """Write the file of a language anew: exactly the texts found, with the translations there were."""
    old = by_message(read(language, folder))
    new = polib.POFile(wrapwidth=110)
    new.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
    }
    for message, files in sorted(found.items(), key=lambda each: (_place(each[1]), each[0])):
        new.append(_entry(message, files, old.get(message), language))
    path = path_of(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    new.save(str(path))
    return new


def by_message(catalog: polib.POFile) -> dict[Message, polib.POEntry]:
    return {Message(e.msgid, e.msgid_plural or "", e.msgctxt or ""): e for e in catalog if not e.obsolete}


def lacking(catalog: polib.POFile, wanted: Collection[Message]) -> list[str]:
    """What keeps these texts from being complete, a sentence each: not there, not translated, unsure, or its
    placeholders differ from those of the English."""
    known = by_message(catalog)
    return [
        f"{message.text!r}: {why}"
        for message in sorted(wanted)
        if (why := _fault(message, known.get(message)))
    ]


def _fault(message: Message, entry: polib.POEntry | None) -> str:
    if entry is None:
        return "not in the file; run bin/messages"
    said = list(entry.msgstr_plural.values()) if message.plural else [entry.msgstr]
    if not said or not all(said):
        return "not translated"
    if entry.fuzzy:
        return "marked as unsure"
    asked = placeholders(message.plural or message.text)
    # One thing, two things and nothing can be said without their number.
    needed = asked - COUNTS if message.plural else asked
    if any(not needed <= placeholders(text) <= asked | placeholders(message.text) for text in said):
        return f"must have the placeholders {', '.join(sorted(asked))}"
    return ""


COUNTS = {"%(n)s", "%(n)d", "%(count)s", "%(count)d", "%(days)d", "%(days)s", "%(num)d"}
"""What says how many; a form that says it itself may leave it out. Not `%d`, which Python then has no place for."""


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def compile_all(folder: Path = FOLDER) -> list[str]:
    """Compile what is newer than its compiled file; the languages that were. Safe beside other processes."""
    done = []
    for path in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        compiled = path.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns == path.stat().st_mtime_ns:
            continue
        written = path.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(path)).save_as_mofile(str(written))
        times = path.stat()
        os.utime(written, ns=(times.st_atime_ns, times.st_mtime_ns))
        written.replace(compiled)
        done.append(path.parts[-3])
    return done


def _entry(
    message: Message, files: Iterable[Path], old: polib.POEntry | None, language: str
) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text,
        msgctxt=message.context or None,
        # No line numbers, and not every file: they would change with every edit of a source.
        occurrences=[(str(file.relative_to(ROOT)), "") for file in sorted(files)[:3]],
        tcomment=old.tcomment if old else "",
    )
    if any(placeholders(text) for text in message):
        entry.flags.append("python-format")
    if message.plural:
        forms = range(int(PLURALS[language].split("=")[1].split(";")[0]))
        known = old.msgstr_plural if old else {}
        entry.msgid_plural = message.plural
        entry.msgstr_plural = {form: known.get(form, "") for form in forms}
    else:
        entry.msgstr = old.msgstr if old else ""
    if old is not None and old.fuzzy:
        entry.flags.append("fuzzy")
    return entry


def _place(files: Iterable[Path]) -> str:
    return min(str(file.relative_to(ROOT)) for file in files)
