"""A long form in sections. Its page shows them as panels, with a list of them beside where there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from django.forms import BoundField
from django.utils.functional import Promise


class Section(NamedTuple):
    """A part of a long form."""

    title: str | Promise
    fields: list[BoundField]
    name: str = ""
    """The id of the element that holds its fields, when something fills it anew."""
    empty: str | Promise = ""
    """What is said when it has no fields now."""

    @property
    def wrong(self) -> int:
        """How many of its fields have a mistake."""
        return sum(bool(field.errors) for field in self.fields)


class Sectioned:
    """For a form: `sections = {_("Who"): ["name", "kind"], …}`. Fields that this person doesn't get are left out."""

    sections: ClassVar[Mapping[Any, Sequence[str]]] = {}

    def in_sections(self: Any) -> list[Section]:
        """The fields, bound, under their headings."""
        made = [
            Section(title, [self[name] for name in names if name in self.fields])
            for title, names in self.sections.items()
        ]
        return [section for section in made if section.fields]
