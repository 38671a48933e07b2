"""One list of what waits for a person, over all apps, the most pressing first.

Every source is a function of the person and the moment: one or two statements, at most a handful of needs, nothing
without the right to do something about it. What a source may not say, it does not ask the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from reports.queries.home.goods import Short

from .approvals import chargebacks, cheques_today, payments_announced, refunds, write_offs
from .credit import accounts_due, calls, last_notices, limit_requests, promises
from .goods import arrived, short, to_deliver
from .messages import failed
from .need import Need
from .orders import holds
from .purchases import late_purchases
from .store import adjustments, counts
from .tasks import tasks_due

Source = Callable[..., Iterable[Need]]
SOURCES: tuple[Source, ...] = (
    holds,
    chargebacks,
    limit_requests,
    promises,
    write_offs,
    refunds,
    adjustments,
    counts,
    last_notices,
    payments_announced,
    cheques_today,
    tasks_due,
    failed,
    calls,
    arrived,
    to_deliver,
    late_purchases,
    accounts_due,
)
MOST = 12

__all__ = ["MOST", "SOURCES", "Need", "needs_of"]


def needs_of(user: Any, *, at: dt.datetime, missing: Sequence[Short] | None = None) -> list[Need]:
    """Everything that waits, ranked by how pressing its kind is, then by how long it has waited.

    `missing`: what shops wait for, when the page has read that already.
    """
    sources: tuple[Source, ...] = (*SOURCES, partial(short, missing=missing))
    found = [need for source in sources for need in source(user, at=at)]
    return sorted(found, key=lambda need: (-need.rank, need.since))
