"""Keys of rows as addresses and forms bring them: text that anybody may have written."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Manager, Model, QuerySet

M = TypeVar("M", bound=Model)
DIGITS = 18
"""More than any key has, fewer than the database can't compare."""


def read_key(text: object, *, digits: int = DIGITS) -> int | None:
    """The key that was written, None for anything that can't be one. A missing row is for the reader to find."""
    said = "" if text is None else str(text)
    return int(said) if said.isascii() and said.isdigit() and len(said) < digits else None


def find(rows: QuerySet[M] | Manager[M], text: object) -> M | None:
    """The row whose key was written. What can't be a key costs no query."""
    key = read_key(text)
    return None if key is None else rows.filter(pk=key).first()
