"""What the pieces of an order cost us: those that left at what they left with, the others at today's cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings

from core.money import ZERO, round_money
from inventory.models import ProductCost
from inventory.queries.valuation import issue_costs_under
from orders.models import Order, OrderLine
from orders.references import position_in, sales_of


class LineMargin(NamedTuple):
    """Costs of a line in the base currency: of pieces that left (as we know it today) and of those still to go."""

    net: Decimal
    gone: int
    gone_cost: Decimal
    pending: int
    pending_cost: Decimal

    @property
    def cost(self) -> Decimal:
        return self.gone_cost + self.pending_cost

    @property
    def margin(self) -> Decimal:
        return self.net - self.cost

    @property
    def percent(self) -> Decimal | None:
        return round_money(self.margin * 100 / self.net) if self.net else None


def line_margins(order: Order, lines: Sequence[OrderLine]) -> dict[int, LineMargin]:
    """By line; one whose cost nobody knows is missing, and so are all lines of an order in another currency.

    What left costs what stock issued it at, by the moving average or first in first out (`COST_OF_SALES`); a freight
    bill that came later counts. Everything else costs the average of today. Two queries, however many lines.
    """
    if order.currency != settings.CURRENCY:
        return {}
    averages = dict(
        ProductCost.objects.filter(pk__in=[line.product_id for line in lines]).values_list("pk", "average")
    )
    gone: dict[int, int] = defaultdict(int)
    costs: dict[int, Decimal | None] = defaultdict(lambda: ZERO)
    if any(line.delivered for line in lines):
        for reference, issue in issue_costs_under(sales_of(order)).items():
            place = position_in(reference)
            told, amount = costs[place], issue.fifo if settings.COST_OF_SALES == "fifo" else issue.average
            gone[place] += issue.pieces
            costs[place] = None if told is None or amount is None else told + amount
    found = {}
    for line in lines:
        cost, average = costs[line.position], averages.get(line.product_id)
        pending = line.quantity - gone[line.position]
        if cost is None or (pending and not average):
            continue
        rest = round_money(pending * (average or ZERO))
        found[line.pk] = LineMargin(line.net, gone[line.position], round_money(cost), pending, rest)
    return found
