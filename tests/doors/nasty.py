"""What nobody should type, and how to send it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

FORM = "application/x-www-form-urlencoded"

TEXTS = [
    "a\x00b",
    "x" * 10_000,
    "👩‍👩‍👧🦊\u202eabc\u200f\u0645\u0631\u062d\u0628\u0627",
    "\ud800",
    "<script>alert(1)</script>{{ 7|add:7 }}{% load x %}'; DROP TABLE orders_order; -- %s %(name)s \\ %",
    " ",
]
NUMBERS = [
    "0",
    "-1",
    "-99999999999999999999",
    "2147483648",
    "9223372036854775808",
    "999999999999.9999",
    "9" * 5000,
    "NaN",
    "1e999",
    "²",
    "٣٤٥",
]
DATES = ["0000-00-00", "9999-12-31"]
NASTY = [*TEXTS, *NUMBERS, *DATES]


def cursor(*values: Any) -> str:
    """A place in a list as its own links write it, with these values in it."""
    text = values[0] if values and isinstance(values[0], bytes) else json.dumps(values).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


PLACES = [
    "\x00", "\ud800", "a", None, True, 10**30, float("nan"), float("inf"), [1], {}, {"n": "NaN"}, {"n": "1e999999"},
    {"n": "sNaN"}, {"n": None}, {"n": [1]}, {"x": "1"}, {"t": "0001-01-01T00:00:00+14:00"}, {"d": "9999-12-31"},
    {"t": "2026-01-01T00:00:00"}, {"d": 5},
]  # fmt: skip
"""Values for a cursor that no row has."""
NO_PLACES = ["!!!", cursor(b"[" * 1_400), cursor(b"\xff\xfe"), cursor(b'{"a": 1}'), cursor(), "A" * 5_000]
"""What is no cursor at all."""


def encoded(pairs: Iterable[tuple[str, Any]] | dict[str, Any]) -> str:
    """A form as bytes on the wire; half a surrogate goes out as it is, which no browser would do."""
    return urlencode(pairs if isinstance(pairs, dict) else list(pairs), doseq=True, errors="surrogatepass")
