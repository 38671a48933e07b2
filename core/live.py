"""No page needs a reload to be true: who writes says what changed, and open pages ask whether it is theirs.

    live.touch(order)                        # in an operation; "orders.order:12" has changed once this is committed
    live.touch("inventory.product:5", …)     # the same by name, without a query: the `about` of the timeline

A topic is the name of a record (`app.model:pk`); touching it also touches its kind (`app.model`), which lists wait for.
What changed is a time in Valkey, written after the commit by a thread of its own, so it costs an operation nothing and
cannot fail it. Open pages ask every few seconds (`/_/live/`, static/js/live.js); docs/adr/0013 says why they ask.

When Valkey is away or has forgotten, the answer is "anything may have changed": pages then look again, less often.
"""

from __future__ import annotations

import atexit
import os
import time
from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.db import models, transaction

from .tasks import Sender

KEPT = 60 * 60
"""Seconds a change is remembered; a page that slept longer looks at everything again."""
SKEW = 2.0
"""Seconds by which the clocks of two machines may differ."""
MOST_TOPICS = 24
COMPLETE = "live:complete"
"""Since when nothing that was told is missing. Not there: Valkey is away, or new."""


def topic(record: models.Model) -> str:
    """`orders.order:12`, the name under which an open page waits for this record."""
    return f"{record._meta.label_lower}:{record.pk}"


def touch(*changed: models.Model | str | None) -> None:
    """Say that these records changed, once the surrounding transaction has committed. Empty names are left out."""
    names = {name if isinstance(name, str) else topic(name) for name in changed if name}
    names |= {name.partition(":")[0] for name in names}
    if names:
        transaction.on_commit(lambda: teller.tell(names), robust=True)


def touch_all(model: str, keys: Iterable[int]) -> None:
    """The same for many records of one kind: `touch_all("inventory.product", [5, 6])`."""
    touch(*(f"{model}:{key}" for key in keys))


def changed_since(topics: Iterable[str], since: float) -> dict[str, float] | None:
    """Which of the topics changed after `since` (seconds of the epoch), and when; None: that is not known."""
    wanted = list(topics)[:MOST_TOPICS]
    stamps = cache.get_many([COMPLETE, *map(_key, wanted)])
    complete = stamps.get(COMPLETE)
    if complete is None:
        cache.add(COMPLETE, time.time(), None)
        return None
    if since < max(complete, time.time() - KEPT + SKEW):
        return None
    found = {name: stamps.get(_key(name), 0.0) for name in wanted}
    return {name: at for name, at in found.items() if at >= since - SKEW}


def _key(name: str) -> str:
    return f"live:{name}"


class Teller(Sender):
    """Writes down what changed, many changes in one round trip."""

    lost = False

    def tell(self, names: Iterable[str]) -> None:
        for name in names:
            self.put(name, {})

    def send(self, tasks: list[tuple[str, dict[str, Any]]]) -> None:
        now = time.time()
        keys = [_key(name) for name, _nothing in tasks]
        cache.set_many(dict.fromkeys(keys, now), KEPT)
        kept = cache.get_many([COMPLETE, keys[0]])
        if self.lost or COMPLETE not in kept or kept.get(keys[0]) != now:
            # Something told is missing: whoever asks about earlier has to look.
            cache.set(COMPLETE, now, None)
            self.lost = cache.get(COMPLETE) != now


teller = Teller()
os.register_at_fork(after_in_child=teller.start_afresh)
atexit.register(teller.close)
