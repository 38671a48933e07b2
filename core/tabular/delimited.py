"""csv and tsv: find the delimiter, read records one by one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Refusal

from .encodings import guess_encoding
from .table import MOST_ABOVE, IsHeading, RawRow

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 256 * 1024
SAMPLE_RECORDS = 300
MAX_LINE = 1_000_000
DECLARED = re.compile(r"^sep=(.)\r?\n?$")


def open_text(file: BinaryIO, encoding: str = "") -> tuple[io.TextIOWrapper, str]:
    """The file as text. Without an encoding the likeliest one is used."""
    encoding = encoding or guess_encoding(file)
    file.seek(0)
    try:
        text = io.TextIOWrapper(_Unclosed(file), encoding=encoding, newline="")  # type: ignore[type-var]
    except LookupError as error:
        raise Refusal(_("“%(encoding)s” is not an encoding.") % {"encoding": encoding}) from error
    return text, encoding  # type: ignore[return-value]


def read_delimited(
    text: io.TextIOWrapper, delimiter: str = "", *, heading: IsHeading | None = None
) -> tuple[Iterator[RawRow], str]:
    """Records of the file and the delimiter that was used."""
    sample = _decode(text.read, SAMPLE_CHARACTERS)
    text.seek(0)
    _refuse_what_is_no_table(sample)
    lines = _lines(text)
    declared = DECLARED.match(sample.splitlines(keepends=True)[0]) if sample.strip() else None
    first_number = 1
    if declared:
        next(lines)
        first_number = 2
        delimiter = delimiter or declared[1]
        sample = sample.split("\n", 1)[-1]
    delimiter = delimiter or sniff_delimiter(_from_heading(sample, heading) if heading else sample)
    return _records(lines, delimiter, first_number), delimiter


def sniff_delimiter(sample: str) -> str:
    """The delimiter under which most records have as many values as the heading.

    Only a character that splits the heading can be one. If none does, the file has one column: then the one
    that leaves the records whole.
    """
    scores: list[tuple[float, int, str]] = []
    whole: list[str] = []
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        if not widths:
            # Nothing stands between these: the file is blank, whatever it is cut with.
            return delimiter
        if widths[0] > 1:
            body = widths[1:] or widths
            scores.append((sum(1 for width in body if width == widths[0]) / len(body), widths[0], delimiter))
        elif max(widths) == 1:
            whole.append(delimiter)
    if scores:
        return max(scores, key=lambda score: score[:2])[2]
    return whole[0] if whole else ","


def _from_heading(sample: str, heading: IsHeading) -> str:
    """The sample from its row of headings on: what stands above it is no table, and says nothing of delimiters."""
    lines = sample.splitlines(keepends=True)
    for number, line in enumerate(lines[: MOST_ABOVE + 20]):
        if any(heading(next(csv.reader([line], delimiter=each), [])) for each in DELIMITERS):
            return "".join(lines[number:])
    return sample


def _widths(sample: str, delimiter: str) -> list[int]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: list[int] = []
    with suppress(csv.Error):
        filled = (record for record in reader if any(cell.strip() for cell in record))
        widths.extend(len(record) for record in islice(filled, SAMPLE_RECORDS))
    # The sample may end within a record; its last one proves nothing.
    if len(sample) >= SAMPLE_CHARACTERS and len(widths) > 2:
        widths.pop()
    return widths


def _records(lines: Iterator[str], delimiter: str, first_number: int) -> Iterator[RawRow]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = first_number - 1
    while True:
        number += 1
        line_before = reader.line_num
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield RawRow(
                number, [], _misquoted(line_before + first_number, reader.line_num + first_number - 1)
            )
            continue
        yield RawRow(number, record)


def _misquoted(first: int, last: int) -> str:
    if last > first:
        message = _("The quotation marks don't match, from line %(first)s to line %(last)s of the file.")
    else:
        message = _("The quotation marks don't match, in line %(first)s of the file.")
    return message % {"first": first, "last": last}


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := _decode(text.readline, MAX_LINE):
        number += 1
        if len(line) >= MAX_LINE:
            message = _("Line %(line)s is longer than a million characters. This is not a table.")
            raise Refusal(message % {"line": number})
        # PostgreSQL can't keep a zero character in a text, and nobody typed one.
        yield line.replace("\0", "") if "\0" in line else line


def _decode(read: Callable[[int], str], limit: int) -> str:
    try:
        return read(limit)
    except UnicodeError as error:
        raise Refusal(_("This file is not in the encoding it seems to have. Save it as UTF-8.")) from error


def _refuse_what_is_no_table(sample: str) -> None:
    head = sample.lstrip().lower()
    if head.startswith(("<!doctype", "<html", "<table", "<?xml")):
        raise Refusal(
            _(
                "This is a web page or XML with a table's name. "
                "Open it in a spreadsheet and save it as xlsx or csv."
            )
        )
    odd = sum(1 for character in sample if character < " " and character not in "\t\r\n\f\v\0\x1b")
    if odd > max(20, len(sample) * 0.02):
        raise Refusal(_("This is not a table of text. Save it as csv or xlsx."))


class _Unclosed(io.BufferedIOBase):
    """Lets a text wrapper go without closing the upload under it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1) -> bytes:
        return self._file.read(-1 if size is None else size)

    def read1(self, size: int = -1) -> bytes:
        return self._file.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()
