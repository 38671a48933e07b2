"""The tree of categories changed: added, named anew, moved, merged, and what each asks of its products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from core import live
from core.errors import Refusal
from inventory.models import Category, Product, Specification
from inventory.models.catalogue import line_of
from inventory.queries.categories import below, holders
from inventory.specs import retyped

LONGEST_PATH = 240
UNNAMED = Concat(Value("\x01"), Cast("pk", CharField()))
"""What rows are called while they change names among themselves."""
ARROW = Category.SEPARATOR
TOLD = ("name", "kind", "unit", "choices", "is_required", "position")
"""What is written down of a specification."""


def clean_name(name: str) -> str:
    """One part of a path. Refuses an empty one; an arrow in it would make two."""
    name = " ".join(name.split())
    if not name:
        raise Refusal(_("A category needs a name."), field="name")
    if ">" in name:
        raise Refusal(_("A name has no “>” in it; choose what it lies under instead."), field="name")
    return name


@transaction.atomic
def add_category(name: str, *, under: Category | None = None) -> Category:
    """A new category, at the top or under another. Refused when it is there."""
    path = _path(clean_name(name), under.path if under else "")
    _refuse_taken(path)
    return ensure_categories([path])[path]


def ensure_categories(paths: Sequence[str]) -> dict[str, Category]:
    """Categories by path, with all above them, made where missing."""
    wanted = sorted({step for path in paths for step in line_of(path)})
    known = {category.path: category for category in Category.objects.filter(path__in=wanted)}
    missing = [path for path in wanted if path not in known]
    if missing:
        Category.objects.bulk_create([Category(path=path) for path in missing], ignore_conflicts=True)
        known |= {category.path: category for category in Category.objects.filter(path__in=missing)}
    return known


@transaction.atomic
def rename_category(category: Category, name: str) -> Category:
    """Another name; everything below it comes along."""
    return _repath(category, _path(clean_name(name), category.path.rpartition(ARROW)[0]))


@transaction.atomic
def move_category(category: Category, under: Category | None) -> Category:
    """Put it, with everything below it, under another category, or at the top."""
    if under is not None and (under.path == category.path or under.path.startswith(category.path + ARROW)):
        raise Refusal(_("A category can't lie in itself."), field="under")
    return _repath(category, _path(category.name, under.path if under else ""))


@transaction.atomic
def describe_category(category: Category, **changes: Any) -> Category:
    """Its warranty, which holds for all products in and below it that say none themselves."""
    category = Category.objects.select_for_update().get(pk=category.pk)
    for name, value in changes.items():
        setattr(category, name, value)
    category.save(update_fields=list(changes))
    live.touch(category)
    return category


@transaction.atomic
def merge_categories(category: Category, into: Category) -> Category:
    """Put all products of a category, and what lies below it, into another; it is gone then.

    What both ask for stays as the other asks for it; values of products stay in any case.
    """
    if into.path == category.path or into.path.startswith(category.path + ARROW):
        raise Refusal(_("Choose a category outside of this one."), field="into")
    rows = list(Category.objects.select_for_update().filter(below(category.path)).order_by("pk"))
    into = Category.objects.select_for_update().get(pk=into.pk)
    for old in sorted(rows, key=lambda row: row.depth):
        path = into.path + old.path.removeprefix(category.path)
        target = into if old.pk == category.pk else Category.objects.filter(path=path).first()
        if target is None:
            _check_length(path)
            old.path = path
            old.save(update_fields=["path"])
        else:
            _pour(old, target)
    for old in sorted(rows, key=lambda row: -row.depth):
        if old.path == category.path or old.path.startswith(category.path + ARROW):
            old.delete()
    live.touch(into)
    return into


def _pour(old: Category, target: Category) -> None:
    """Everything that points to one category points to the other."""
    asked = {name.casefold() for name in target.specifications.values_list("name", flat=True)}
    for spec in old.specifications.all():
        if spec.name.casefold() not in asked:
            spec.category = target
            spec.save(update_fields=["category"])
    for relation in Category._meta.related_objects:
        model: Any = relation.related_model
        if model is not Specification and not model.__name__.endswith("Event") and not relation.many_to_many:
            model._base_manager.filter(**{relation.field.name: old}).update(**{relation.field.name: target})
    if target.warranty_months is None and old.warranty_months is not None:
        target.warranty_months = old.warranty_months
    target.warranty_terms = target.warranty_terms or old.warranty_terms
    target.save()


def _repath(category: Category, path: str) -> Category:
    rows = list(Category.objects.select_for_update().filter(below(category.path)).order_by("pk"))
    if path == category.path:
        return category
    moved = {row.pk: path + row.path.removeprefix(category.path) for row in rows}
    for new in moved.values():
        _check_length(new)
    taken = Category.objects.filter(path__in=moved.values()).exclude(pk__in=moved).first()
    if taken:
        message = _("There is “%(path)s” already. Merge the two instead.")
        raise Refusal(message % {"path": taken.path}, code="category_taken")
    ensure_categories(line_of(path)[:-1])
    # Through names that nothing has: a path may be that of another row of the same move.
    Category.objects.filter(pk__in=moved).update(path=UNNAMED)
    for row in rows:
        row.path = moved[row.pk]
    Category.objects.bulk_update(rows, ["path"])
    live.touch(category)
    return next(row for row in rows if row.pk == category.pk)


def _path(name: str, under: str) -> str:
    path = f"{under}{ARROW}{name}" if under else name
    _check_length(path)
    return path


def _check_length(path: str) -> None:
    if len(path) > LONGEST_PATH:
        message = _("The whole path has %(length)s characters, at most %(most)s fit.")
        raise Refusal(message % {"length": len(path), "most": LONGEST_PATH}, field="name")


def _refuse_taken(path: str) -> None:
    other = Category.objects.filter(path__iexact=path).first()
    if other:
        raise Refusal(_("There is “%(path)s” already.") % {"path": other.path}, field="name")


class SpecificationLine(NamedTuple):
    """One specification as it is typed. `pk` is None for a new one."""

    pk: int | None
    name: str
    kind: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False


@transaction.atomic
def set_specifications(category: Category, lines: Sequence[SpecificationLine]) -> Category:
    """What a category asks for, in this order. Those that are not named any more are gone; products keep their values.

    A new name takes the values of products along, another kind turns them where they can be read so.
    """
    category = Category.objects.select_for_update().get(pk=category.pk)
    there = {spec.pk: spec for spec in category.specifications.all()}
    lines = _told_by_name(lines, there.values())
    if set_twice := _twice([line.name for line in lines]):
        raise Refusal(_("“%(name)s” stands there twice.") % {"name": set_twice})
    kept = {line.pk for line in lines if line.pk is not None}
    if missing := kept - there.keys():
        raise Refusal(_("Somebody removed %(n)s of these meanwhile. Look again.") % {"n": len(missing)})
    Specification.objects.filter(pk__in=there.keys() - kept).delete()
    # Two may have changed names with each other: none keeps its name while the others are written.
    old_names = {pk: spec.name for pk, spec in there.items()}
    renamed = [line.pk for line in lines if line.pk is not None and line.name != old_names[line.pk]]
    Specification.objects.filter(pk__in=renamed).update(name=UNNAMED)
    for position, line in enumerate(lines):
        spec = there.get(line.pk or 0) or Specification(category=category)
        before = (old_names.get(spec.pk, ""), spec.kind, list(spec.choices))
        was = {name: getattr(spec, name) for name in TOLD}
        spec.name, spec.kind, spec.unit = line.name, line.kind, line.unit
        spec.choices, spec.is_required, spec.position = list(line.choices), line.is_required, position
        if spec.pk is None or was != {name: getattr(spec, name) for name in TOLD}:
            spec.save()
        if spec.pk in kept and before[0] != spec.name:
            _rename_values(spec, before[0])
        if spec.pk not in kept or before[1:] != (spec.kind, spec.choices):
            _retype_values(spec)
    live.touch(category)
    return category


def _told_by_name(
    lines: Sequence[SpecificationLine], there: Iterable[Specification]
) -> list[SpecificationLine]:
    """A line without a key whose name stands there already is that one: the same page sent twice adds nothing."""
    kept = {line.pk for line in lines}
    named = {spec.name.casefold(): spec.pk for spec in there if spec.pk not in kept}
    return [line if line.pk else line._replace(pk=named.get(line.name.casefold())) for line in lines]


def _twice(names: Sequence[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            return name
        seen.add(name.casefold())
    return ""


RENAME = """
UPDATE inventory_product
SET specifications = (specifications - %s::text) || jsonb_build_object(%s::text, specifications -> %s::text)
WHERE id = ANY(%s::bigint[])
"""


def _rename_values(spec: Specification, old: str) -> None:
    held = holders(spec, old).filter(specifications__has_key=old).select_for_update(of=("self",))
    keys = list(held.order_by("pk").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(RENAME, [old, spec.name, old, keys])


def _retype_values(spec: Specification) -> None:
    held = holders(spec).filter(specifications__has_key=spec.name)
    for product in held.select_for_update(of=("self",)):
        values = retyped(product.specifications, [spec])
        if values != product.specifications:
            Product.objects.filter(pk=product.pk).update(specifications=values)
