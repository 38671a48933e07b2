"""The command palette: what people find and do from everywhere. Each app declares its part in `<app>/palette.py`:

    from core.palette import Asked, Command, Hit, Source, Verb

    def invoices(asked: Asked) -> list[Hit]:
        rows = queries.invoices_meant(asked.text, asked.found("customer"), user=asked.user)[: asked.limit]
        return [Hit(i.number, i.get_absolute_url(), sub=f"{i.customer} · {money(i.total)}", icon="document-text")
                for i in rows]

    SOURCES = [Source("invoice", _("Invoices"), "credit.view_invoice", invoices, order=50)]
    COMMANDS = [Command(_("Receive goods"), "inbox-arrow-down", "inventory:receive", "inventory.receive_goods")]
    VERBS = [Verb("customer", _("New order for %(name)s"), _("new order|order for|order"), "plus",
                  lambda hit: f"{reverse('orders:order_add')}?customer={hit.key}", "orders.add_order")]

A **source** gives at most `asked.limit` hits of one kind, in one query, through `visible_to(asked.user)`, by index, and
forgives typos where people type names. Sources are asked in their order, so documents can be found by the customers
that were found before them (`asked.found("customer")`, their keys). One that raises is left out, and logged.

A **command** is a place or a form. Every place of the rail is one already. `words` are what else people call it.

A **verb** is what can be done with a hit of one kind: it stands with the hit (Tab), and comes first when people type it
before the name ("order krishna").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

import structlog
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .nav import places_of
from .planner import by_index

log = structlog.get_logger(__name__)
PER_KIND = 5
MOST_COMMANDS = 6
LONGEST = 80


@dataclass(frozen=True)
class Hit:
    """One thing that was found. `key` is its primary key, `badge` a word with its `tone`."""

    title: str
    url: str
    sub: str = ""
    icon: str = "document"
    key: Any = None
    badge: str | Promise = ""
    tone: str = ""
    name: str = ""
    """What verbs call it, when that is not its title."""
    sure: bool = False
    """Its code or number is what was typed: its kind comes first."""
    options: tuple[Option, ...] = ()

    @property
    def options_json(self) -> str:
        """For the script: what can be done with it."""
        return json.dumps([[str(option.label), option.url] for option in self.options])


class Option(NamedTuple):
    """One thing to do with a hit."""

    label: str | Promise
    url: str


@dataclass
class Asked:
    """What was typed, by whom, and what was found for it so far."""

    text: str
    user: Any
    limit: int = PER_KIND
    hits: dict[str, list[Hit]] = field(default_factory=dict)

    def found(self, kind: str) -> list[Any]:
        """The keys of the hits of a kind that was asked before."""
        return [hit.key for hit in self.hits.get(kind, [])]


class Source(NamedTuple):
    """Hits of one kind."""

    kind: str
    label: str | Promise
    permission: str
    find: Callable[[Asked], list[Hit]]
    order: int = 50


class Command(NamedTuple):
    """Something to open. `main`: shown before anything is typed."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str = ""
    words: str | Promise = ""
    main: bool = False


class Verb(NamedTuple):
    """Something to do with a hit of a kind. `words`: what people type before the name, parted by |."""

    kind: str
    label: str | Promise
    words: str | Promise
    icon: str
    url: Callable[[Hit], str]
    permission: str = ""
    order: int = 50


class Group(NamedTuple):
    """Hits under one heading."""

    kind: str
    label: str | Promise
    hits: list[Hit]


def find(text: str, *, user: Any) -> list[Group]:
    """What fits the text, by kind; with an empty text, the main things to do."""
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    if not text:
        return _shown([Group("do", _("Do"), _commands(user, "", main=True))])
    verb, rest = _verb_in(text, user)
    asked = Asked(rest or text, user)
    _ask(
        [s for s in sources() if user.has_perm(s.permission) and (verb is None or s.kind == verb.kind)], asked
    )
    groups = [
        Group(s.kind, s.label, _with_options(s.kind, asked.hits.get(s.kind, []), user)) for s in sources()
    ]
    does = _commands(user, text)
    if verb is not None:
        return _shown([Group("do", _("Do"), _done(verb, asked.hits.get(verb.kind, [])) + does), *groups])
    do = Group("do", _("Do"), does)
    first = any(_begins(str(hit.title), text) for hit in does)
    return _shown([do, *groups] if first else [*groups, do])


def _ask(wanted: list[Source], asked: Asked) -> None:
    """Ask the sources one after the other, by index, in one transaction; after one that breaks, in another."""
    left = list(wanted)
    while left:
        source = left[0]
        try:
            with transaction.atomic(), by_index():
                while left:
                    source = left.pop(0)
                    asked.hits[source.kind] = source.find(asked)[:PER_KIND]
        except Exception:
            if settings.DEBUG or getattr(settings, "PANEL_ERRORS_RAISE", False):
                raise
            log.exception("palette_source_failed", kind=source.kind)


def _with_options(kind: str, hits: list[Hit], user: Any) -> list[Hit]:
    possible = [v for v in verbs() if v.kind == kind and (not v.permission or user.has_perm(v.permission))]
    return [
        Hit(**{**_fields(hit), "options": (*hit.options, *(_option(verb, hit) for verb in possible))})
        for hit in hits
    ]


def _fields(hit: Hit) -> dict[str, Any]:
    return dict(vars(hit))


def _option(verb: Verb, hit: Hit) -> Option:
    return Option(str(verb.label) % {"name": hit.name or hit.title}, verb.url(hit))


def _done(verb: Verb, hits: Iterable[Hit]) -> list[Hit]:
    """The verb done with each hit, as hits themselves."""
    made = ((hit, _option(verb, hit)) for hit in hits)
    return [Hit(str(option.label), option.url, sub=hit.sub, icon=verb.icon) for hit, option in made]


def _verb_in(text: str, user: Any) -> tuple[Verb | None, str]:
    """The verb that the text begins with, and what follows it; the longest words first."""
    typed = text.casefold()
    found = [
        (word, verb)
        for verb in verbs()
        if not verb.permission or user.has_perm(verb.permission)
        for word in str(verb.words).casefold().split("|")
        if word and typed.startswith(f"{word} ") and len(typed) > len(word) + 2
    ]
    if not found:
        return None, text
    word, verb = max(found, key=lambda pair: len(pair[0]))
    return verb, text[len(word) :].strip()


def _commands(user: Any, text: str, *, main: bool = False) -> list[Hit]:
    """The commands and places whose words all begin with what was typed, those that are so called first."""
    typed = text.casefold().split()
    found = []
    for command in _known(user):
        said = f"{command.label} {command.words}".casefold().replace("|", " ").split()
        if (main and command.main) or (
            typed and all(any(word.startswith(t) for word in said) for t in typed)
        ):
            try:
                found.append(Hit(str(command.label), reverse(command.url_name), icon=command.icon))
            except NoReverseMatch:
                continue
    if not main:
        found.sort(key=lambda hit: not _begins(hit.title, text))
    return found[: MOST_COMMANDS + 4 if main else MOST_COMMANDS]


def _begins(title: str, text: str) -> bool:
    return title.casefold().startswith(text.casefold())


def _known(user: Any) -> list[Command]:
    """The commands this person may use, and the places as commands."""
    mine = [c for c in commands() if not c.permission or user.has_perm(c.permission)]
    go = [
        Command(p.label, p.icon, p.url_name, words=gettext_lazy("go to"), main=p.phone)
        for p in places_of(user)
    ]
    return [*mine, *go]


def _shown(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.hits]


@cache
def sources() -> tuple[Source, ...]:
    return tuple(sorted(_declared("SOURCES"), key=lambda source: source.order))


@cache
def commands() -> tuple[Command, ...]:
    return tuple(_declared("COMMANDS"))


@cache
def verbs() -> tuple[Verb, ...]:
    return tuple(sorted(_declared("VERBS"), key=lambda verb: verb.order))


def _declared(what: str) -> list[Any]:
    found: list[Any] = []
    for config in apps.get_app_configs():
        if config.name != "core" and module_has_submodule(config.module, "palette"):
            found += getattr(import_module(f"{config.name}.palette"), what, [])
    return found
