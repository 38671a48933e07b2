"""Rows without a query compiler, for the hot path: the statement is made once, the row is written in one round trip.

The ORM is right everywhere else. What it would do besides (signals, `save()`) no model of ours relies on.
"""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db import connection, models

M = TypeVar("M", bound=models.Model)
N = TypeVar("N", bound=models.Model)


def insert(row: M, *, unless_there: bool = False) -> M:
    """Write a new instance and give it its key. With `unless_there`, a row that any constraint knows is left alone
    and the key stays None."""
    statement, fields = _insert_of(type(row), unless_there)
    values = [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        if made := cursor.fetchone():
            row.pk = made[0]
            row._state.adding, row._state.db = False, connection.alias
    return row


def update_many(rows: Sequence[M], fields: Iterable[str]) -> None:
    """Write these fields of many instances, each its own values, in one statement whose length is the same for any
    number. (`bulk_update` writes a case for each row and field, and takes ten times as long for hundreds.)
    """
    if rows:
        statement, columns = _update_of(type(rows[0]), tuple(fields))
        said = [{name: getattr(row, attname) for name, attname in columns} for row in rows]
        with connection.cursor() as cursor:
            cursor.execute(statement, [json.dumps(said, default=str)])


@functools.cache
def _update_of(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, list[tuple[str, str]]]:
    quote, key = connection.ops.quote_name, model._meta.pk
    assert key is not None
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    table = quote(model._meta.db_table)
    sets = ", ".join(f"{quote(field.column)} = said.{quote(field.column)}" for field in fields)
    said = ", ".join(f"{quote(field.column)} {field.db_type(connection)}" for field in [key, *fields])
    on = f"{table}.{quote(_column(key))} = said.{quote(_column(key))}"
    return (
        f"UPDATE {table} SET {sets} FROM jsonb_to_recordset(%s::jsonb) AS said({said}) WHERE {on}",  # noqa: S608
        [(_column(field), field.attname) for field in [key, *fields]],
    )


@functools.cache
def _insert_of(model: type[models.Model], unless_there: bool) -> tuple[str, list[Any]]:
    fields = [f for f in model._meta.local_concrete_fields if not f.primary_key and not f.generated]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(_column(field)) for field in fields)
    conflict = " ON CONFLICT DO NOTHING" if unless_there else ""
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
        f"{conflict} RETURNING {quote(_column(model._meta.pk))}",
        fields,
    )


def _column(field: Any) -> str:
    """A concrete field's column; Django's types allow none because other fields have none."""
    column: str = field.column
    return column


def read_pairs(
    first: type[M], second: type[N], statement: str, parameters: Iterable[Any]
) -> list[tuple[M, N]]:
    """Instances of two models from one statement: all columns of the first, then some of the second."""
    width = len(first._meta.concrete_fields)
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        columns = tuple(column.name for column in cursor.description)
        rows = cursor.fetchall()
    return [
        (_made(first, columns[:width], row[:width]), _made(second, columns[width:], row[width:]))
        for row in rows
    ]


def read(model: type[M], statement: str, parameters: Iterable[Any]) -> list[M]:
    """Instances from a statement that selects columns of the model, in any order. Those it leaves out are deferred."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        columns = tuple(column.name for column in cursor.description)
        rows = cursor.fetchall()
    return [_made(model, columns, row) for row in rows]


def _made(model: type[M], columns: tuple[str, ...], stored: Sequence[Any]) -> M:
    arrange, names, converters = _reading_of(model, columns)
    row = list(arrange(stored))
    for place, convert, expression in converters:
        row[place] = convert(row[place], expression, connection)
    return model.from_db(connection.alias, names, row)


@functools.cache
def _reading_of(model: type[models.Model], columns: tuple[str, ...]) -> tuple[Any, list[str], list[Any]]:
    """How to put a row into the order of the model's fields, their names, and what to make of stored values."""
    fields = [field for field in model._meta.concrete_fields if field.column in columns]
    arrange = operator.itemgetter(*(columns.index(field.column) for field in fields))
    converters = [
        (place, convert, field.cached_col)
        for place, field in enumerate(fields)
        for convert in (
            *connection.ops.get_db_converters(field.cached_col),
            *field.get_db_converters(connection),
        )
    ]
    return arrange, [field.attname for field in fields], converters
