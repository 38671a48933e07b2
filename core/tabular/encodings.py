"""Which encoding a text file is in: certain where bytes prove it, a guess that is shown where they can't."""

from __future__ import annotations

import codecs
from itertools import pairwise
from typing import BinaryIO

BYTE_ORDER_MARKS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE = 64 * 1024
UNDEFINED_IN_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)


def guess_encoding(file: BinaryIO) -> str:
    """Name of a Python codec. Reads the file to its end (only once, in pieces) and rewinds it."""
    file.seek(0)
    sample = file.read(SAMPLE)
    encoding = _marked(sample) or _unmarked_utf16(sample)
    if not encoding:
        encoding = "utf-8" if _is_utf8(file, sample) else _single_byte(file)
    file.seek(0)
    return encoding


def _marked(sample: bytes) -> str:
    return next((name for mark, name in BYTE_ORDER_MARKS if sample.startswith(mark)), "")


def _unmarked_utf16(sample: bytes) -> str:
    """Latin text in UTF-16 has a zero in every other byte. That is valid UTF-8 too, so look for it first."""
    pairs = len(sample) // 2
    if pairs < 2:
        return ""
    zeros_first, zeros_second = sample[0::2].count(0), sample[1::2].count(0)
    if zeros_second > pairs * 0.4 and zeros_first < pairs * 0.05:
        return "utf-16-le"
    if zeros_first > pairs * 0.4 and zeros_second < pairs * 0.05:
        return "utf-16-be"
    return ""


def _is_utf8(file: BinaryIO, sample: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    piece = sample
    try:
        while piece:
            decoder.decode(piece)
            piece = file.read(1024 * 1024)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _single_byte(file: BinaryIO) -> str:
    """Cyrillic words are runs of high bytes; in western languages accents stand alone among ASCII letters."""
    file.seek(0)
    letters = neighbours = 0
    undefined_in_cp1252 = False
    while piece := file.read(1024 * 1024):
        high = [byte >= 0xC0 or byte in (0xA8, 0xB8) for byte in piece]
        letters += sum(high)
        neighbours += sum(1 for left, right in pairwise(high) if left and right)
        undefined_in_cp1252 = undefined_in_cp1252 or any(byte in piece for byte in UNDEFINED_IN_CP1252)
        if letters > 2000:
            break
    if letters >= 3 and neighbours > letters * 0.5:
        return "cp1251"
    # Latin-1 gives every byte a character, so it is the last resort that always reads.
    return "latin-1" if undefined_in_cp1252 else "cp1252"
