"""What a cheque may do next, and when a bank takes it. Pure."""

from __future__ import annotations

import datetime as dt

VALID_DAYS = 90
"""Days after its date that a bank still takes a cheque (in India three months)."""
FURTHEST_DAYS = 730
"""Days ahead that a cheque may be dated; more is a slip of the finger."""
NEXT: dict[str, frozenset[str]] = {
    "in_hand": frozenset({"deposited", "returned"}),
    "deposited": frozenset({"cleared", "bounced", "in_hand"}),
    "cleared": frozenset({"bounced"}),
    "bounced": frozenset({"deposited", "returned"}),
    "returned": frozenset(),
}
"""Which states follow which. A bank may send back even what it said had cleared; what bounced may be tried again."""


def may_become(state: str, wanted: str) -> bool:
    return wanted in NEXT[state]


def is_stale(dated_on: dt.date, on: dt.date) -> bool:
    """Whether a bank would refuse it that day for its age."""
    return (on - dated_on).days > VALID_DAYS
