"""The reasons of a price in words, in the language of whoever reads. Made from the JSON that a line keeps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.templatetags.figures import day

from .rules import Level, Lost


class Said(NamedTuple):
    """One price in words: what it is, how much, and for a loser why it did not count."""

    name: str
    price: Decimal
    because: str = ""


def winner(why: Mapping[str, Any] | None) -> str:
    """`Customer price until 31 Dec`; empty when the line keeps no reason."""
    won = (why or {}).get("won")
    return name(won) if won else ""


def losers(why: Mapping[str, Any] | None) -> list[Said]:
    """Every price that did not count, strongest first."""
    return [Said(name(lost), Decimal(lost["price"]), because(lost)) for lost in (why or {}).get("lost", [])]


def name(told: Mapping[str, Any]) -> str:
    """What a price is called, from which quantity it counts and until when."""
    words = {"list": told.get("list", "")}
    said = {
        Level.QUOTED: _("Quoted on %(list)s") % words,
        Level.CUSTOMER: _("Customer price"),
        Level.SEGMENT: _("Segment price “%(list)s”") % words,
        Level.QUANTITY_BREAK: _("Quantity price"),
        Level.PROMOTION: _("Promotion “%(list)s”") % words,
        Level.BASE: _("Base price"),
        Level.LIST_PRICE: _("List price"),
    }[Level(told["level"])]
    if "from" in told:
        pieces = ngettext("%(price)s from %(count)d piece", "%(price)s from %(count)d pieces", told["from"])
        said = pieces % {"price": said, "count": told["from"]}
    if "until" in told:
        said = _("%(price)s until %(day)s") % {"price": said, "day": _day(told["until"])}
    return said


def because(lost: Mapping[str, Any]) -> str:
    """`needs 10 pieces`, `ended 31 Oct`, `segment price wins`."""
    reason = Lost(lost["because"])
    what: Any = lost.get("what")
    if reason == Lost.TOO_FEW:
        return ngettext("needs %(count)d piece", "needs %(count)d pieces", what) % {"count": what}
    if reason == Lost.LEVEL:
        return _level_wins(Level(what))
    if reason in (Lost.ENDED, Lost.NOT_YET):
        text = _("ended %(day)s") if reason == Lost.ENDED else _("starts %(day)s")
        return text % {"day": _day(what)}
    if reason == Lost.CURRENCY:
        return _("is in %(currency)s") % {"currency": what}
    return {
        Lost.SMALLER_BREAK: _("a higher quantity is reached"),
        Lost.OLDER: _("a newer price wins"),
        Lost.DEARER: _("a lower price wins"),
        Lost.LATER_RULE: _("the same price stands in an older rule"),
    }[reason]


def _level_wins(level: Level) -> str:
    return {
        Level.QUOTED: _("the quoted price wins"),
        Level.CUSTOMER: _("customer price wins"),
        Level.SEGMENT: _("segment price wins"),
        Level.QUANTITY_BREAK: _("quantity price wins"),
        Level.PROMOTION: _("promotion wins"),
        Level.BASE: _("base price wins"),
        Level.LIST_PRICE: _("list price wins"),
    }[level]


def _day(iso: str) -> str:
    return day(dt.date.fromisoformat(iso))
