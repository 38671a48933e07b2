"""What a person can mend, as an exception."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The system says no, changes nothing, and says why in words for the person at the counter.

    `text` is shown as it stands. `code` names the reason for programs and tests. `details` holds what a screen
    needs to offer ways out (amounts to pay, lines that are short). Anything that is not a `Refusal` is a bug.
    """

    def __init__(self, text: str, *, code: str = "refused", **details: Any) -> None:
        super().__init__(text)
        self.text = str(text)
        self.code = code
        self.details = details

    def __str__(self) -> str:
        return self.text


class StalePage(Refusal):
    """The page was read before somebody else changed the record."""
