"""What a statement says, whatever its format."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO

MOST_PROBLEMS = 200
MOST_LINES = 100_000


class Fact(NamedTuple):
    """One movement. `amount` is positive for money in; `number` is the line of the file (of an OFX or CAMT file: where
    the entry begins)."""

    number: int
    booked_on: dt.date
    amount: Decimal
    text: str = ""
    payer: str = ""
    payer_account: str = ""
    reference: str = ""
    value_on: dt.date | None = None
    balance: Decimal | None = None


class Read(NamedTuple):
    """A whole statement. With `problems` there are no facts: nothing is taken in half."""

    facts: Sequence[Fact] = ()
    problems: Sequence[str] = ()
    opening: Decimal | None = None
    closing: Decimal | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    currency: str = ""
    account: str = ""

    @property
    def difference(self) -> Decimal | None:
        """What the lines leave unexplained between the two balances; None where the file does not name both."""
        if self.opening is None or self.closing is None:
            return None
        return self.closing - self.opening - sum((fact.amount for fact in self.facts), ZERO)


def in_period(read: Read) -> Read:
    """The same with its period taken from the lines where the file names none."""
    days = [fact.booked_on for fact in read.facts]
    if not days:
        return read
    return read._replace(
        starts_on=min([*days, read.starts_on or days[0]]), ends_on=max([*days, read.ends_on or days[0]])
    )
