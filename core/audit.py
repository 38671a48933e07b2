"""Who changed what on one record, before and after, read from its history (SEC-2)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext as _

from .fields import EncryptedTextField

UNSAID = {"updated_at"}
HIDDEN = "•••"


class FieldChange(NamedTuple):
    """One field, as it was and as it became."""

    label: str
    before: Any
    after: Any


class Change(NamedTuple):
    """One write on a record: when, by whom, through which door, and the fields that became different."""

    at: datetime
    what: str
    by: str
    via: str
    fields: list[FieldChange]


def changes_of(record: models.Model, *, most: int = 200) -> list[Change]:
    """The latest changes of a tracked record, newest first. What is encrypted at rest is not shown."""
    events = list(record.history.order_by("-pgh_id")[: most + 1])  # type: ignore[attr-defined]
    older: Any = None
    pairs = [*pairwise(events), *([(events[-1], older)] if events else [])]
    return [_change(event, before) for event, before in pairs[:most]]


def _change(event: Any, before: Any) -> Change:
    told = event.pgh_context or {}
    what = {"insert": _("added"), "update": _("changed"), "delete": _("deleted")}.get(
        event.pgh_label, event.pgh_label
    )
    fields = list(_differences(event, before)) if before is not None and event.pgh_label == "update" else []
    return Change(event.pgh_created_at, what, told.get("name", ""), told.get("via", ""), fields)


def _differences(event: Any, before: Any) -> Iterator[FieldChange]:
    for field in event.pgh_tracked_model._meta.concrete_fields:
        if field.name in UNSAID or not hasattr(event, field.attname):
            continue
        old, new = getattr(before, field.attname), getattr(event, field.attname)
        if old != new:
            shown = (HIDDEN, HIDDEN) if isinstance(field, EncryptedTextField) else (old, new)
            yield FieldChange(str(field.verbose_name), *shown)
