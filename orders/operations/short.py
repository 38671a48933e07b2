"""What a line does where pieces are missing: it was chosen beforehand, line by line, and holds when it is confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import Refusal
from core.money import round_money
from inventory.models import Location, Product
from inventory.queries import availability, substitutes_of
from orders.models import Order, OrderLine

from .drafts import Item, note, put_lines

When = OrderLine.WhenShort


class Resolved(NamedTuple):
    """The items as they are sold; pieces that were left out, and pieces of a substitute that stand in."""

    items: list[Item]
    dropped: int = 0
    substituted: int = 0


def resolve_short(items: Sequence[Item], here: Mapping[int, int]) -> Resolved:
    """Apply each item's choice to what is `here` ({product: pieces}). Pure; what waits stays as it is.

    A substitute goes onto its own line, or a new one; what is missing of it waits.
    """
    result: list[Item] = []
    instead: dict[int, int] = {}
    dropped = substituted = 0
    for item in items:
        found = max(0, min(item.quantity, here.get(item.product_id, 0)))
        missing = item.quantity - found
        if not missing or item.when_short == When.WAIT:
            result.append(item)
            continue
        if item.when_short == When.SUBSTITUTE and item.substitute_id:
            instead[item.substitute_id] = instead.get(item.substitute_id, 0) + missing
            substituted += missing
        else:
            found = 0 if item.when_short == When.DROP else found
            dropped += item.quantity - found
        if found:
            less = round_money(item.discount * found / item.quantity)
            result.append(item._replace(quantity=found, discount=less))
    for place, item in enumerate(result):
        result[place] = item._replace(quantity=item.quantity + instead.pop(item.product_id, 0))
    result += [Item(product, pieces) for product, pieces in instead.items()]
    return Resolved(result, dropped, substituted)


def has_choice(items: Sequence[Any]) -> bool:
    """Whether a line asks for something else than to wait."""
    return any(item.when_short != When.WAIT for item in items)


def here_for(items: Sequence[Item], location: Location | int) -> dict[int, int]:
    """Pieces of each product that nobody has been promised."""
    shelf = availability([item.product_id for item in items], location)
    return {pk: each.available for pk, each in shelf.items()}


def with_substitutes(items: Sequence[Item], location: Location | int) -> list[Item]:
    """Name the substitute of each item that asks for one and has none: the first that is here, else it waits."""
    asking = [
        item.product_id for item in items if item.when_short == When.SUBSTITUTE and not item.substitute_id
    ]
    if not asking:
        return list(items)
    found = substitutes_of(list(Product.objects.filter(pk__in=asking)), location)
    first = {pk: others[0][0].pk for pk, others in found.items() if others}
    return [
        item._replace(substitute_id=first[item.product_id])
        if item.product_id in asking and item.product_id in first
        else item._replace(when_short=When.WAIT)
        if item.product_id in asking
        else item
        for item in items
    ]


def honour_choices(order: Order, lines: Sequence[OrderLine], *, by: Any, at: dt.datetime) -> bool:
    """Rewrite the lines of a draft by what each asked for; whether they changed. No query when all may wait."""
    if not has_choice(lines):
        return False
    items = [
        Item(line.product_id, line.quantity, line.discount, line.when_short, line.substitute_id)
        for line in lines
    ]
    resolved = resolve_short(items, here_for(items, order.location_id))
    if resolved.items == items:
        return False
    if not resolved.items:
        raise Refusal(_("Nothing of this order is here; every line is left out."), code="nothing_left")
    order.lines.all().delete()
    put_lines(order, resolved.items, at=at)
    note(order, "order.shortened", f"{order.code}: {said_of(resolved)}", by=by, at=at)
    return True


def said_of(resolved: Resolved) -> str:
    """What was done with the missing pieces, in words."""
    parts = []
    if resolved.dropped:
        said = ngettext("drops %(n)d piece", "drops %(n)d pieces", resolved.dropped)
        parts.append(said % {"n": resolved.dropped})
    if resolved.substituted:
        said = ngettext(
            "sells %(n)d piece of a substitute", "sells %(n)d pieces of a substitute", resolved.substituted
        )
        parts.append(said % {"n": resolved.substituted})
    return ", ".join(parts)


def refuse_if_stock_changed(lines: Sequence[OrderLine]) -> None:
    """After reserving: a line that would not wait found fewer pieces than a moment before."""
    if any(line.backordered and line.when_short != When.WAIT for line in lines):
        raise Refusal(
            _("Stock changed while this was confirmed. Look at the lines and confirm again."),
            code="stock_changed",
        )
