"""Whether a message is still wanted when its turn to be sent comes.

A message speaks of the moment it was queued; it may leave the next morning. An app above that queues an event names
what must hold when it leaves, in its `ready()`:

    ask_before_sending("dunning_first", still_owed)

The check is asked each time a worker is about to hand such a message over, in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from messaging.models import OutboundMessage


class NoLonger(NamedTuple):
    """Don't send it, and why."""

    why: str


class Anew(NamedTuple):
    """Send it, with these values in place of those it was queued with."""

    values: Mapping[str, str]


Check = Callable[["OutboundMessage", datetime], NoLonger | Anew | None]
"""None: send it as it is."""
_checks: dict[str, Check] = {}


def ask_before_sending(event: str, check: Check) -> None:
    """Ask `check` before any message of `event` leaves. Once per event."""
    _checks[event] = check


def check_of(event: str) -> Check | None:
    return _checks.get(event)
