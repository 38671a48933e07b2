"""A table of the tree of categories: a row for each category, or for each thing that it asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.importing import Field, text
from core.tables import TableKind
from inventory.importing import MOST_MONTHS, NO, YES, one_of, read_path, whole
from inventory.models import Category, Specification

Kind = Specification.Kind


def _choices(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part for each in value.split(",") if (part := each.strip())))


CATEGORIES = TableKind(
    "inventory.import_categories",
    {
        "path": Field("path", gettext_lazy("Category"), ("category", "category path", "path"), read_path),
        "warranty_months": Field(
            "warranty_months", gettext_lazy("Warranty in months"), ("warranty in months", "warranty"),
            whole(MOST_MONTHS),
        ),
        "warranty_terms": Field(
            "warranty_terms", gettext_lazy("Warranty terms"), ("warranty terms",), text(2000)
        ),
        "name": Field("name", gettext_lazy("Specification"), ("specification", "asks for"), text(60)),
        "kind": Field("kind", gettext_lazy("Kind"), ("kind", "type"), one_of(Kind.choices, Kind.TEXT)),
        "unit": Field("unit", gettext_lazy("Unit"), ("unit",), text(20)),
        "choices": Field("choices", gettext_lazy("Choices"), ("choices", "options"), _choices),
        "is_required": Field(
            "is_required", gettext_lazy("Needed"), ("needed", "required"),
            one_of([(True, YES), (False, NO), (True, "1"), (False, "0")], False),
        ),
    },
    required=("path",),
    key=("path", "name"),
)  # fmt: skip


def tree_headers() -> list[str]:
    return [str(field.label) for field in CATEGORIES.fields.values()]


def tree_lines(categories: Iterable[Category]) -> Iterator[list[Any]]:
    """The tree as the import reads it again. `categories` bring their specifications along."""
    for category in categories:
        own = [category.path, category.warranty_months, category.warranty_terms]
        asked = list(category.specifications.all())
        for spec in asked:
            needed = _("yes") if spec.is_required else _("no")
            yield [*own, spec.name, spec.get_kind_display(), spec.unit, ", ".join(spec.choices), needed]
        if not asked:
            yield [*own, "", "", "", "", ""]
