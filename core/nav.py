"""What stands in the rail and the bottom bar. Each app lists its own places in `<app>/nav.py`:

    # orders/nav.py
    from django.utils.translation import gettext_lazy as _
    from core.nav import Place

    PLACES = [Place(_("Orders"), "shopping-cart", "orders:order_list", "orders.view_order", order=20, phone=True)]

A place is shown to people who have its permission. The bottom bar of a phone has room for four of them, then "More".
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

ON_PHONE = 4


class Place(NamedTuple):
    """One target of the shell. `icon` is a heroicon's name; `permission` "" is for everybody who is logged in."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    order: int = 50
    phone: bool = False


class Target(NamedTuple):
    """A place as one person sees it on one page."""

    label: str | Promise
    icon: str
    url: str
    current: bool


class Shell(NamedTuple):
    """All targets of a person, and those of them that stand in the bottom bar of a phone."""

    rail: list[Target]
    bar: list[Target]


@cache
def places() -> tuple[Place, ...]:
    """Every place that an installed app declares, in their order."""
    found: list[Place] = []
    for config in apps.get_app_configs():
        if config.name != "core" and module_has_submodule(config.module, "nav"):
            found += getattr(import_module(f"{config.name}.nav"), "PLACES", [])
    return tuple(sorted(found, key=lambda place: place.order))


def shell(request: HttpRequest) -> Shell:
    """The targets that this person may open, with the one they are in marked."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Shell([], [])
    shown = [
        (p, url) for p in places() if (not p.permission or user.has_perm(p.permission)) and (url := _url(p))
    ]
    here = max((url for _p, url in shown if _within(request.path, url)), key=len, default=None)
    targets = [(p, Target(p.label, p.icon, url, url == here)) for p, url in shown]
    return Shell([t for _p, t in targets], [t for p, t in targets if p.phone][:ON_PHONE])


def _url(place: Place) -> str:
    """Where the place is; "" when its app has no such URL (an app that is being built)."""
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return ""


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
