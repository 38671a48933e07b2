"""What a customer buys: how much, how often, what most, in which months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import ExtractMonth, TruncMonth
from django.utils.dates import MONTHS_3

from core.charts import Chart, Series, compact, draw
from core.money import ZERO, format_money, round_money
from customers.models import Customer
from orders.models import Purchase

SINCE = dt.timedelta(days=730)
"""The seasonal pattern needs at least one whole year; two show whether it comes again."""


class Favourite(NamedTuple):
    """A product bought often: in how many orders or invoices, how many pieces, for how much."""

    product_id: int | None
    sku: str
    description: str
    times: int
    pieces: int
    kept: Decimal


class Habits(NamedTuple):
    """The purchases of a customer in one currency, without what was cancelled; money is without what came back."""

    currency: str
    orders: int
    spent: Decimal
    average: Decimal
    pieces: int
    returned: int
    first: dt.datetime | None
    last: dt.datetime | None
    favourites: list[Favourite]
    months: list[tuple[int, str, Decimal, int]]

    @property
    def best_month(self) -> str:
        """The name of the month that brings most; "" before anything was bought."""
        best = max(self.months, key=lambda month: month[2])
        return best[1] if best[2] else ""


def habits(customer: Customer, *, at: dt.datetime) -> Habits:
    """Three queries over all that one customer bought."""
    rows = Purchase.objects.bought().filter(customer=customer, currency=customer.currency)
    sums = rows.aggregate(
        orders=Count("document", distinct=True),
        spent=Sum("kept"),
        pieces=Sum("quantity"),
        returned=Sum("returned"),
        first=Min("at"),
        last=Max("at"),
    )
    most = (
        rows.values("product_id", "sku", "description")
        .annotate(times=Count("document", distinct=True), pieces=Sum("quantity"), money=Sum("kept"))
        .order_by("-times", "-pieces", "sku")[:8]
    )
    by_month = (
        rows.filter(at__gte=at - SINCE)
        .annotate(month=ExtractMonth("at"))
        .values("month")
        .annotate(money=Sum("kept"), years=Count(TruncMonth("at"), distinct=True))
        .order_by("month")
    )
    known = {each["month"]: (each["money"], each["years"]) for each in by_month}
    months = []
    for number in range(1, 13):
        money, years = known.get(number, (ZERO, 1))
        months.append((number, str(MONTHS_3[number]).capitalize(), round_money(money / years), years))
    spent = sums["spent"] or ZERO
    return Habits(
        customer.currency,
        sums["orders"],
        spent,
        round_money(spent / sums["orders"]) if sums["orders"] else ZERO,
        sums["pieces"] or 0,
        sums["returned"] or 0,
        sums["first"],
        sums["last"],
        [
            Favourite(
                each["product_id"],
                each["sku"],
                each["description"],
                each["times"],
                each["pieces"],
                each["money"],
            )
            for each in most
        ],
        months,
    )


def season_chart(known: Habits, label: str) -> Chart | None:
    """What a usual month of each name brings, over two years; None where nothing was bought."""
    if not known.orders:
        return None
    return draw(
        [name for _number, name, _money, _years in known.months],
        [Series(label, [money for _number, _name, money, _years in known.months])],
        kind="columns",
        write=lambda value: format_money(value, known.currency),
        axis=lambda value: compact(value, known.currency),
    )
