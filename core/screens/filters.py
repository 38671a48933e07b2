"""Filters that are on, as chips: each says what it does and goes away by one click."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core.templatetags import figures


class Chip(NamedTuple):
    """One filter that is on: its words, and the address of the page without it."""

    text: str
    url: str


def chips(filterset: Any, without: Callable[..., str]) -> list[Chip]:
    """The filters of a django-filter set that narrow the list now, each value of a filter that takes many for itself.

    `without(names, value)` is the address of the page less these names, or only less this one value of theirs.
    """
    form = filterset.form
    if not form.is_valid():
        return []
    made = []
    for name, value in form.cleaned_data.items():
        if value in (None, "", [], ()) or (isinstance(value, QuerySet) and not value):
            continue
        field = form.fields[name]
        label = str(field.label or name)
        for one in value if isinstance(value, list | tuple | QuerySet) else [value]:
            only = str(getattr(one, "pk", one)) if one is not value else ""
            made.append(Chip(f"{label}: {_words(field, one)}", without(names_of(name), only)))
    return made


def names_of(name: str) -> set[str]:
    """What a filter is called in the address: by its name, or by both ends of its range."""
    return {name, *(f"{name}_{end}" for end in ("min", "max", "after", "before"))}


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
