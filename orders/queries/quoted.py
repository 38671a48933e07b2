"""Prices that were promised on paper hold until its day; what has changed since, before anybody confirms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core.dates import local_date
from core.money import ZERO, format_money
from orders.models import Order, Quotation, QuotedPrices
from pricing.queries import PricedLine, price_each
from pricing.rules import Candidate, Level

SEES_COST = "inventory.view_cost"


class Changed(NamedTuple):
    """A quoted line whose price or cost is another one today. Costs are None for who may not see them."""

    name: str
    quoted: Decimal
    today: Decimal | None
    cost_then: Decimal | None
    cost_now: Decimal | None

    @property
    def cost_rose(self) -> bool:
        return self.cost_then is not None and self.cost_now is not None and self.cost_now > self.cost_then


class Quoted(NamedTuple):
    """What an order was promised, and what that means today. `today_total` None: some line has no price today."""

    quotation: Quotation
    changed: list[Changed]
    today_total: Decimal | None


def promised_prices(order: Order) -> dict[int, Candidate]:
    """The prices the order's last quotation promises, by product: for as many pieces as were quoted or more.

    None once somebody decided for today's prices. Pricing itself lets them end with the paper's day.
    """
    if order.quotation_id is None or order.quoted_prices == QuotedPrices.TODAY:
        return {}
    paper = order.quotation
    assert paper is not None
    return {
        line["product"]: Candidate(
            0,
            "quoted",
            paper.number,
            paper.currency,
            Decimal(line["unit_price"]),
            line["price_includes_tax"],
            line["quantity"],
            paper.issued_on,
            paper.valid_until,
        )
        for line in paper.lines
        if "product" in line
    }


def since_quoted(order: Order, priced: Sequence[PricedLine], *, by: Any, at: dt.datetime) -> Quoted | None:
    """What changed since the quotation, for lines that stand at its prices; None when no line does. One round trip."""
    held = [line for line in priced if (line.why.get("won") or {}).get("level") == Level.QUOTED]
    paper = order.quotation
    if paper is None or not held:
        return None
    today = dict(
        zip(
            [line.product_id for line in priced],
            price_each(
                order.customer,
                [(line.product_id, line.quantity) for line in priced],
                on=local_date(at),
                currency=order.currency,
                discounts={line.product_id: line.discount for line in priced},
            ),
            strict=True,
        )
    )
    sees_cost = by is not None and by.has_perm(SEES_COST)
    changed = [one for line in held if (one := _changed(paper, line, today[line.product_id], sees_cost))]
    known = [line for line in today.values() if line is not None]
    total = sum((line.gross for line in known), ZERO) if len(known) == len(today) else None
    return Quoted(paper, changed, total)


def _changed(paper: Quotation, line: PricedLine, today: PricedLine | None, sees_cost: bool) -> Changed | None:
    then = paper.costs.get(str(line.product_id)) if sees_cost else None
    one = Changed(
        line.name,
        line.unit_price,
        today.unit_price if today else None,
        Decimal(then) if then is not None else None,
        line.unit_cost if sees_cost else None,
    )
    same = today is not None and (today.net, today.tax) == (line.net, line.tax)
    return None if same and not one.cost_rose else one


def in_words(one: Changed, currency: str) -> str:
    """`Display X is 95.00 today, quoted at 100.00`; with the cost for who may see it."""
    said = {"name": one.name, "quoted": format_money(one.quoted, currency)}
    if one.today is None:
        text = _("%(name)s has no price today, quoted at %(quoted)s") % said
    elif one.today != one.quoted:
        said["today"] = format_money(one.today, currency)
        text = _("%(name)s is %(today)s today, quoted at %(quoted)s") % said
    else:
        text = _("%(name)s, quoted at %(quoted)s") % said
    if one.cost_rose and one.cost_then is not None and one.cost_now is not None:
        costs = {"then": format_money(one.cost_then), "now": format_money(one.cost_now)}
        text = f"{text}, {_('its cost rose from %(then)s to %(now)s') % costs}"
    return text
