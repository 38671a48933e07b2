"""Lists of phones as people have them: tables, JSON, and either packed with xz. All come out as a Table."""

from __future__ import annotations

import json
import lzma
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from core.errors import Refusal
from core.tabular import Row, Table, open_table

XZ = b"\xfd7zXZ"
MOST_BYTES = 64_000_000
"""A list of every phone there ever was has five million; what unpacks to more is no list of phones."""
BETWEEN = "; "
"""Between the values of a list in one cell."""


def open_list(file: BinaryIO, name: str) -> Table:
    """Open a list of phones. Refuses, in a sentence, what is none."""
    file.seek(0)
    packed = file.read(len(XZ)) == XZ
    file.seek(0)
    if packed:
        file, name = _unpack(file), name.removesuffix(".xz")
    start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    file.seek(0)
    if name.lower().endswith(".json") or start in (b"[", b"{"):
        return _open_json(file)
    return open_table(file, name)


def _unpack(file: BinaryIO) -> BinaryIO:
    plain = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last reference to it
    try:
        with lzma.open(file) as packed:
            while part := packed.read(1_000_000):
                plain.write(part)
                if plain.tell() > MOST_BYTES:
                    raise Refusal(_("What is packed in this file is too large for a list of phones."))
    except (lzma.LZMAError, EOFError) as error:
        raise Refusal(_("This file is damaged: it can't be unpacked.")) from error
    plain.seek(0)
    return cast(BinaryIO, plain)


def _open_json(file: BinaryIO) -> Table:
    if file.seek(0, 2) > MOST_BYTES:
        raise Refusal(_("This file is too large for a list of phones."))
    file.seek(0)
    try:
        said = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Refusal(_("This file is no JSON that can be read.")) from error
    if isinstance(said, dict):
        said = next((value for value in said.values() if isinstance(value, list)), [])
    entries = said if isinstance(said, list) else []
    headers = list(dict.fromkeys(key for entry in entries if isinstance(entry, dict) for key in entry))
    headers = [
        key for key in headers if any(_text(entry.get(key)) for entry in entries if isinstance(entry, dict))
    ]
    if not headers:
        raise Refusal(_("This JSON holds no list of phones: an array of objects is needed."))
    return Table(headers=headers, rows=_rows(entries, headers), encoding="utf-8", delimiter="JSON")


def _rows(entries: list[Any], headers: list[str]) -> Iterator[Row]:
    for number, entry in enumerate(entries, start=1):
        if isinstance(entry, dict):
            yield Row(number, [_text(entry.get(header)) for header in headers])
        else:
            yield Row(number, [""] * len(headers), _("This entry is not an object."))


def _text(value: Any) -> str:
    """A plain value, or a list of them; what is nested deeper says nothing here."""
    if isinstance(value, list):
        return BETWEEN.join(text for part in value if not isinstance(part, list) and (text := _text(part)))
    if value is None or isinstance(value, dict | bool):
        return ""
    return str(value).replace("\x00", "")
