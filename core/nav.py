"""What stands in the rail and the bottom bar. Each app lists its own places in `<app>/nav.py`:

    # orders/nav.py
    from django.utils.translation import gettext_lazy as _
    from core.nav import Place

    PLACES = [Place(_("Orders"), "shopping-cart", "orders:order_list", "orders.view_order", order=20, phone=True)]

A place is shown to people who have its permission. The bottom bar of a phone has room for four of them, then "More".
`count` gives the rows that wait there, for the number beside the word; `topic` is the kind of record whose changes
change it (core.live). All numbers of a page cost one statement together, so give the rows an index of their own.

A place `under` another (by that one's URL name) belongs to its section: the rail shows the places of a section while
one is inside it, a small screen shows them as a row above the page. What waits there is added to the number of the
section.

Further declarations of the same file: `CREATE`, see `Shortcut`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import F, Func, IntegerField, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from . import live
from .models import Notification

ON_PHONE = 4


@dataclass(frozen=True)
class Place:
    """One target of the shell. `icon` is a heroicon's name; `permission` "" is for everybody who is logged in."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    order: int = 50
    phone: bool = False
    key: str = ""
    """The letter of its shortcut, after g: "o" for `g o`."""
    count: Callable[[Any], QuerySet[Any]] | None = None
    """The rows waiting there, as this person may see them."""
    topic: str = ""
    hot: bool = False
    """Whether the number means trouble."""
    under: str = ""
    """The URL name of the place whose section this one belongs to."""


@dataclass(frozen=True)
class Target:
    """A place as one person sees it on one page."""

    label: str | Promise
    icon: str
    url: str
    current: bool
    name: str = ""
    key: str = ""
    count: int | None = None
    hot: bool = False
    inside: tuple[Target, ...] = ()
    """The places of its section, while the page is inside of it."""


class Shell(NamedTuple):
    """All targets of a person, those of them that stand in the bottom bar of a phone, and the bell.

    `unread` notifications, the `last` of which has this key; `create` is the big button of the top bar; `section` is
    the place whose section the page is in, None outside of any.
    """

    rail: list[Target]
    bar: list[Target]
    unread: int = 0
    last: int = 0
    create: Shortcut | None = None
    section: Target | None = None

    @property
    def elsewhere(self) -> int:
        """What waits in the places behind "More"."""
        return sum(t.count or 0 for t in self.rail if t.hot and t not in self.bar)


class Shortcut(NamedTuple):
    """The one thing most people come for, as a button in the top bar: `CREATE = Shortcut(_("New order"), …)`.

    Not on its own page, nor on the one `beside` it, whose head has the button.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str
    key: str = ""
    beside: str = ""

    def shown_to(self, user: Any, path: str) -> bool:
        own = {self.url, reverse(self.beside)} if self.beside else {self.url}
        return user.has_perm(self.permission) and path not in own

    @property
    def url(self) -> str:
        return reverse(self.url_name)


class Numbers(NamedTuple):
    """What the shell counts for one person: unread notifications, the newest one's key, and what waits per place."""

    unread: int
    last: int
    waiting: dict[str, int]


@cache
def places() -> tuple[Place, ...]:
    """Every place that an installed app declares, in their order."""
    found = [place for module in _modules() for place in getattr(module, "PLACES", [])]
    return tuple(sorted(found, key=lambda place: place.order))


@cache
def shortcuts() -> tuple[Shortcut, ...]:
    return tuple(module.CREATE for module in _modules() if hasattr(module, "CREATE"))


def shell(request: HttpRequest) -> Shell:
    """The targets that this person may open, with the one they are in marked. One statement counts everything."""
    user: Any = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Shell([], [])
    shown = [(p, url) for p in places_of(user) if (url := _url(p))]
    here = max((url for _p, url in shown if _within(request.path, url)), key=len, default=None)
    numbers = numbers_of(user)
    made = [(p, _target(p, url, url == here, numbers)) for p, url in shown]
    heads = {p.url_name for p, _t in made}
    targets = []
    for p, t in made:
        if p.under in heads:
            continue
        own = tuple(inner for other, inner in made if other.under == p.url_name)
        inside = own if own and (t.current or any(inner.current for inner in own)) else ()
        targets.append((p, replace(t, inside=inside)))
    return Shell(
        [t for _p, t in targets],
        [t for p, t in targets if p.phone][:ON_PHONE],
        numbers.unread,
        numbers.last,
        next((s for s in shortcuts() if _url(s) and s.shown_to(user, request.path)), None),
        next((t for _p, t in targets if t.inside), None),
    )


def _target(place: Place, url: str, current: bool, numbers: Numbers) -> Target:
    count = numbers.waiting.get(place.url_name)
    return Target(place.label, place.icon, url, current, place.url_name, place.key, count, place.hot)


def places_of(user: Any) -> list[Place]:
    """The places this person may open."""
    return [p for p in places() if not p.permission or user.has_perm(p.permission)]


def topics_of(user: Any) -> set[str]:
    """What changes the numbers of this person's shell."""
    return {live.topic(user)} | {p.topic for p in places() if p.topic}


def numbers_of(user: Any) -> Numbers:
    """All numbers of the shell, in one statement whatever is counted."""
    mine = Notification.objects.visible_to(user).order_by()
    counted = {p.url_name: p.count(user) for p in places_of(user) if p.count}
    row = (
        get_user_model()
        ._default_manager.filter(pk=user.pk)
        .order_by()
        .values_list(
            _one(mine.unread(), "COUNT"),
            _one(mine, "MAX"),
            *(_one(rows.order_by(), "COUNT") for rows in counted.values()),
        )
        .first()
    )
    unread, last, *waiting = row or (0, 0, *([0] * len(counted)))
    # What Django knows to be empty it does not ask: that is no number, but null.
    found = {name: number or 0 for name, number in zip(counted, waiting, strict=True)}
    for place in places_of(user):
        if place.under and place.count:
            found[place.under] = found.get(place.under, 0) + found[place.url_name]
    return Numbers(unread, last or 0, found)


def _one(rows: QuerySet[Any], function: str) -> Subquery:
    """A figure over all rows, as a subquery: a function that Django does not take for an aggregate, so no GROUP BY."""
    whole = Func(F("pk"), function=function, output_field=IntegerField())
    return Subquery(rows.annotate(figure=whole).values("figure"))


@cache
def _modules() -> tuple[Any, ...]:
    return tuple(
        import_module(f"{config.name}.nav")
        for config in apps.get_app_configs()
        if config.name != "core" and module_has_submodule(config.module, "nav")
    )


def _url(place: Place | Shortcut) -> str:
    """Where the place is; "" when its app has no such URL (an app that is being built)."""
    try:
        return reverse(place.url_name)
    except NoReverseMatch:
        return ""


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url))
