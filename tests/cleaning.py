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

PATIENCE = 20.0


class Contents:
    """What is in every table at one moment, kept in a schema of its own, to be put back any number of times."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        with transaction.atomic(), connection.cursor() as cursor:
            self.run(cursor, "DROP SCHEMA IF EXISTS {schema} CASCADE")
            self.run(cursor, "CREATE SCHEMA {schema}")
            tables = _filled(_tables())
            for table in tables:
                self.run(cursor, "CREATE TABLE {copy} AS TABLE {table}", table)
            self.known = self.fingerprints(cursor, schema, tables)

    def put_back(self) -> None:
        """Make every table what it was."""
        _wait_for_others()
        with transaction.atomic(), connection.cursor() as cursor:
            # No trigger keeps history of this, none forbids it, and no foreign key asks for an order.
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in _filled(_tables() - self.known.keys()):
                self.run(cursor, "DELETE FROM {table}", table)
            now = self.fingerprints(cursor, "public", list(self.known))
            for table in [table for table, was in self.known.items() if now[table] != was]:
                self.run(cursor, "DELETE FROM {table}", table)
                self.run(cursor, "INSERT INTO {table} ({columns}) SELECT {columns} FROM {copy}", table)

    def run(self, cursor: Any, statement: str, table: str = "") -> None:
        names = {"table": ("public", table), "copy": (self.schema, table), "schema": (self.schema,)}
        parts: dict[str, sql.Composable] = {key: sql.Identifier(*name) for key, name in names.items()}
        if "{columns}" in statement:
            parts["columns"] = sql.SQL(", ").join(map(sql.Identifier, _columns(table)))
        cursor.execute(sql.SQL(statement).format(**parts))

    def fingerprints(self, cursor: Any, schema: str, tables: list[str]) -> dict[str, str]:
        """What is in each table: equal for equal rows, in whatever order."""
        each = sql.SQL(
            "SELECT {}, count(*) || ':' || coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} t"
        )
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
def _columns(table: str) -> list[str]:
    """Those that are written: not what the database makes of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return [name for (name,) in cursor.fetchall()]


@cache
def _tables() -> set[str]:
    return set(connection.introspection.django_table_names(only_existing=True, include_views=False))


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
