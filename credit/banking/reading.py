"""Tell by its content what a file is, and read it whole."""

from __future__ import annotations

import re
from typing import BinaryIO, Literal

from django.utils.translation import gettext as _

from core.errors import Refusal

from .camt import read_camt
from .facts import Read
from .layout import Layout
from .ofx import read_ofx
from .tables import read_table

MOST_BYTES = 30_000_000
Kind = Literal["table", "ofx", "camt"]


def kind_of_file(file: BinaryIO) -> Kind:
    """By its first bytes; the name says nothing. What is no OFX and no XML is a table, or is refused as one later."""
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not size:
        raise Refusal(_("This file is empty."))
    if size > MOST_BYTES:
        raise Refusal(_("This file is too large for a bank statement. Split it into shorter periods."))
    plain = head.replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if plain.upper().startswith(b"OFXHEADER") or re.search(rb"<\?OFX|<OFX>", plain, re.IGNORECASE):
        return "ofx"
    if plain.startswith(b"<") and not re.match(rb"<!doctype html|<html|<table", plain, re.IGNORECASE):
        return "camt"
    if plain.startswith((b":20:", b"{1:")):
        raise Refusal(_("This is an MT940 file. Ask the bank for CAMT.053, OFX or csv."))
    return "table"


def read_statement(file: BinaryIO, name: str, layout: Layout, *, account: str = "") -> Read:
    """The whole statement, or its problems. Refuses what is no statement at all. `account` is our number there."""
    kind = kind_of_file(file)
    if kind == "table":
        return read_table(file, name, layout)
    content = file.read()
    return read_ofx(content, account=account) if kind == "ofx" else read_camt(content, account=account)
