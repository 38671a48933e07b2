"""The tree of categories, and what each asks of its products."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from inventory.models import Category, Product, Specification
from inventory.models.catalogue import line_of


class Branch(NamedTuple):
    """A category in the tree: what stands of its path below its parent, how deep, and what is in it."""

    category: Category
    label: str
    depth: int
    products: int
    within: int
    specifications: int


def category_tree() -> list[Branch]:
    """All categories, each under its parent. `products` lie right in it, `within` in it and all below it."""
    counted: Any = Category.objects.annotate(
        own=Count("products", distinct=True), asked=Count("specifications", distinct=True)
    )
    found = sorted(counted, key=lambda category: [part.casefold() for part in category.path.split(" > ")])
    within: dict[str, int] = {}
    for category in found:
        for path in category.line:
            within[path] = within.get(path, 0) + category.own
    known = {category.path for category in found}
    branches = []
    for category in found:
        above = [path for path in category.line[:-1] if path in known]
        label = category.path.removeprefix(f"{above[-1]} > ") if above else category.path
        branches.append(
            Branch(category, label, len(above), category.own, within[category.path], category.asked)
        )
    return branches


def below(path: str, field: str = "path") -> Q:
    """A category of this path, or one below it."""
    return Q(**{field: path}) | Q(**{f"{field}__startswith": f"{path} > "})


def specifications_of(category: Category | None) -> list[Specification]:
    """What products of this category are asked for: what stands above it first, the nearest of a name counts."""
    if category is None:
        return []
    line = line_of(category.path)
    found = Specification.objects.filter(category__path__in=line).select_related("category")
    return _merged(found, line)


def specifications_by_path(paths: Iterable[str]) -> dict[str, list[Specification]]:
    """The same for many categories at once, by their paths, in one query."""
    wanted = set(paths)
    every = {step for path in wanted for step in line_of(path)}
    found = list(Specification.objects.filter(category__path__in=every).select_related("category"))
    made = {}
    for path in wanted:
        line = line_of(path)
        made[path] = _merged([spec for spec in found if spec.category.path in line], line)
    return made


def _merged(found: Iterable[Specification], line: list[str]) -> list[Specification]:
    ordered = sorted(found, key=lambda spec: (line.index(spec.category.path), spec.position, spec.pk))
    nearest: dict[str, Specification] = {}
    for spec in ordered:
        nearest[spec.name.casefold()] = spec  # stays where the name stood first
    return list(nearest.values())


def specification_names() -> list[str]:
    """The names that any category asks for, each once."""
    names: dict[str, str] = {}
    for name in Specification.objects.order_by("name").values_list("name", flat=True):
        names.setdefault(name.casefold(), name)
    return list(names.values())


def holders(specification: Specification, name: str = "") -> QuerySet[Product]:
    """Products for which this specification is the one that counts: not those below a nearer one of its name.

    `name`: what it was called before, when it has just been given another.
    """
    category = specification.category
    held = Product.objects.filter(below(category.path, "category__path"))
    nearer = Specification.objects.filter(
        category__path__startswith=f"{category.path} > ", name__iexact=name or specification.name
    )
    for path in nearer.values_list("category__path", flat=True):
        held = held.exclude(below(path, "category__path"))
    return held


class Warranty(NamedTuple):
    """What is promised for a product, and which category says so ("" when the product does itself)."""

    months: int
    terms: str
    months_from: str = ""
    terms_from: str = ""


def warranty_of(product: Product) -> Warranty:
    """Months and terms, each as the product says, else as the nearest category above it that says one."""
    line = line_of(product.category.path) if product.category else []
    above = {category.path: category for category in Category.objects.filter(path__in=line)}
    found = [above[path] for path in reversed(line) if path in above]
    months, months_from = product.warranty_months, ""
    if months is None:
        by = next((category for category in found if category.warranty_months is not None), None)
        months, months_from = (by.warranty_months, by.path) if by else (0, "")
    terms, terms_from = product.warranty_terms, ""
    if not terms:
        by = next((category for category in found if category.warranty_terms), None)
        terms, terms_from = (by.warranty_terms, by.path) if by else ("", "")
    return Warranty(months or 0, terms, months_from, terms_from)


def note_kept(product: Product) -> str:
    """What a product keeps that its category does not ask for, in a sentence; "" when that is nothing."""
    asked = {spec.name for spec in specifications_of(product.category)}
    kept = [name for name in product.specifications if name not in asked]
    if not kept or not asked:
        return ""
    return _("Kept, though its category does not ask for it: %(names)s.") % {"names": ", ".join(sorted(kept))}
