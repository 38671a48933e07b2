"""Keyset paging: the next page costs what the first one does, however deep, and its place is in the URL.

A cursor is the sort values of the row at the edge of a page. All columns in one direction compare as one row,
`(a, b) < (x, y)`, which PostgreSQL answers from one index range. Mixed directions, and columns that may be null (always
sorted last), fall back to the same order written column by column. An index must serve the order, or paging is only
constant, not fast.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, cast

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import F, Func, Q, QuerySet, Value
from django.db.models.lookups import GreaterThan, LessThan

EXACT_UP_TO = 10_000
ROWS = 50


class Key(NamedTuple):
    """One column of the order."""

    name: str
    descending: bool
    nullable: bool
    field: models.Field[Any, Any] | None


class Page(NamedTuple):
    """The rows of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list[Any]
    after: str
    before: str


class Count(NamedTuple):
    """How many rows a list has; `exact` is False for the planner's estimate of a long one."""

    number: int
    exact: bool


class _Row(Func):
    """SQL's row constructor."""

    template = "(%(expressions)s)"
    output_field = models.Field()


def page(
    queryset: QuerySet[Any], order: Sequence[str], *, after: str = "", before: str = "", size: int = ROWS
) -> Page:
    """One page of `queryset`, sorted by `order` (`["-issued_at", "customer__name"]`); the key is added as tie-break.

    A cursor that is broken, or that no row stands behind any more, gives the first page.
    """
    keys = _keys(queryset, order)
    values = _read(after or before, keys)
    back = values is not None and not after
    rows = _rows(queryset, keys, values, back=back, size=size)
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if values is not None and (not rows or (back and not more)):
        values, back = None, False
        rows = _rows(queryset, keys, None, back=False, size=size)
        more, rows = len(rows) > size, rows[:size]
    has_after, has_before = (True, more) if back else (more, values is not None)
    return Page(
        rows,
        _write(rows[-1], keys) if rows and has_after else "",
        _write(rows[0], keys) if rows and has_before else "",
    )


def following(
    queryset: QuerySet[Any], order: Sequence[str], *, after: str, size: int
) -> tuple[list[Any], str]:
    """The next rows behind a cursor ("" is the beginning) and the cursor behind them ("" when none are left).

    For work that goes through a whole list: unlike `page` it never starts again from the beginning.
    """
    keys = _keys(queryset, order)
    values = _read(after, keys)
    if after and values is None:
        raise ValueError("This cursor does not belong to this order.")
    rows = _rows(queryset, keys, values, back=False, size=size)
    more, rows = len(rows) > size, rows[:size]
    return rows, _write(rows[-1], keys) if more else ""


def sorted_by(queryset: QuerySet[Any], order: Sequence[str]) -> QuerySet[Any]:
    """All rows in the order of the pages."""
    return queryset.order_by(*[_sorted(key, back=False) for key in _keys(queryset, order)])


def count(queryset: QuerySet[Any]) -> Count:
    """Exact up to ten thousand rows; beyond that the planner's estimate, which costs nothing."""
    few = queryset.order_by()[: EXACT_UP_TO + 1].count()
    if few <= EXACT_UP_TO:
        return Count(few, True)
    sql, params = queryset.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)  # the ORM's own SQL with its parameters
        plan = cursor.fetchone()[0]
    plan = json.loads(plan) if isinstance(plan, str) else plan
    return Count(max(int(plan[0]["Plan"]["Plan Rows"]), few), False)


def _keys(queryset: QuerySet[Any], order: Sequence[str]) -> list[Key]:
    names = [name for name in order if name.lstrip("-") not in {"pk", "id"}]
    keys = [_key(queryset, name.lstrip("-"), name.startswith("-")) for name in names]
    asked = [name for name in order if name.lstrip("-") in {"pk", "id"}]
    descending = asked[-1].startswith("-") if asked else bool(keys and keys[-1].descending)
    return [*keys, Key("pk", descending, False, queryset.model._meta.pk)]


def _key(queryset: QuerySet[Any], name: str, descending: bool) -> Key:
    if name in queryset.query.annotations:
        return Key(name, descending, True, None)
    model: Any = queryset.model
    nullable = False
    field: Any = None
    for part in name.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:
            return Key(name, descending, True, None)
        nullable = nullable or field.null
        model = field.related_model
    return Key(name, descending, nullable, field)


def _rows(
    queryset: QuerySet[Any], keys: list[Key], values: list[Any] | None, *, back: bool, size: int
) -> list[Any]:
    if values is not None:
        queryset = queryset.filter(_beyond(keys, values, back=back))
    return list(queryset.order_by(*[_sorted(key, back=back) for key in keys])[: size + 1])


def _sorted(key: Key, *, back: bool) -> Any:
    """The order of one column; nulls last going forward, so first going back."""
    column = F(key.name)
    nulls: dict[str, Any] = {("nulls_first" if back else "nulls_last"): True} if key.nullable else {}
    return column.desc(**nulls) if key.descending != back else column.asc(**nulls)


def _beyond(keys: list[Key], values: list[Any], *, back: bool) -> Any:
    """The condition for the rows behind the cursor."""
    one_way = len({key.descending for key in keys}) == 1
    if one_way and not any(key.nullable for key in keys):
        compare = LessThan if keys[0].descending != back else GreaterThan
        there = [Value(v, output_field=_value_field(k, v)) for k, v in zip(keys, values, strict=True)]
        return compare(_Row(*[F(key.name) for key in keys]), _Row(*there))
    return _stepwise(keys, values, back=back)


def _stepwise(keys: list[Key], values: list[Any], *, back: bool) -> Q:
    """(a beyond x) or (a = x and (b beyond y or …)), bounded by `a not before x` so that an index is used."""
    key, value, rest = keys[0], values[0], keys[1:]
    lower = key.descending != back
    if value is None:
        same = Q(**{f"{key.name}__isnull": True})
        beyond = Q(**{f"{key.name}__isnull": False}) if back else None
    else:
        same = Q(**{key.name: value})
        beyond = Q(**{f"{key.name}__{'lt' if lower else 'gt'}": value})
        if key.nullable and not back:
            beyond |= Q(**{f"{key.name}__isnull": True})
    if rest:
        same &= _stepwise(rest, values[1:], back=back)
    else:
        same = Q(pk__in=[])
    either = same if beyond is None else beyond | same
    if value is not None and not (key.nullable and not back):
        either &= Q(**{f"{key.name}__{'lte' if lower else 'gte'}": value})
    return either


def _value_field(key: Key, value: Any) -> models.Field[Any, Any]:
    if key.field is not None:
        return cast("models.Field[Any, Any]", getattr(key.field, "target_field", key.field))
    kinds: dict[type, type[models.Field[Any, Any]]] = {
        int: models.BigIntegerField,
        datetime: models.DateTimeField,
        date: models.DateField,
        bool: models.BooleanField,
    }
    return kinds.get(type(value), models.TextField)()


def _write(row: Any, keys: list[Key]) -> str:
    values: list[Any] = []
    for key in keys:
        value = row
        for part in key.name.split("__"):
            value = getattr(value, part, None)
        value = value.pk if isinstance(value, models.Model) else value
        values.append(_typed(value))
    text = json.dumps(values, cls=DjangoJSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _typed(value: Any) -> Any:
    """Values that JSON has no word for carry their kind with them, to the last digit."""
    if isinstance(value, Decimal):
        return {"n": str(value)}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    return value


def _read(cursor: str, keys: list[Key]) -> list[Any] | None:
    """The values of a cursor; None for no cursor and for one that is not ours."""
    if not cursor or len(cursor) > 2000:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(keys):
            return None
        return [_back(value, key) for value, key in zip(values, keys, strict=True)]
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, ValidationError):
        return None


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > 40:
        raise ValueError("no column holds this")
    return number


def _back(value: Any, key: Key) -> Any:
    if isinstance(value, dict):
        (kind, text), *_rest = value.items()
        value = {"n": _decimal, "t": datetime.fromisoformat, "d": date.fromisoformat}[kind](text)
    if isinstance(value, list) or (isinstance(value, str) and b"\x00" in value.encode()):
        raise ValueError("no column holds this")  # half a surrogate pair is a ValueError of encode()
    if value is None and not key.nullable:
        raise ValueError("a cursor without its value")
    if key.field is None or value is None:
        return value
    column = _value_field(key, value)
    value = column.to_python(value)
    if isinstance(column, models.IntegerField):
        column.run_validators(value)  # more than the column holds
    return value
