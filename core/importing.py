"""What every import of a table needs: which column is what, what a row says, and how a file was understood.

Pure: an app says what its files can hold as `Field`s, and writes what was read by its own operation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from .errors import Refusal
from .tabular import Table

SHOWN = 5
"""Rows of a file that are shown before it is imported."""


class Field(NamedTuple):
    """Something a file can say: where it goes, its words on screen, how columns are called, how a value is read."""

    attribute: str
    label: str | Promise
    headers: tuple[str, ...]
    read: Callable[[str], Any]


Fields = Mapping[str, Field]


def text(most: int) -> Callable[[str], str]:
    """Reads a text of at most so many characters."""

    def read(value: str) -> str:
        if len(value) > most:
            raise Refusal(
                _("“%(start)s…” has %(length)s characters, at most %(most)s fit.")
                % {"start": value[:30], "length": len(value), "most": most}
            )
        return value

    return read


def plain(header: str) -> str:
    """A heading without what people write differently: case, spaces, dots, underscores."""
    return re.sub(r"[\s_\-.]+", " ", header).strip().casefold()


def guess_mapping(fields: Fields, headers: Sequence[str]) -> dict[str, str]:
    """Field → column, as far as the names of the columns tell. Each column is used once."""
    known = {plain(header): header for header in reversed(headers)}
    mapping: dict[str, str] = {}
    for name, field in fields.items():
        found = next((known[plain(word)] for word in field.headers if plain(word) in known), None)
        if found and found not in mapping.values():
            mapping[name] = found
    return mapping


def check_mapping(
    fields: Fields, required: Sequence[str], mapping: Mapping[str, str], headers: Sequence[str]
) -> dict[str, int]:
    """Field → position of its column. Refuses, naming what there is, fields and columns that don't exist."""
    for name in mapping:
        if name not in fields:
            known = {"name": name, "fields": ", ".join(fields)}
            raise Refusal(_("“%(name)s” is not a field. Fields: %(fields)s.") % known, code="mapping")
    for name in required:
        if not mapping.get(name):
            label = fields[name].label
            raise Refusal(_("Say which column holds the %(field)s.") % {"field": label}, code="mapping")
    for header in mapping.values():
        if header and header not in headers:
            known = {"name": header, "columns": ", ".join(headers)}
            raise Refusal(
                _("The file has no column “%(name)s”. It has: %(columns)s.") % known, code="mapping"
            )
    return {name: headers.index(header) for name, header in mapping.items() if header}


def read_cells(
    fields: Fields, required: Sequence[str], cells: Sequence[str], columns: Mapping[str, int]
) -> dict[str, Any]:
    """What a row says, by field. Refuses with a sentence about the first thing that is wrong in it."""
    values: dict[str, Any] = {}
    for name, position in columns.items():
        value = " ".join(unicodedata.normalize("NFC", cells[position]).split())
        if not value and name in required:
            raise Refusal(_("The %(field)s is missing.") % {"field": fields[name].label})
        values[name] = fields[name].read(value)
    return values


class Preview(NamedTuple):
    """The first rows of a file, and how it was understood."""

    headers: list[str]
    rows: list[list[str]]
    understood: str


def preview(table: Table, shown: int = SHOWN) -> Preview:
    """What an open table looks like, before anything is done with it."""
    rows = [row.cells for row in islice(table.rows, shown)]
    return Preview(table.headers, rows, understood(table))


def understood(table: Table) -> str:
    """In which encoding and with which delimiter a text was read, or which sheet."""
    if table.sheet:
        return _("Sheet “%(sheet)s”") % {"sheet": table.sheet}
    delimiter = {"\t": _("tab"), " ": _("space")}.get(table.delimiter, table.delimiter)
    named = {"encoding": table.encoding.upper(), "delimiter": delimiter}
    return _("Text in %(encoding)s, values parted by “%(delimiter)s”") % named
