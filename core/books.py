"""What `manage.py verify_books` reports: a figure that does not equal what its ledger or documents say."""

from __future__ import annotations

from typing import Any, NamedTuple


class Discrepancy(NamedTuple):
    """One figure that is wrong: which check, on which record, what is stored and what it should be."""

    check: str
    record: str
    stored: Any
    expected: Any

    def __str__(self) -> str:
        return f"{self.check}: {self.record} says {self.stored}, its documents say {self.expected}"
