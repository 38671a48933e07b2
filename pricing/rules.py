"""Which price counts: the rule alone, without a database.

Levels, the first that has a price for this quantity and day wins:

1. quoted price      promised on a quotation, until its last day, for as many pieces as were quoted or more
2. customer price    a rule made for this customer, in whichever list
3. segment price     a rule of the list of a segment the customer is in
4. quantity break    a rule of the base list from two pieces on
5. promotion         a rule of a promotion's or season's list
6. base price        a rule of the base list for any quantity
7. list price        the price on the product itself

Inside a level the highest quantity break reached wins, then the later start, then the lower price, then the lower
id. That order is total, so the order in which rules are read changes nothing. docs/pricing.md shows it by example.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple


class Level(StrEnum):
    """Where a price comes from, strongest first."""

    QUOTED = "quoted"
    CUSTOMER = "customer"
    SEGMENT = "segment"
    QUANTITY_BREAK = "break"
    PROMOTION = "promotion"
    BASE = "base"
    LIST_PRICE = "list_price"


class Lost(StrEnum):
    """Why a price did not count."""

    CURRENCY = "currency"
    ENDED = "ended"
    NOT_YET = "not_yet"
    TOO_FEW = "too_few"
    LEVEL = "level"
    SMALLER_BREAK = "smaller_break"
    OLDER = "older"
    DEARER = "dearer"
    LATER_RULE = "later_rule"


RANK = {level: rank for rank, level in enumerate(Level)}
LEVEL_OF_LIST = {
    "quoted": Level.QUOTED,
    "segment": Level.SEGMENT,
    "promotion": Level.PROMOTION,
    "list_price": Level.LIST_PRICE,
}


class Candidate(NamedTuple):
    """A price that might count.

    `rule` is its id, 0 for the price on the product; `kind` its list's kind, "quoted" for one promised on paper, whose
    number is the `list_name` then.
    """

    rule: int
    kind: str
    list_name: str
    currency: str
    unit_price: Decimal
    includes_tax: bool = False
    min_quantity: int = 1
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    for_customer: bool = False

    @property
    def level(self) -> Level:
        if self.for_customer:
            return Level.CUSTOMER
        base = Level.QUANTITY_BREAK if self.min_quantity > 1 else Level.BASE
        return LEVEL_OF_LIST.get(self.kind, base)

    @property
    def rank(self) -> tuple[int, int, int, Decimal, int]:
        """Smaller is stronger; no two candidates with different ids are equal."""
        start = self.valid_from.toordinal() if self.valid_from else 0
        return RANK[self.level], -self.min_quantity, -start, self.unit_price, self.rule


class Loser(NamedTuple):
    """A candidate, why it did not count, and what would have been needed: pieces, a day, or the level that won."""

    candidate: Candidate
    because: Lost
    what: int | dt.date | str | None = None


class Resolution(NamedTuple):
    """The price that counts, or None for all three when there is none; every other candidate with its reason."""

    winner: Candidate | None
    losers: tuple[Loser, ...]
    unit_price: Decimal | None
    includes_tax: bool | None

    @property
    def why(self) -> dict[str, Any]:
        """The same as small JSON, kept on the order line. `pricing.wording` makes sentences of it."""
        return {
            "won": _told(self.winner) if self.winner else None,
            "lost": [
                {**_told(loser.candidate), "because": loser.because.value, **_needed(loser.what)}
                for loser in self.losers
            ],
        }


def resolve(candidates: Iterable[Candidate], *, quantity: int, on: dt.date, currency: str) -> Resolution:
    """The price of one piece when `quantity` pieces are bought on a day in a currency."""
    winner: Candidate | None = None
    losers: list[Loser] = []
    for candidate in sorted(candidates, key=_order):
        barred = _bar(candidate, quantity=quantity, on=on, currency=currency)
        if barred:
            losers.append(barred)
        elif winner is None:
            winner = candidate
        else:
            losers.append(_beaten(candidate, winner))
    if winner is None:
        return Resolution(None, tuple(losers), None, None)
    return Resolution(winner, tuple(losers), winner.unit_price, winner.includes_tax)


def _order(candidate: Candidate) -> tuple[Any, ...]:
    """By rank; prices without an id that are alike otherwise (two quotations) by their last day and name."""
    last = candidate.valid_to.toordinal() if candidate.valid_to else dt.date.max.toordinal()
    return (
        *candidate.rank,
        -last,
        candidate.kind,
        candidate.list_name,
        candidate.includes_tax,
        candidate.currency,
    )


def _bar(candidate: Candidate, *, quantity: int, on: dt.date, currency: str) -> Loser | None:
    """Why this candidate does not apply at all; None when it does."""
    if candidate.currency != currency:
        return Loser(candidate, Lost.CURRENCY, candidate.currency)
    if candidate.valid_to and candidate.valid_to < on:
        return Loser(candidate, Lost.ENDED, candidate.valid_to)
    if candidate.valid_from and candidate.valid_from > on:
        return Loser(candidate, Lost.NOT_YET, candidate.valid_from)
    if candidate.min_quantity > quantity:
        return Loser(candidate, Lost.TOO_FEW, candidate.min_quantity)
    return None


def _beaten(candidate: Candidate, winner: Candidate) -> Loser:
    """What put the winner before a candidate that applies too."""
    if candidate.level != winner.level:
        return Loser(candidate, Lost.LEVEL, winner.level.value)
    if candidate.min_quantity != winner.min_quantity:
        return Loser(candidate, Lost.SMALLER_BREAK, winner.min_quantity)
    if candidate.valid_from != winner.valid_from:
        return Loser(candidate, Lost.OLDER, winner.valid_from)
    return Loser(candidate, Lost.DEARER if candidate.unit_price != winner.unit_price else Lost.LATER_RULE)


def _told(candidate: Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {"level": candidate.level.value, "price": str(candidate.unit_price)}
    if candidate.rule:
        told |= {"rule": candidate.rule, "list": candidate.list_name}
    elif candidate.level == Level.QUOTED:
        told["list"] = candidate.list_name
    if candidate.min_quantity > 1:
        told["from"] = candidate.min_quantity
    if candidate.valid_to:
        told["until"] = candidate.valid_to.isoformat()
    return told


def _needed(what: int | dt.date | str | None) -> dict[str, Any]:
    return {} if what is None else {"what": what.isoformat() if isinstance(what, dt.date) else what}
