"""What is short: since when, how much is missing, who waits, what was lost, what to order from whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import (
    Count,
    F,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from inventory.models import (
    Location,
    PurchaseOrder,
    PurchaseOrderLine,
    Shortage,
    StockLevel,
    SupplierProduct,
    UnmetDemand,
    Waiting,
)

LATELY = dt.timedelta(days=30)
NAMED = 3
"""Customers of a product named in a list; the rest are counted."""


def shortages(user: Any = None, *, by: dt.date | None = None) -> QuerySet[Shortage]:
    """Short products with their figures, one query for all and one for who waits. `by`: those that will still be short
    on that day, counting what is expected until then.

    on_hand, reserved, backordered, incoming (and what `Shortage` makes of them); `coming_on`, the first day goods are
    expected; `late` pieces that should have been here; `shops` who wait, since `waits_since`; `lost` pieces asked for
    in vain in 30 days; `supplier_name`, who sells it to us.
    """
    today = timezone.localdate()
    levels = StockLevel.objects.filter(product=OuterRef("product"), location__kind=Location.Kind.SELLABLE)
    waiting = Waiting.objects.filter(product=OuterRef("product"))
    lines = _open_lines()
    lost = UnmetDemand.objects.filter(product=OuterRef("product"), day__gte=today - LATELY)
    offer = SupplierProduct.objects.filter(product=OuterRef("product")).offered()
    rows = Shortage.objects.annotate(
        on_hand=_sum(levels, F("on_hand")),
        reserved=_sum(levels, F("reserved")),
        backordered=_sum(waiting, F("pieces")),
        incoming=_sum(lines, F("outstanding")),
        late=_sum(lines.filter(expected_on__lt=today), F("outstanding")),
        coming_on=_one(lines, Min("expected_on")),
        shops=Coalesce(_one(waiting, Count("customer", distinct=True)), 0),
        waits_since=_one(waiting, Min("since")),
        lost=_sum(lost, F("pieces")),
        supplier_name=Subquery(offer.values("supplier__name")[:1]),
        supplier_key=Subquery(offer.values("supplier")[:1]),
        least=Coalesce(Subquery(offer.values("minimum_quantity")[:1]), 1),
        pack=Coalesce(Subquery(offer.values("pack_size")[:1]), 1),
    )
    if by is not None:
        rows = rows.annotate(then=free() + until(by))
        rows = rows.filter(Q(then__lt=0) | Q(then__lte=F("product__reorder_point")))
    seen = Waiting.objects.all() if user is None else Waiting.objects.visible_to(user)
    who = Prefetch("product__waiting", seen.in_turn().select_related("customer"), to_attr="waiting_seen")
    return rows.select_related("product__brand", "product__category").prefetch_related(who)


def free() -> Any:
    """What is here, less what is promised and what is waited for, as an expression on a row of `shortages`."""
    return F("on_hand") - F("reserved") - F("backordered")


def until(day: dt.date) -> Any:
    """Pieces expected to come by the end of that day, as an expression on a row of `shortages`."""
    return _sum(_open_lines().filter(expected_on__lte=day), F("outstanding"))


def _open_lines() -> QuerySet[PurchaseOrderLine]:
    return PurchaseOrderLine.objects.filter(
        product=OuterRef("product"),
        order__status__in=PurchaseOrder.OPEN,
        outstanding__gt=0,
        order__location__kind=Location.Kind.SELLABLE,
    )


def who_waits(row: Any) -> str:
    """The first customers in the queue of a row, with their pieces."""
    return in_short([(each.customer.name, each.pieces) for each in row.product.waiting_seen])


def in_short(queue: Sequence[tuple[str, int]]) -> str:
    """“Ravi Mobiles (5), City Phones (8) +2”: a queue of (customer, pieces), each customer once."""
    seen: dict[str, int] = {}
    for name, pieces in queue:
        seen[name] = seen.get(name, 0) + pieces
    named = [f"{name} ({pieces})" for name, pieces in list(seen.items())[:NAMED]]
    return ", ".join(named) + (f" +{len(seen) - NAMED}" if len(seen) > NAMED else "")


def _sum(rows: QuerySet[Any], what: Any) -> Any:
    return Coalesce(_one(rows, Sum(what)), 0)


def _one(rows: QuerySet[Any], what: Any) -> Subquery:
    return Subquery(rows.order_by().values("product").annotate(figure=what).values("figure"))
