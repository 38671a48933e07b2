"""A record's history, to read: who changed what, when and through which door, before and after (SEC-2).

It comes from the rows that database triggers keep (`core.history`), of the record and of its parts, and from what is
written once (an allocation, a link that was ended). Newest first, one page at a time by key: the cost of a page does
not grow with the history. A value that is encrypted at rest is never said, only that it changed.

    class CustomerDetail(RecordScreen):
        def history(self, customer):
            return [*super().history(customer), Tracked(Contact, {"customer_id": customer.pk}, named="name")]

A higher app adds its part to a record below it with `also` (in a module its app loads):

    @also(Customer, "credit.view_creditaccount")
    def account_of(customer):
        return Tracked(CreditAccount, {"customer_id": customer.pk})
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from .values import UNSAID, Names, hides, sayable

PER_PAGE = 20
MOST_VALUES = 8
MOST_NAMED = 3
DOORS: dict[str, str | Promise] = {
    "web": gettext_lazy("on a page"),
    "admin": gettext_lazy("in the admin"),
    "task": gettext_lazy("by itself"),
    "link": gettext_lazy("by a retailer's link"),
    "command": gettext_lazy("by a command"),
}
VERBS: dict[str, str | Promise] = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("changed"),
    "delete": gettext_lazy("removed"),
}


class Tracked(NamedTuple):
    """A tracked model as a source. `where` filters its history: by the record itself, or by the key of its whole.

    `named`: the field that tells one part from another. `tells`: what is said of a part that is added or removed (all
    its fields when left out). `rights`: fields that only people with a permission read.
    """

    model: type[models.Model]
    where: dict[str, Any]
    named: str = ""
    tells: tuple[str, ...] = ()
    rights: dict[str, str] = {}


class Told(NamedTuple):
    """Rows that are written once as a source: `say(row)` is the sentence. `at`: the field with the time."""

    rows: models.QuerySet[Any]
    say: Callable[[Any], str]
    at: str = "at"
    by: str = "by"
    url: Callable[[Any], str] | None = None


Source = Tracked | Told


class FieldChange(NamedTuple):
    """One field, as it was and as it became. `hidden`: it changed, and that is all that is said."""

    label: str
    before: str
    after: str
    hidden: bool = False
    word: str = ""
    """The label as it stands inside a sentence."""


class Change(NamedTuple):
    """One write: when, by whom, through which door, on what, and the fields that became different."""

    at: datetime
    by: str
    door: str | Promise
    verb: str | Promise
    what: str
    fields: list[FieldChange]
    text: str = ""
    url: str = ""
    kind: str = "update"


class ChangePage(NamedTuple):
    """Changes, newest first, and the place where the next page begins ("" at the end)."""

    rows: list[Change]
    after: str


class _Found(NamedTuple):
    """A row of a source in the common order."""

    at: datetime
    source: int
    pk: int
    row: Any


_contributed: dict[type[models.Model], list[tuple[str, Callable[[Any], Source]]]] = {}


def also(
    model: type[models.Model], permission: str
) -> Callable[[Callable[[Any], Source]], Callable[[Any], Source]]:
    """Add a source to the history of another app's record, for those with the permission."""

    def keep(make: Callable[[Any], Source]) -> Callable[[Any], Source]:
        _contributed.setdefault(model, []).append((permission, make))
        return make

    return keep


def sources_of(record: models.Model, own: Iterable[Source], user: Any) -> list[Source]:
    """The record's own sources, then those other apps add and this person may read."""
    more = _contributed.get(type(record), [])
    return [*own, *(make(record) for permission, make in more if user.has_perm(permission))]


def changes(sources: Sequence[Source], *, user: Any, after: str = "", size: int = PER_PAGE) -> ChangePage:
    """One page of what happened. Two queries for each source, one for each model that is named."""
    found = sorted(
        (each for place, source in enumerate(sources) for each in _rows(source, place, after, size)),
        key=lambda each: (each.at, -each.source, each.pk),
        reverse=True,
    )
    more, found = len(found) > size, found[:size]
    before = _predecessors(sources, found)
    names = Names(row for each in found for row in (each.row, before.get((each.source, each.pk))) if row)
    told = [
        change
        for each in found
        if (change := _change(sources[each.source], each, before.get((each.source, each.pk)), names, user))
    ]
    last = found[-1] if found else None
    return ChangePage(_folded(told), _place(last) if more and last else "")


def _place(last: _Found) -> str:
    """Where the page after this row begins, in signs that an address takes as they are."""
    at = last.at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f"{at}~{last.source}~{last.pk}"


def last_change(record: models.Model, field: str) -> Change | None:
    """The latest write that made this field what it is; None when the history does not know."""
    events: Any = record.history.order_by("-pgh_id")[:50]  # type: ignore[attr-defined]
    rows = list(events)
    attname = record._meta.get_field(field).attname  # type: ignore[union-attr]
    for event, older in zip(rows, [*rows[1:], None], strict=True):
        if older is None or getattr(event, attname) != getattr(older, attname):
            told = event.pgh_context or {}
            return Change(
                event.pgh_created_at, told.get("name", ""), _door(told), VERBS[event.pgh_label], "", []
            )
    return None


def _rows(source: Source, place: int, after: str, size: int) -> list[_Found]:
    """The next rows of one source behind the cursor, in its own order."""
    if isinstance(source, Told):
        at, pk, rows = source.at, "pk", source.rows.filter(**{f"{source.at}__isnull": False})
    else:
        event: Any = source.model.history.rel.related_model  # type: ignore[attr-defined]
        at, pk, rows = "pgh_created_at", "pgh_id", event.objects.filter(**source.where)
    if cursor := _cursor(after):
        moment, other, key = cursor
        beyond = Q(**{f"{at}__lt": moment})
        if place > other:
            beyond |= Q(**{at: moment})
        elif place == other:
            beyond |= Q(**{at: moment, f"{pk}__lt": key})
        rows = rows.filter(beyond)
    return [
        _Found(getattr(row, at), place, row.pk, row) for row in rows.order_by(f"-{at}", f"-{pk}")[: size + 1]
    ]


def _cursor(after: str) -> tuple[datetime, int, int] | None:
    """What a page's address says about its beginning; None for nothing and for nonsense."""
    moment, _sep, rest = after[:80].partition("~")
    place, _sep, key = rest.partition("~")
    try:
        at = parse_datetime(moment)
        whole = (int(place), int(key))
    except (ValueError, OverflowError):
        return None
    if at is None or at.tzinfo is None or not (0 <= whole[0] < 100 and 0 <= whole[1] < 2**63):
        return None
    return at, *whole


def _predecessors(sources: Sequence[Source], found: list[_Found]) -> dict[tuple[int, int], Any]:
    """For each update, the row as it was before it."""
    answer: dict[tuple[int, int], Any] = {}
    for place, source in enumerate(sources):
        updates = [each.pk for each in found if each.source == place and _label(each.row) == "update"]
        if not updates or isinstance(source, Told):
            continue
        events: Any = source.model.history.rel.related_model.objects  # type: ignore[attr-defined]
        older = events.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id"))
        previous = dict(
            events.filter(pk__in=updates)
            .annotate(previous=Subquery(older.order_by("-pgh_id").values("pgh_id")[:1]))
            .values_list("pk", "previous")
        )
        rows = events.in_bulk([pk for pk in previous.values() if pk])
        answer |= {(place, pk): rows[was] for pk, was in previous.items() if was in rows}
    return answer


def _change(source: Source, found: _Found, before: Any, names: Names, user: Any) -> Change | None:
    """One row as a change; None when nothing that is said became different."""
    if isinstance(source, Told):
        by = getattr(found.row, source.by, None) if source.by else None
        url = source.url(found.row) if source.url else ""
        return Change(found.at, str(by or ""), "", "", "", [], source.say(found.row), url, "told")
    event, told = found.row, found.row.pgh_context or {}
    label = _label(event)
    fields = _differences(source, event, before, names, user)
    if label == "update" and not fields:
        return None
    what = str(source.model._meta.verbose_name)
    if source.named:
        what = f"{what} {names.say(event, source.named)}"
    elif label == "insert":
        what, fields = _("this record"), []  # everything it began with is on its page
    elif "pgh_obj_id" in source.where and fields:
        what = get_text_list([field.word for field in fields[:MOST_NAMED]], _("and"))
        if len(fields) > MOST_NAMED:
            more = len(fields) - MOST_NAMED
            what = ngettext("%(named)s and %(n)d more", "%(named)s and %(n)d more", more) % {
                "named": ", ".join(field.word for field in fields[:MOST_NAMED]),
                "n": more,
            }
    return Change(
        found.at, told.get("name", ""), _door(told), VERBS.get(label, label), what, fields, kind=label
    )


def _label(row: Any) -> str:
    return str(getattr(row, "pgh_label", ""))


def _door(told: dict[str, Any]) -> str | Promise:
    return DOORS.get(told.get("via", ""), "")


def _differences(source: Tracked, event: Any, before: Any, names: Names, user: Any) -> list[FieldChange]:
    found = []
    label = _label(event)
    for field in source.model._meta.concrete_fields:
        if field.name in UNSAID or not sayable(field) or not hasattr(event, field.attname):
            continue
        if (right := source.rights.get(field.name)) and not user.has_perm(right):
            continue
        new = getattr(event, field.attname)
        old = getattr(before, field.attname) if before is not None else None
        if label != "update":
            if source.tells and field.name not in source.tells:
                continue
            if new in (None, "", [], {}) or field.name == source.named or field.attname in source.where:
                continue
            old, new = (None, new) if label == "insert" else (new, None)
        elif old == new:
            continue
        word = str(field.verbose_name)
        was, now = names.say(event, field.name, old), names.say(event, field.name, new)
        found.append(FieldChange(capfirst(word), was, now, hides(field), word))
    return found if label == "update" else found[:MOST_VALUES]


def _folded(told: list[Change]) -> list[Change]:
    """Parts that one write took away together, as one change with a line for each."""
    answer: list[Change] = []
    for change in told:
        last = answer[-1] if answer else None
        if last and change.kind == "delete" == last.kind.split(":")[0] and _same(last, change):
            rows = last.fields if last.kind == "delete:many" else [_one_line(last)]
            rows = [*rows, _one_line(change)]
            what = ngettext("%(n)d entry", "%(n)d entries", len(rows)) % {"n": len(rows)}
            answer[-1] = last._replace(fields=rows, what=what, kind="delete:many")
        else:
            answer.append(change)
    return answer


def _same(one: Change, other: Change) -> bool:
    return (one.at, one.by) == (other.at, other.by)


def _one_line(change: Change) -> FieldChange:
    values = ", ".join(f"{field.label.lower()} {field.before}" for field in change.fields if not field.hidden)
    return FieldChange(capfirst(change.what), values or _("there"), "")
