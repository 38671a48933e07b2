"""How much is asked for, how the rows of this seed are known again, and dice that fall the same way every time."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")
DAYS = 540
"""How long the first order lies back."""
SKU, DOMAIN = "VOL-", "volume.example"
CUSTOMER, ORDER, PAYMENT = "volume:customer:", "volume:order:", "volume:payment:"
"""What idempotency keys and references begin with: the next run counts them and goes on behind."""


class Asked(NamedTuple):
    """How many of each there shall be in the end."""

    products: int
    customers: int
    invoices: int


def dice_for(kind: str, number: int) -> random.Random:
    """Dice for one row: the same row is made whether the seed ran through or was killed in between."""
    salt = {"goods": 1, "shop": 2, "order": 3}[kind]
    return random.Random(number * 8 + salt)  # noqa: S311 - the same wholesaler every time


def skewed(dice: random.Random, among: Sequence[T], power: float) -> T:
    """One of them; the first far more often than the last."""
    return among[int(len(among) * dice.random() ** power)]


def between(dice: random.Random, first: dt.datetime, last: dt.datetime) -> dt.datetime:
    return first + (last - first) * dice.random()
