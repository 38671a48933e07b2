"""Bars and squares that a scanner reads: which kind fits a value, and its modules as one SVG path. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import segno
from barcode.codex import Code128
from barcode.ean import EAN13

NARROWEST = 0.19
"""Millimetres of a module that a label printer still prints sharp (203 dpi: one dot and a half)."""
QUIET_BARS, QUIET_SQUARE = 10, 4
EAN = re.compile(r"[0-9]{13}")
ONE_LINE = re.compile(r"[ -~]{1,48}")


class Code(NamedTuple):
    """`kind`: ean13, code128 or qr. `path` draws its dark modules in a box of so many modules."""

    kind: str
    path: str
    width: int
    height: int

    @property
    def is_square(self) -> bool:
        return self.kind == "qr"


def check_digit(digits: str) -> str:
    """The last digit of an EAN-13, from the twelve before it."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def is_ean13(value: str) -> bool:
    return bool(EAN.fullmatch(value)) and value[12] == check_digit(value[:12])


def draw_code(value: str, width: float) -> Code:
    """The code of a value for a place so many millimetres wide: EAN-13 where it is one, bars where they stay readable
    there, else a QR code, which holds every text."""
    if is_ean13(value):
        return _bars("ean13", EAN13(value).build()[0])
    if ONE_LINE.fullmatch(value):
        bars = Code128(value).build()[0]
        if width / (len(bars) + 2 * QUIET_BARS) >= NARROWEST:
            return _bars("code128", bars)
    return _square(value)


def _bars(kind: str, modules: str) -> Code:
    path = _runs([module == "1" for module in modules], row=0, left=QUIET_BARS)
    return Code(kind, path, len(modules) + 2 * QUIET_BARS, 1)


def _square(value: str) -> Code:
    rows = segno.make(value, error="m", micro=False).matrix
    path = "".join(
        _runs([bool(module) for module in row], row=place + QUIET_SQUARE, left=QUIET_SQUARE)
        for place, row in enumerate(rows)
    )
    side = len(rows) + 2 * QUIET_SQUARE
    return Code("qr", path, side, side)


def _runs(modules: Sequence[bool], *, row: int, left: int) -> str:
    """Dark modules side by side are one rectangle: no hairline shows between them."""
    drawn, start = [], None
    for place, dark in enumerate([*modules, False]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            wide = place - start
            drawn.append(f"M{left + start} {row}h{wide}v1h-{wide}z")
            start = None
    return "".join(drawn)
