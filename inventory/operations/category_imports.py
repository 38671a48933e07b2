"""The tree of categories out of a table, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.tables import CHANGED, NEW, SAME, Told
from inventory.models import Category, Specification

from .categories import (
    SpecificationLine,
    clean_name,
    describe_category,
    ensure_categories,
    set_specifications,
)

Kind = Specification.Kind


@transaction.atomic
def import_category(said: Mapping[str, Any]) -> Told:
    """One row: a category with all above it is made where it is missing; its warranty, one thing it asks for.

    Nothing is taken away, nothing renamed. Columns the table has not stay as they are. Locks: the category.
    """
    parts = [clean_name(part) for part in said["path"].split(Category.SEPARATOR)]
    path = Category.SEPARATOR.join(parts)
    category = Category.objects.filter(path__iexact=path).first()
    fresh = category is None
    category = category or ensure_categories([path])[path]
    done = []
    warranty = {
        name: said[name]
        for name in ("warranty_months", "warranty_terms")
        if name in said and not _alike(getattr(category, name), said[name])
    }
    if warranty:
        describe_category(category, **warranty)
        done.append(_("warranty"))
    if said.get("name") and (told := _specify(category, said)):
        done.append(told)
    if fresh:
        return Told(NEW, "; ".join(done))
    return Told(CHANGED, "; ".join(done)) if done else Told(SAME)


def _alike(now: Any, value: Any) -> bool:
    """Lines of a text run together in a table."""
    return " ".join(str(now).split()) == value if isinstance(now, str) else now == value


def _specify(category: Category, said: Mapping[str, Any]) -> str:
    """Set one thing that a category asks for; what became of it, "" for nothing."""
    lines = [
        SpecificationLine(spec.pk, spec.name, spec.kind, spec.unit, tuple(spec.choices), spec.is_required)
        for spec in category.specifications.order_by("position", "pk")
    ]
    place = next((n for n, line in enumerate(lines) if line.name.casefold() == said["name"].casefold()), None)
    before = lines[place] if place is not None else SpecificationLine(None, said["name"], Kind.TEXT)
    known = {field: said[field] for field in ("kind", "unit", "choices", "is_required") if field in said}
    line = before._replace(**known)
    if line.kind == Kind.CHOICE and len(line.choices) < 2:
        raise Refusal(_("%(name)s: a choice needs at least two, separated by commas.") % {"name": line.name})
    if line.kind != Kind.CHOICE and line.choices:
        raise Refusal(_("%(name)s: only a choice has choices.") % {"name": line.name})
    if line.kind != Kind.NUMBER and line.unit:
        raise Refusal(_("%(name)s: only a number has a unit.") % {"name": line.name})
    if place is not None and line == before:
        return ""
    set_specifications(
        category, [*lines[:place], line, *lines[place + 1 :]] if place is not None else [*lines, line]
    )
    return line.name
