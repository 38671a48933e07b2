"""Which promises to pay were kept. Pure: the same payments give the same answer, today and next year.

A payment counts towards a promise that was made before it was recorded, when it was received from the day of the
promise on and by the end of the promised day; what was reversed never counts. Money counts once: the promise for the
earliest day takes first. So a transfer that arrived in time and is recorded late still keeps a promise, and a
reversal breaks one again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO

OPEN, KEPT, BROKEN = "open", "kept", "broken"


class Promised(NamedTuple):
    """What a promise says. `at` is when it was recorded, `made_on` that day where the company is."""

    key: int
    amount: Decimal
    at: dt.datetime
    made_on: dt.date
    promised_on: dt.date


class Received(NamedTuple):
    """Money that came and was not reversed."""

    amount: Decimal
    received_on: dt.date
    recorded_at: dt.datetime


class Outcome(NamedTuple):
    """How a promise stands: its state, what came towards it, and the day it was settled (None while open)."""

    state: str
    received: Decimal
    settled_on: dt.date | None


def settled(promises: Iterable[Promised], payments: Iterable[Received], *, on: dt.date) -> dict[int, Outcome]:
    """How one customer's promises stand on a day. A promise is broken the day after it was for, not before."""
    money = sorted(payments, key=lambda each: (each.received_on, each.recorded_at))
    left = [each.amount for each in money]
    outcomes = {}
    for promise in sorted(promises, key=lambda each: (each.promised_on, each.at, each.key)):
        came, kept_on = ZERO, None
        for place, payment in enumerate(money):
            if kept_on or not left[place] or not counts(payment, promise):
                continue
            taken = min(left[place], promise.amount - came)
            left[place] -= taken
            came += taken
            if came == promise.amount:
                kept_on = payment.received_on
        if kept_on:
            outcomes[promise.key] = Outcome(KEPT, came, kept_on)
        elif on > promise.promised_on:
            outcomes[promise.key] = Outcome(BROKEN, came, promise.promised_on + dt.timedelta(days=1))
        else:
            outcomes[promise.key] = Outcome(OPEN, came, None)
    return outcomes


def counts(payment: Received, promise: Promised) -> bool:
    """Whether this money is about that promise."""
    return payment.recorded_at > promise.at and promise.made_on <= payment.received_on <= promise.promised_on
