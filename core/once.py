"""The same fact told twice at once: the second waits here for the first, then finds what it wrote."""

from __future__ import annotations

from django.db import connection


def wait_for_twin(key: str) -> None:
    """Hold a key until this transaction ends. Look for the fact after it, not before. Locks: before all rows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))", [key])
