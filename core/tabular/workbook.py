"""xlsx, xls, ods: read by calamine in a child process that may not take more than its share of memory.

A workbook is a compressed file and can ask for any amount of memory (a value in the last cell of an empty sheet
is enough). The child has a hard limit and dies alone; a broken file can't take the server with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO, NamedTuple

from django.utils.translation import gettext as _

from core.errors import Refusal

from .table import RawRow

CHILD = Path(__file__).with_name("workbook_child.py")
MEMORY_LIMIT = 1_500_000_000
UNPACKED_LIMIT = 1_500_000_000
CPU_SECONDS = 120


class Workbook(NamedTuple):
    sheet: str
    sheets: list[str]
    rows: Iterator[RawRow]
    close: Callable[[], None]


def read_workbook(file: BinaryIO, sheet: str = "") -> Workbook:
    """The rows of the named sheet, or of the first visible sheet that has any."""
    _refuse_bombs(file)
    spool = _on_disk(file)
    child = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), str(MEMORY_LIMIT), str(CPU_SECONDS), sheet],
        stdin=spool,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    answers = _answers(child)

    def close() -> None:
        answers.close()
        spool.close()

    try:
        about = next(answers)
    except BaseException:
        close()
        raise
    return Workbook(about["sheet"], about["sheets"], _rows(answers, close), close)


def _rows(answers: Iterator[dict[str, Any]], close: Callable[[], None]) -> Iterator[RawRow]:
    try:
        for answer in answers:
            for number, cells in answer["rows"]:
                yield RawRow(number, cells)
    finally:
        close()


def _answers(child: subprocess.Popen[bytes]) -> Generator[dict[str, Any]]:
    """What the child says, one JSON object a line. Refuses when it gives up or dies."""
    assert child.stdout is not None
    ended = False
    try:
        for line in child.stdout:
            answer = json.loads(line)
            if refusal := answer.get("refusal"):
                raise Refusal(_explain(refusal))
            if answer.get("end"):
                ended = True
                return
            yield answer
        raise _too_large()
    finally:
        if not ended:
            child.kill()
        child.stdout.close()
        child.wait()


def _explain(refusal: str) -> str:
    kind, _colon, detail = refusal.partition(":")
    if kind == "password":
        return _("This workbook is protected by a password. Save it without one.")
    if kind == "empty":
        return _("No rows can be read from this workbook.")
    if kind == "no sheet":
        return _("This workbook has no such sheet. It has: %(sheets)s.") % {"sheets": detail}
    return _("This workbook is damaged and can't be read. Open it in a spreadsheet and save it again.")


def _refuse_bombs(file: BinaryIO) -> None:
    """What a zip says it unpacks to. One that lies meets the child's memory limit."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        # An old xls is no zip; whatever else this is, the child will say.
        return
    if unpacked > UNPACKED_LIMIT:
        raise _too_large()


def _too_large() -> Refusal:
    return Refusal(_("This workbook is too large or too wide to open. Save the sheet you need as csv."))


def _on_disk(file: BinaryIO) -> IO[bytes]:
    """A real file of its own for the child's standard input."""
    spool = tempfile.TemporaryFile()  # noqa: SIM115
    file.seek(0)
    while piece := file.read(1024 * 1024):
        spool.write(piece)
    spool.flush()
    spool.seek(0)
    return spool
