"""Rows of many tables, gathered in memory and written by COPY in one go."""

from __future__ import annotations

import functools
import json
from typing import Any

from django.db import connection, models

Row = dict[str, Any]
KEYS_AT_A_TIME = 1000


class Rows:
    """Gathers rows by model. A row stays a dict until it is written, so what happens later may still change it."""

    def __init__(self) -> None:
        self.of: dict[type[models.Model], list[Row]] = {}
        self.keys: dict[type[models.Model], list[int]] = {}

    def key(self, model: type[models.Model]) -> int:
        """A key for a row that others will point to."""
        if not self.keys.get(model):
            self.keys[model] = new_keys(model, KEYS_AT_A_TIME)[::-1]
        return self.keys[model].pop()

    def add(self, model: type[models.Model], **values: Any) -> Row:
        """One more row: what is not said has the model's default. Foreign keys by column (`customer_id`)."""
        row = {**defaults_of(model), **values}
        self.of.setdefault(model, []).append(row)
        return row

    def write(self) -> int:
        """Copy all rows into their tables, in the order in which each table was first named; how many there were."""
        for model, rows in self.of.items():
            _copy(model, rows)
        count = sum(len(rows) for rows in self.of.values())
        self.of = {}
        return count


def as_json(value: Any) -> str:
    """A JSON column's text."""
    return json.dumps(value, default=str)


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys that nobody else gets, for rows that others will point to."""
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s::int)",
            [table, column, count],
        )
        return [key for (key,) in cursor.fetchall()]


@functools.cache
def defaults_of(model: type[models.Model]) -> Row:
    """Every column the database does not fill by itself, with what it holds when nobody says anything."""
    return {
        str(field.column): as_json(field.get_default())
        if isinstance(field, models.JSONField)
        else field.get_default()
        for field in model._meta.local_concrete_fields
        if not field.generated and not field.primary_key and not _filled_by_database(field)
    }


def _filled_by_database(field: Any) -> bool:
    """Whether only the database knows the default: such a column is left out unless it is said."""
    return field.has_db_default() and not field.has_default()


def _copy(model: type[models.Model], rows: list[Row]) -> None:
    quote = connection.ops.quote_name
    columns = list(rows[0])
    named = ", ".join(quote(column) for column in columns)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {quote(model._meta.db_table)} ({named}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([row[column] for column in columns])
