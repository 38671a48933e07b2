"""What names a movement, so that it is known again in the next file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from .facts import Fact


def fingerprints(account: int, facts: Iterable[Fact]) -> list[str]:
    """One for each, in order: the bank account, its day, its amount, and the bank's reference or else the text.

    Equal ones of a file are numbered: two payments of 500 with the same words are two, and the same two in the next
    file that holds that day. A running balance is left out: not every file has it.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    made = []
    for fact in facts:
        said = _folded(fact.reference) or _folded(f"{fact.payer} {fact.payer_account} {fact.text}")
        key = (fact.booked_on.isoformat(), str(fact.amount), said)
        seen[key] += 1
        made.append(hashlib.sha256("|".join([str(account), *key, str(seen[key])]).encode()).hexdigest())
    return made


def _folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
