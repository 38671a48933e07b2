"""A word to PostgreSQL's planner, for the few reads that must be fast whatever the statistics say."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar

from django.db import connection, transaction

SETTINGS = ("enable_seqscan", "plan_cache_mode")
VALUES = ("off", "force_custom_plan")
_inside: ContextVar[bool] = ContextVar("by_index", default=False)
_SET = "SELECT set_config(%s, %s, true), set_config(%s, %s, true)"


@contextlib.contextmanager
def by_index() -> Iterator[None]:
    """Inside, an index is used where one serves, and each statement is planned for the values it is run with.

    A search for text stops after a few rows, so a scan of the table looks cheap to the planner; it is, unless the text
    is rare. And a prepared statement's general plan doesn't know the text at all. Costs one round trip, holds for the
    transaction (which is opened if there is none), and is taken back at the end. Inside itself it costs nothing.
    """
    if _inside.get():
        yield
        return
    told = connection.in_atomic_block
    with transaction.atomic(savepoint=False), connection.cursor() as cursor:
        cursor.execute(_SET, [SETTINGS[0], VALUES[0], SETTINGS[1], VALUES[1]])
        here = _inside.set(True)
        try:
            yield
        finally:
            _inside.reset(here)
        if told:
            cursor.execute(_SET, [SETTINGS[0], None, SETTINGS[1], None])
