"""Typed values of products: how each kind is read from what people and files say, and how it is said again. Pure.

A product keeps its values by name as JSON: text and choices as text, numbers as numbers, yes or no as booleans, days
as `2026-11-22`. What is said can be read again: `read_value(spec, say_value(spec, value)) == value`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple, Protocol

from django.utils import formats
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.forms.days import read_day

LONGEST_TEXT = 200
LARGEST_NUMBER = Decimal(10) ** 12
YES = {"yes", "y", "true", "1", "да", "हाँ", "نعم"}
NO = {"no", "n", "false", "0", "нет", "नहीं", "لا"}


class Spec(Protocol):
    """What these functions need of a `Specification`."""

    name: str
    kind: str
    unit: str
    choices: list[str]
    is_required: bool


class Said(NamedTuple):
    """One value of a product in words. `asked` is False for what its category does not ask for (any more)."""

    name: str
    text: str
    asked: bool = True


def read_value(spec: Spec, text: str) -> Any:
    """The value that a text means; None for an empty one. Refuses, in a sentence, what is none of this kind."""
    text = " ".join(str(text).split())
    if not text:
        return None
    return READERS[spec.kind](spec, text)


def _text(spec: Spec, text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Refusal(
            _("%(name)s: at most %(most)s characters fit.") % {"name": spec.name, "most": LONGEST_TEXT}
        )
    return text


def _number(spec: Spec, text: str) -> int | float:
    plain = text.removesuffix(spec.unit).strip() if spec.unit else text
    try:
        number = Decimal(plain.replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= LARGEST_NUMBER or number != round(number, 4):
        message = _("%(name)s: “%(text)s” is not a number with at most four decimals.")
        raise Refusal(message % {"name": spec.name, "text": text[:40]})
    return int(number) if number == int(number) else float(number)


def _choice(spec: Spec, text: str) -> str:
    for choice in spec.choices:
        if choice.casefold() == text.casefold():
            return choice
    message = _("%(name)s: “%(text)s” is none of %(choices)s.")
    raise Refusal(message % {"name": spec.name, "text": text[:40], "choices": ", ".join(spec.choices)})


def _yes_no(spec: Spec, text: str) -> bool:
    said = text.casefold()
    if said in YES | {_("yes").casefold()}:
        return True
    if said in NO | {_("no").casefold()}:
        return False
    raise Refusal(_("%(name)s: say yes or no, not “%(text)s”.") % {"name": spec.name, "text": text[:40]})


def _date(spec: Spec, text: str) -> str:
    try:
        day: dt.date | None = dt.date.fromisoformat(text[:10])
    except ValueError:
        day = read_day(text, today=dt.date.today())  # noqa: DTZ011 - only its year is taken, where none is said
    if day is None:
        raise Refusal(_("%(name)s: “%(text)s” is not a day.") % {"name": spec.name, "text": text[:40]})
    return day.isoformat()


READERS = {"text": _text, "number": _number, "choice": _choice, "yes_no": _yes_no, "date": _date}


def say_value(spec: Spec | None, value: Any) -> str:
    """A kept value in words, with its unit; "" for none. Without a specification as it is kept."""
    if value in (None, "") or isinstance(value, list | dict):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, float):
        value = format(Decimal(repr(value)).normalize(), "f")
    return f"{value} {spec.unit}" if spec is not None and spec.unit else str(value)


def show_value(spec: Spec | None, value: Any) -> str:
    """As `say_value`, for eyes: a day as people of the country write it."""
    if spec is not None and spec.kind == "date" and isinstance(value, str):
        try:
            return formats.date_format(dt.date.fromisoformat(value), "DATE_FORMAT")
        except ValueError:
            return value
    return say_value(spec, value)


def file_value(spec: Spec | None, value: Any) -> Any:
    """A value as an exported file holds it: numbers as numbers, without their unit."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return say_value(None, value)


def retyped(values: Mapping[str, Any], specs: Iterable[Spec]) -> dict[str, Any]:
    """The values, each turned into the kind its specification asks for where it can be read so; the rest as it was."""
    made = dict(values)
    known = {name.casefold(): name for name in made}
    for spec in specs:
        old = known.get(spec.name.casefold())
        if old is None:
            continue
        value = made.pop(old)
        try:
            made[spec.name] = read_value(spec, say_value(None, value))
        except Refusal:
            made[spec.name] = value
    return made


def unsaid(values: Mapping[str, Any], specs: Iterable[Spec]) -> list[str]:
    """The names of what has to be said and is not."""
    return [spec.name for spec in specs if spec.is_required and values.get(spec.name) in (None, "")]


def refuse_unsaid(category: str, names: Iterable[str]) -> None:
    """Refuse, naming it, what a category needs of its products and this one does not say."""
    if missing := ", ".join(names):
        message = _("“%(category)s” needs of its products: %(names)s.")
        raise Refusal(message % {"category": category, "names": missing}, code="unspecified")


def said_values(values: Mapping[str, Any], specs: Iterable[Spec]) -> list[Said]:
    """All values of a product in words: those its category asks for in its order, then the others by name."""
    asked = list(specs)
    said = [Said(spec.name, show_value(spec, values.get(spec.name))) for spec in asked]
    names = {spec.name for spec in asked}
    kept = sorted((name, value) for name, value in values.items() if name not in names)
    return said + [Said(name, text, asked=False) for name, value in kept if (text := say_value(None, value))]
