"""Days that are over change rarely: what they came to is read once in ten minutes, and the page says when.

Today is never kept: it is read each time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from django.core.cache import cache

T = TypeVar("T")
KEPT = 10 * 60


class Earlier(NamedTuple):
    """What was read, and when."""

    value: Any
    at: dt.datetime


def earlier(name: str, user: Any, *, at: dt.datetime, today: dt.date, read: Callable[[], T]) -> Earlier:
    """`read()` for the rows in this person's sight, or what it gave within the last ten minutes.

    Whoever changes team or sight reads anew. Without the cache it is read each time.
    """
    key = f"home:{name}:{user.pk}:{user.sees}:{user.team_id}:{today.isoformat()}"
    found: Earlier | None = cache.get(key)
    if found is None:
        found = Earlier(read(), at)
        cache.set(key, found, KEPT)
    return found
