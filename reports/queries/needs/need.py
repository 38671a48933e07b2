"""One thing that waits for somebody."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from core.screens import Action

EACH = 5
"""The most that one source says; the page it leads to has them all."""


class Need(NamedTuple):
    """A sentence, what is behind it, since when, and the one button.

    `rank` orders the kinds: 90 stops a sale, 80 costs money, 70 is due, 50 waits for goods, 40 is good to know.
    """

    rank: int
    kind: str
    text: str
    sub: str
    since: dt.datetime
    url: str
    action: Action
    tone: str = ""
    icon: str = ""
