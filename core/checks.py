"""`manage.py check`: every screen says who may open it, in a permission that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.urls import URLPattern, URLResolver, get_resolver

from .screens import ListScreen, Screen
from .words import catalogs

COMPILE = "Run `python -m core.words --compile`; bin/demo, bin/test and the image do."


@register()
def screens_declare_permission(**_kwargs: Any) -> list[CheckMessage]:
    """A screen without a declared right, or with one that no model defines, is an error."""
    known = known_permissions()
    found: list[CheckMessage] = []
    for screen in sorted(
        set(screens(get_resolver().url_patterns)), key=lambda s: f"{s.__module__}.{s.__qualname__}"
    ):
        if screen.public:
            continue
        if screen.permission_required is None:
            hint = "Set permission_required (or LOGGED_IN for anybody logged in), or public = True."
            found.append(
                Error("This screen doesn't say who may open it.", hint=hint, obj=screen, id="core.E001")
            )
        found += [
            Error(f"No model defines the permission {name!r}.", obj=screen, id="core.E002")
            for name in screen.permissions()
            if name not in known
        ]
    return found


@register()
def translations_are_compiled(**_kwargs: Any) -> list[CheckMessage]:
    """A language that can be chosen and was not compiled shows English, and nobody is told why."""
    return [
        Caution(f"The translations of {path.parts[-3]} are not compiled.", hint=COMPILE, id="core.W001")
        for path in map(catalogs.path_of, catalogs.LANGUAGES)
        if not path.with_suffix(".mo").exists()
    ]


@register()
def lists_name_their_columns(**_kwargs: Any) -> list[CheckMessage]:
    """Layouts and saved views remember columns by name, links a bulk action: each is there, once."""
    found: list[CheckMessage] = []
    lists = {s for s in screens(get_resolver().url_patterns) if issubclass(s, ListScreen)}
    for screen in sorted(lists, key=lambda s: f"{s.__module__}.{s.__qualname__}"):
        for named in ([c.name for c in screen.columns], [a.name for a in screen.bulk]):
            odd = sorted({name or '""' for name in named if not name or named.count(name) > 1})
            if odd:
                hint = "Give the Column a key of its own."
                text = f"These names are missing or there twice: {', '.join(odd)}."
                found.append(Error(text, hint=hint, obj=screen, id="core.E003"))
    return found


def screens(patterns: list[URLPattern | URLResolver]) -> Iterator[type[Screen]]:
    """The screens behind a tree of URLs."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from screens(pattern.url_patterns)
        else:
            screen = getattr(pattern.callback, "view_class", None)
            if isinstance(screen, type) and issubclass(screen, Screen):
                yield screen


def known_permissions() -> set[str]:
    """`app.codename` of every permission that migrate will make."""
    names = set()
    for model in apps.get_models():
        meta = model._meta
        names |= {f"{meta.app_label}.{verb}_{meta.model_name}" for verb in meta.default_permissions}
        names |= {f"{meta.app_label}.{codename}" for codename, _label in meta.permissions}
    return names
