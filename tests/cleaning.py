"""After a test that commits: what it left is taken away, and what the migrations had put there is put back.

Django empties every table by TRUNCATE and makes permissions, roles and schedules anew, 0.3 s each time whatever the
test did. Here only tables with rows in them are looked at, and what stood there from the beginning stays.
"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from django.db import connection, transaction
from psycopg import sql

FIRST = "first_contents"
"""The schema with a copy of every table that had rows before the first test."""
PATIENCE = 20.0


def remember() -> None:
    """Copy what the migrations put there. Once for each worker's database, before its first test."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {FIRST}")
        for table in _filled(_tables()):
            run(cursor, "CREATE TABLE {first} AS TABLE {table}", table)


def put_back() -> None:
    """Make every table what it was before the first test."""
    _wait_for_others()
    with transaction.atomic(), connection.cursor() as cursor:
        # No trigger keeps history of this, none forbids it, and no foreign key asks for an order.
        cursor.execute("SET LOCAL session_replication_role = replica")
        first = _first_contents()
        for table in _filled(_tables() - first.keys()):
            run(cursor, "DELETE FROM {table}", table)
        now = fingerprints(cursor, "public", tuple(first))
        for table in [table for table, was in first.items() if now[table] != was]:
            run(cursor, "DELETE FROM {table}", table)
            run(cursor, "INSERT INTO {table} TABLE {first}", table)


def run(cursor: Any, statement: str, table: str) -> None:
    cursor.execute(
        sql.SQL(statement).format(table=sql.Identifier("public", table), first=sql.Identifier(FIRST, table))
    )


def fingerprints(cursor: Any, schema: str, tables: tuple[str, ...]) -> dict[str, str]:
    """What is in each table: equal for equal rows, in whatever order."""
    each = sql.SQL("SELECT {}, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t")
    parts = [each.format(table, sql.Identifier(schema, table)) for table in tables]
    cursor.execute(sql.SQL(" UNION ALL ").join(parts))
    return dict(cursor.fetchall())


def _filled(tables: set[str]) -> list[str]:
    each = sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})")
    parts = [each.format(table, sql.Identifier("public", table)) for table in sorted(tables)]
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(" UNION ALL ").join(parts))
        return [table for (table,) in cursor.fetchall()]


@cache
def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True, include_views=False))


@cache
def _first_contents() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [FIRST])
        return fingerprints(cursor, FIRST, tuple(table for (table,) in cursor.fetchall()))


def _wait_for_others() -> None:
    """Let requests that are still under way (of a page left open, say) end; what they write must not stay."""
    busy = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend' AND state NOT IN ('idle', 'disabled')"
    )
    ends = time.monotonic() + PATIENCE
    with connection.cursor() as cursor:
        while cursor.execute(busy) and cursor.fetchone()[0] and time.monotonic() < ends:
            time.sleep(0.01)
