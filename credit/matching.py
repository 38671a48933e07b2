"""Which open invoices a sum of money was probably meant for. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

MOST_TOGETHER = 4
"""Invoices that are tried together; more of them would nearly always find some sum by chance."""
LOOKED_AT = 30
"""The longest due invoices that are tried."""


class Open(NamedTuple):
    """An open invoice, as far as it matters here."""

    pk: int
    number: str
    outstanding: Decimal


def oldest(invoices: Sequence[Open], amount: Decimal) -> dict[int, Decimal]:
    """Shares for the invoices as they stand in order, until the money is used up."""
    shares = {}
    for each in invoices:
        if amount <= 0:
            break
        shares[each.pk] = min(amount, each.outstanding)
        amount -= shares[each.pk]
    return shares


def exact(invoices: Sequence[Open], amount: Decimal) -> dict[int, Decimal]:
    """The one invoice that needs just this amount; nothing when several do."""
    found = [each for each in invoices if each.outstanding == amount]
    return {found[0].pk: amount} if len(found) == 1 else {}


def together(invoices: Sequence[Open], amount: Decimal) -> dict[int, Decimal]:
    """The fewest invoices that need just this amount together, the longest due first."""
    few = [each for each in invoices[:LOOKED_AT] if each.outstanding < amount]
    for size in range(2, MOST_TOGETHER + 1):
        for some in combinations(few, size):
            if sum(each.outstanding for each in some) == amount:
                return {each.pk: each.outstanding for each in some}
    return {}


def named(invoices: Sequence[Open], amount: Decimal, text: str) -> dict[int, Decimal]:
    """Invoices whose number, or the digits that tell it apart, stand in what was written with the money."""
    words = set(re.findall(r"\d{3,}", text))
    meant = [
        each
        for each in invoices
        if each.number.lower() in text.lower()
        or (tail := each.number.rpartition("-")[2]) in words
        or tail.lstrip("0") in words
    ]
    return oldest(meant, amount)
