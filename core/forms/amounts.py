"""Amounts as people write them in a hurry: `1.2k`, `1,2 lakh`, `3 cr`."""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from core.bidi import without_marks
from core.money import parse_money, parse_price

TIMES = {
    "k": 1_000, "thousand": 1_000, "हज़ार": 1_000, "हजार": 1_000, "ألف": 1_000, "الف": 1_000,
    "l": 100_000, "lac": 100_000, "lacs": 100_000, "lakh": 100_000, "lakhs": 100_000, "लाख": 100_000,
    "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "مليون": 1_000_000,
    "cr": 10_000_000, "crore": 10_000_000, "crores": 10_000_000, "करोड़": 10_000_000, "करोड": 10_000_000,
}  # fmt: skip
_TIMES = {unicodedata.normalize("NFKC", word): factor for word, factor in TIMES.items()}
_SAID = re.compile(
    r"(?P<figure>.*\d)\s*(?P<word>[^\W\d_](?:[^\W\d_]|[\u093c\u0900-\u0903\u093e-\u094d])*)\.?\Z", re.S
)


def read_amount(text: str) -> Decimal:
    """The amount, to the cent. A `Refusal` says what is wrong with it."""
    return _multiplied(text) or parse_money(text)


def read_price(text: str) -> Decimal:
    """The price of one piece, up to four decimals when written plainly with a point: `12.3456`."""
    plain = unicodedata.normalize("NFKC", without_marks(text)).strip()
    if re.fullmatch(r"-?\d{1,12}\.\d{3,4}", plain):
        return Decimal(plain)
    return _multiplied(text) or parse_money(text)


def _multiplied(text: str) -> Decimal | None:
    """The amount when a word behind the figure multiplies it; None without such a word."""
    said = _SAID.fullmatch(unicodedata.normalize("NFKC", without_marks(text)).strip()[:60])
    factor = _TIMES.get(said["word"].casefold()) if said else None
    if said is None or factor is None:
        return None
    figure = said["figure"]
    if re.fullmatch(r"\D*\d+\.\d{3,5}", figure):  # 1.255k: a point, for nobody writes 1,255,000 so
        figure = re.sub(r"^\D+", "", figure)
        exact = Decimal(figure) * factor
    else:
        exact = parse_price(figure) * factor
    return parse_money(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))
