"""What is to be taken off the shelf for orders, in the order one walks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from inventory.models import StockLevel
from orders.models import Order, OrderLine, Pick, PickMark, Status


class ToPick(NamedTuple):
    """Pieces of one product on one shelf. `picked`: of these, already taken."""

    product_id: int
    sku: str
    barcode: str
    name: str
    shelf: str
    pieces: int
    picked: int = 0

    @property
    def left(self) -> int:
        return max(0, self.pieces - self.picked)


def picks_of(orders: Sequence[Order]) -> dict[int, list[ToPick]]:
    """The reserved pieces of each order, by shelf, then name. Three queries, however many orders."""
    keys = [order.pk for order in orders]
    place = {order.pk: order.location_id for order in orders}
    lines = list(OrderLine.objects.filter(order__in=keys, reserved__gt=0).select_related("product"))
    levels = StockLevel.objects.filter(
        product__in={line.product_id for line in lines}, location__in=set(place.values())
    )
    shelves = {(p, where): shelf for p, where, shelf in levels.values_list("product", "location", "shelf")}
    marks = PickMark.objects.filter(pick__order__in=keys, pick__ended_at=None).order_by()
    counted = marks.values_list("pick__order", "product").annotate(n=Sum("pieces"))
    picked = {(order, product): n for order, product, n in counted}
    found: dict[int, list[ToPick]] = {}
    for line in lines:
        shelf = shelves.get((line.product_id, place[line.order_id])) or ""
        found.setdefault(line.order_id, []).append(
            ToPick(
                line.product_id,
                line.product.sku,
                line.product.barcode or "",
                line.product.name,
                shelf,
                line.reserved,
                picked.get((line.order_id, line.product_id), 0),
            )
        )
    return {pk: sorted(each, key=_walk) for pk, each in found.items()}


def _walk(each: ToPick) -> tuple[bool, str, str]:
    """Along the shelves; what lies nowhere in particular last."""
    return not each.shelf, each.shelf, each.name


def totals(picks: Iterable[ToPick]) -> list[ToPick]:
    """The same products together, by shelf."""
    together: dict[tuple[int, str], ToPick] = {}
    for each in picks:
        before = together.get((each.product_id, each.shelf))
        pieces = each.pieces + (before.pieces if before else 0)
        picked = each.picked + (before.picked if before else 0)
        together[each.product_id, each.shelf] = each._replace(pieces=pieces, picked=picked)
    return sorted(together.values(), key=_walk)


def to_pick() -> QuerySet[Any]:
    """Confirmed orders with reserved pieces, with `pieces`, `picked` and who picks (`picker`)."""
    lines = OrderLine.objects.filter(order=OuterRef("pk"), reserved__gt=0).order_by()
    marks = PickMark.objects.filter(pick__order=OuterRef("pk"), pick__ended_at=None).order_by()
    open_pick = Pick.objects.filter(order=OuterRef("pk"), ended_at=None)
    return Order.objects.filter(Exists(lines), status__in=[Status.CONFIRMED, Status.BACKORDERED]).annotate(
        pieces=_sum_of(lines.values("order"), F("reserved")),
        picked=_sum_of(marks.values("pick__order"), F("pieces")),
        picker=Subquery(open_pick.values("picker__name")[:1]),
    )


def _sum_of(rows: QuerySet[Any], what: Any) -> Any:
    return Coalesce(Subquery(rows.annotate(n=Sum(what)).values("n"), output_field=IntegerField()), 0)
