"""Prices of a list replaced from a day on, many in one go, and put back. The caller holds the lock of the list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import connection

from pricing.models import PriceChange, PriceChangeLine, PriceRule

Key = tuple[int, int]
DAY = dt.timedelta(days=1)


def replace_prices(change: PriceChange, lines: Sequence[PriceChangeLine]) -> int:
    """Let each line's new price count from the change's first day on; gives how many prices were set.

    The database refuses overlapping prices, so what ends is ended first.
    """
    there = _rules_from(change, [line.product_id for line in lines])
    ends: list[tuple[int, dt.date]] = []
    amounts: list[tuple[int, Decimal]] = []
    made: list[tuple[PriceChangeLine, dt.date | None]] = []
    for line in lines:
        rules = there.get((line.product_id, line.min_quantity), [])
        now = next((rule for rule in rules if _starts(rule) <= change.starts_on), None)
        later = next((rule for rule in rules if _starts(rule) > change.starts_on), None)
        line.outcome = PriceChangeLine.Outcome.SET
        line.before = now.unit_price if now else line.before
        if now and now.unit_price == line.after:
            line.outcome = PriceChangeLine.Outcome.SAME
        elif now and now.valid_from == change.starts_on:
            line.rule = line.replaced = now
            amounts.append((now.pk, line.after))
        else:
            if now:
                line.replaced, line.replaced_to = now, now.valid_to
                ends.append((now.pk, change.starts_on - DAY))
            lasts = [now.valid_to if now else None, later and _starts(later) - DAY, change.ends_on]
            made.append((line, min((day for day in lasts if day), default=None)))
    _update("valid_to", ends)
    _update("unit_price", amounts)
    _insert(change, made)
    PriceChangeLine.objects.bulk_update(
        lines, ["before", "outcome", "rule", "replaced", "replaced_to"], batch_size=1000
    )
    return len(made) + len(amounts)


def put_back(change: PriceChange) -> None:
    """Take the new prices away and let those they ended count as before, where nobody has touched either since."""
    lines = list(
        change.lines.filter(outcome=PriceChangeLine.Outcome.SET)
        .select_related("rule", "replaced")
        .order_by("pk")
    )
    gone: list[int] = []
    ends: list[tuple[int, dt.date | None]] = []
    amounts: list[tuple[int, Decimal | None]] = []
    for line in lines:
        rule, replaced = line.rule, line.replaced
        if not _as_we_left_it(change, line):
            line.outcome = PriceChangeLine.Outcome.KEPT
            continue
        line.outcome = PriceChangeLine.Outcome.UNDONE
        if rule and replaced and rule.pk == replaced.pk:
            amounts.append((rule.pk, line.before))
        elif rule:
            gone.append(rule.pk)
            line.rule = None
            if replaced:
                ends.append((replaced.pk, line.replaced_to))
    PriceChangeLine.objects.bulk_update(lines, ["outcome", "rule"], batch_size=1000)
    PriceRule.objects.filter(pk__in=gone).delete()
    _update("valid_to", ends)
    _update("unit_price", amounts)


def _as_we_left_it(change: PriceChange, line: PriceChangeLine) -> bool:
    rule, replaced = line.rule, line.replaced
    if rule is None or (rule.unit_price, rule.valid_from) != (line.after, change.starts_on):
        return False
    return replaced is None or replaced == rule or replaced.valid_to == change.starts_on - DAY


def _starts(rule: PriceRule) -> dt.date:
    return rule.valid_from or dt.date.min


def _rules_from(change: PriceChange, products: list[int]) -> dict[Key, list[PriceRule]]:
    """The list's prices for everybody that count on the first day or later, by product and quantity, earliest first."""
    rules = (
        PriceRule.objects.select_for_update()
        .filter(price_list=change.price_list_id, customer__isnull=True, product__in=products)
        .not_ended(on=change.starts_on)
        .order_by("valid_from", "pk")
    )
    found: dict[Key, list[PriceRule]] = {}
    for rule in sorted(rules, key=_starts):
        found.setdefault((rule.product_id, rule.min_quantity), []).append(rule)
    return found


def _update(column: str, rows: list[Any]) -> None:
    """One column of many rules, each to its own value, in one statement."""
    if rows:
        keys, values = zip(*rows, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(UPDATES[column], [list(keys), list(values)])


UPDATES = {
    "valid_to": """UPDATE pricing_pricerule r SET valid_to = n.value
        FROM unnest(%s::bigint[], %s::date[]) AS n(id, value) WHERE r.id = n.id""",
    "unit_price": """UPDATE pricing_pricerule r SET unit_price = n.value
        FROM unnest(%s::bigint[], %s::numeric[]) AS n(id, value) WHERE r.id = n.id""",
}


def _insert(change: PriceChange, made: list[tuple[PriceChangeLine, dt.date | None]]) -> None:
    rules = [
        PriceRule(
            price_list_id=change.price_list_id,
            product_id=line.product_id,
            min_quantity=line.min_quantity,
            unit_price=line.after,
            valid_from=change.starts_on,
            valid_to=last,
        )
        for line, last in made
    ]
    PriceRule.objects.bulk_create(rules, batch_size=1000)
    for (line, _last), rule in zip(made, rules, strict=True):
        line.rule = rule
