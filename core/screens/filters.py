"""Filters that are on, as chips: each says what it does and goes away by one click."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.templatetags import figures


class Chip(NamedTuple):
    """One filter that is on: its words, and the query of the page without it."""

    text: str
    url: str


def chips(filterset: Any, query: QueryDict) -> list[Chip]:
    """The filters of a django-filter set that narrow the list now."""
    form = filterset.form
    if not form.is_valid():
        return []
    made = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", [], ()) or (isinstance(value, QuerySet) and not value):
            continue
        label = str(form.fields[name].label or name)
        made.append(Chip(f"{label}: {_words(form.fields[name], value)}", _without(query, name)))
    return made


def _without(query: QueryDict, name: str) -> str:
    """The query less one filter, both ends of it when it is a range, from the first page on."""
    kept = query.copy()
    ends = {name, *(f"{name}_{end}" for end in ("min", "max", "after", "before"))}
    for key in [key for key in kept if key in ends or key in {"after", "before", "export"}]:
        del kept[key]
    return f"?{kept.urlencode()}"


def _words(field: Any, value: Any) -> str:
    if isinstance(value, slice):
        return _range(value.start, value.stop)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(_words(field, item) for item in value)
    if isinstance(value, Model):
        return str(value)
    choices = {str(key): str(label) for key, label in _flat(getattr(field, "choices", []))}
    return choices.get(str(value)) or _plain(value)


def _flat(choices: Any) -> list[tuple[Any, Any]]:
    """Choices without their groups."""
    pairs: list[tuple[Any, Any]] = []
    for key, label in choices:
        pairs += _flat(label) if isinstance(label, list | tuple) else [(key, label)]
    return pairs


def _range(start: Any, stop: Any) -> str:
    if start is None:
        return _("up to %(end)s") % {"end": _plain(stop)}
    if stop is None:
        return _("from %(start)s") % {"start": _plain(start)}
    return f"{_plain(start)} – {_plain(stop)}"


def _plain(value: Any) -> str:
    return figures.day(value) if hasattr(value, "isoformat") else str(value)
