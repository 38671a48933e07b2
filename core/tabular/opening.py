"""Tell by its first bytes what a file is, and open it with the right reader."""

from __future__ import annotations

from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from core.errors import Refusal

from .delimited import open_text, read_delimited
from .table import IsHeading, Table, fit_rows, split_off_headers
from .workbook import read_workbook

DEFAULT_MAX_ROWS = 1_048_576
MAX_TEXT_BYTES = 500_000_000
MAX_WORKBOOK_BYTES = 100_000_000
TEXT_NAMES = {".csv", ".tsv", ".tab", ".txt", ""}
WORKBOOK_NAMES = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHERS = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


def open_table(
    file: BinaryIO,
    name: str,
    *,
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    max_rows: int = DEFAULT_MAX_ROWS,
    heading: IsHeading | None = None,
) -> Table:
    """Open a table for streaming. Content decides over the name; what was guessed can be given instead.

    `heading` tells the row of headings where lines stand above it (a bank's name, a period); they are `table.above`.
    Refuses, with a sentence for the person, what is empty, damaged, protected, too large or no table at all.
    """
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(8)
    ending = PurePath(name).suffix.lower()
    if not size:
        raise Refusal(_("This file is empty."))
    for mark, kind in OTHERS:
        if head.startswith(mark):
            raise Refusal(_("This is a %(kind)s file. Send the table itself: csv or xlsx.") % {"kind": kind})
    if head.startswith((ZIP, OLE)):
        _refuse_above(size, MAX_WORKBOOK_BYTES)
        return _open_workbook(file, sheet, max_rows, heading)
    if ending in WORKBOOK_NAMES - {".xls"} or ending not in TEXT_NAMES | WORKBOOK_NAMES:
        kinds = "csv, tsv, txt, xlsx, xls, ods"
        raise Refusal(
            _("“%(name)s” is not a table that can be read. Send %(kinds)s.") % {"name": name, "kinds": kinds}
        )
    _refuse_above(size, MAX_TEXT_BYTES)
    return _open_text(file, encoding, delimiter, max_rows, heading)


def _open_workbook(file: BinaryIO, sheet: str, max_rows: int, heading: IsHeading | None) -> Table:
    book = read_workbook(file, sheet)
    try:
        above, headers = split_off_headers(book.rows, heading)
    except Refusal:
        book.close()
        raise
    return Table(
        headers=headers,
        rows=fit_rows(book.rows, len(headers), max_rows=max_rows),
        above=above,
        sheet=book.sheet,
        sheets=book.sheets,
        close=book.close,
    )


def _open_text(
    file: BinaryIO, encoding: str, delimiter: str, max_rows: int, heading: IsHeading | None
) -> Table:
    text, encoding = open_text(file, encoding)
    raw, delimiter = read_delimited(text, delimiter, heading=heading)
    above, headers = split_off_headers(raw, heading)
    return Table(
        headers=headers,
        rows=fit_rows(raw, len(headers), max_rows=max_rows),
        above=above,
        encoding=encoding,
        delimiter=delimiter,
    )


def _refuse_above(size: int, limit: int) -> None:
    if size > limit:
        message = _(
            "This file has %(size)d MB; at most %(limit)d MB can be read. Split it into smaller files."
        )
        raise Refusal(message % {"size": size // 1_000_000, "limit": limit // 1_000_000})
