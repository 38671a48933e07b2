"""Who changed what, from where: every change of a tracked model is copied by a database trigger (SEC-2).

`acting(by=…)` tells the triggers who is at work. pghistory would prepend its variables to every statement, which
PostgreSQL refuses for statements bound on the server; so the context is set once, in a statement of its own, when a
transaction begins. It is local to the transaction: nothing leaks into the next one, also behind PgBouncer.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import pghistory
import pgtrigger
from django.db import connection, models
from psycopg.pq import TransactionStatus


def tracked(*, exclude: list[str] | None = None) -> Any:
    """Keep every insert, update and delete of a model in `<model>.history`, newest last."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=exclude or [],
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_event"),
    )


def tracked_changes(*fields: str) -> Any:
    """Keep only updates that change one of `fields`, and deletes: for rows that move often."""
    return pghistory.track(
        pghistory.UpdateEvent(condition=pgtrigger.AnyChange(*fields)),
        pghistory.DeleteEvent(),
        obj_field=pghistory.ObjForeignKey(related_name="history", related_query_name="history_event"),
    )


class AppendOnly(models.Model):
    """A row that is written once. The database refuses to change or delete it, whoever asks."""

    class Meta:
        abstract = True
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]


def frozen_except(*fields: str) -> list[pgtrigger.Trigger]:
    """Triggers for an issued document: never deleted, and only `fields` may change."""
    return [
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.ReadOnly(name="frozen_once_issued", exclude=list(fields)),
    ]


@contextlib.contextmanager
def acting(*, by: Any = None, via: str, where: str = "") -> Iterator[None]:
    """Name who acts for the changes made inside: a user (or None for the system), the door, and the place.

    `via` is web, admin, task, command or link; `where` a path, a task name or an address.
    """
    told = json.dumps(
        {"by": getattr(by, "pk", None), "name": str(by) if by else "", "via": via, "where": where}
    )

    def tell_first(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        raw = context["connection"].connection
        if (
            context["connection"].in_atomic_block
            and raw is not None
            and raw.info.transaction_status == TransactionStatus.IDLE
        ):
            with raw.cursor() as cursor:
                cursor.execute("SELECT set_config('pghistory.context_metadata', %s, true)", [told])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(tell_first):
        yield
