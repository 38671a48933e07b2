"""Counting what lies on the shelves, while selling goes on: opening a count and writing down what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.numbering import take_number
from core.once import wait_for_twin
from inventory.models import (
    Category,
    Location,
    StockCount,
    StockCountEntry,
    StockCountLine,
    StockLevel,
    StockMove,
)

from .locations import tidy_shelf
from .stock import LARGEST_QUANTITY, lock_levels, name_of, pk_of

COUNTS = "CNT"
Scope, State = StockCount.Scope, StockCount.State


@transaction.atomic
def open_count(
    *,
    location: Location | int,
    scope: str = Scope.LOCATION,
    shelf_from: str = "",
    shelf_to: str = "",
    category: Category | None = None,
    products: Iterable[int] = (),
    blind: bool = True,
    note: str = "",
    reference: str,
    by: Any,
    at: dt.datetime,
) -> StockCount:
    """Begin a count of what the books say lies there, one line a product. Nothing is frozen; selling goes on.

    Chosen products are counted also where none is on hand. The same `reference` gives the first count back.
    Locks: the number.
    """
    wait_for_twin(f"count:{reference}")
    if told := StockCount.objects.filter(reference=reference).first():
        return told
    shelf_from, shelf_to = tidy_shelf(shelf_from), tidy_shelf(shelf_to)
    chosen = sorted(set(products))
    levels = _to_count(pk_of(location), scope, shelf_from, shelf_to, category, chosen)
    shelves = dict(levels.values_list("product_id", "shelf"))
    wanted = {pk: shelves.get(pk, "") for pk in (chosen if scope == Scope.PRODUCTS else shelves)}
    if not wanted:
        raise Refusal(_("The books know of nothing to count there. Choose something else."), code="nothing")
    count = StockCount.objects.create(
        number=take_number(COUNTS, on=local_date(at)),
        location_id=pk_of(location),
        scope=scope,
        shelf_from=shelf_from if scope == Scope.SHELVES else "",
        shelf_to=shelf_to if scope == Scope.SHELVES else "",
        category=category if scope == Scope.CATEGORY else None,
        blind=blind,
        note=note.strip(),
        reference=reference,
        opened_by=by,
        opened_at=at,
    )
    StockCountLine.objects.bulk_create(
        (StockCountLine(count=count, product_id=pk, shelf=shelf) for pk, shelf in wanted.items()),
        batch_size=1000,
    )
    live.touch(count)
    return count


def _to_count(
    place: int, scope: str, shelf_from: str, shelf_to: str, category: Category | None, chosen: list[int]
) -> QuerySet[StockLevel]:
    levels = StockLevel.objects.filter(location_id=place)
    if scope == Scope.PRODUCTS:
        return levels.filter(product_id__in=chosen)
    levels = levels.filter(on_hand__gt=0)
    if scope == Scope.CATEGORY:
        if category is None:
            raise Refusal(_("Choose a category."), code="no_category", field="category")
        path = category.path
        return levels.filter(
            Q(product__category=category) | Q(product__category__path__startswith=f"{path} > ")
        )
    if scope == Scope.SHELVES:
        if not shelf_from and not shelf_to:
            raise Refusal(_("Say from which shelf to which."), code="no_shelf", field="shelf_from")
        levels = levels.exclude(shelf="")
        if shelf_from:
            levels = levels.filter(shelf__gte=shelf_from)
        if shelf_to:  # A-03 holds A-03-2
            levels = levels.filter(Q(shelf__lte=shelf_to) | Q(shelf__startswith=shelf_to))
    return levels


@transaction.atomic
def count_product(
    count: StockCount,
    product_id: int,
    pieces: int,
    *,
    adds: bool = False,
    seen: int | None = None,
    reference: str,
    by: Any,
    at: dt.datetime,
) -> StockCountLine:
    """Write down that so many pieces were counted: in all, or with `adds` besides what was counted before.

    The line remembers what the books say at this moment. `seen` is its `rounds` as the person saw it: a figure that
    would silently replace somebody else's is refused. A product that nobody expected gets a line. A `reference` that
    was written before is not written again. Locks: the line, then the level, so that a sale is before it or after it.
    """
    line = _line(count, product_id)
    if StockCountEntry.objects.filter(reference=reference).exists():
        return line
    if StockCount.objects.values_list("state", flat=True).get(pk=count.pk) != State.COUNTING:
        raise Refusal(_("%s is not being counted any more.") % count.number, code="not_counting")
    before = None if line.recount else line.counted
    total = (before or 0) + pieces if adds else pieces
    if not 0 <= total <= LARGEST_QUANTITY:
        message = _("%(product)s: %(total)s pieces can't be counted. Enter 0 to %(most)s.")
        named = {"product": name_of(product_id), "total": total, "most": f"{LARGEST_QUANTITY:,}"}
        raise Refusal(message % named, code="quantity", field="pieces")
    if not adds and before is not None and seen is not None and seen != line.rounds:
        raise Refusal(
            _(
                "%(by)s counted %(counted)s of %(product)s in the meantime. Add your %(pieces)s to it, or replace it?"
            )
            % {
                "by": line.counted_by or "?",
                "counted": line.counted,
                "product": name_of(product_id),
                "pieces": pieces,
            },
            code="counted_meanwhile",
            line=line,
        )
    place = count.location_id
    level = lock_levels([(product_id, place)])[(product_id, place)]
    going_on = adds and before is not None and line.expected is not None
    line.moved = line.moved + level.on_hand - (line.expected or 0) if going_on else 0
    line.counted, line.expected = total, level.on_hand
    line.counted_by, line.counted_at = by, at
    line.after_move = StockMove.objects.order_by().aggregate(last=Max("pk"))["last"] or 0
    line.rounds = line.rounds + 1
    line.recount = False
    line.save()
    StockCountEntry.objects.create(
        line=line,
        pieces=pieces,
        adds=adds,
        total=total,
        on_hand=level.on_hand,
        reference=reference,
        by=by,
        at=at,
    )
    live.touch(count)
    return line


def _line(count: StockCount, product_id: int) -> StockCountLine:
    """The line of a product, locked; made when nobody expected the product there."""
    StockCountLine.objects.bulk_create(
        [StockCountLine(count=count, product_id=product_id, unexpected=True)], ignore_conflicts=True
    )
    lines = StockCountLine.objects.select_related("counted_by").select_for_update(of=("self",))
    return lines.get(count=count, product_id=product_id)


@transaction.atomic
def ask_recount(line: StockCountLine, *, by: Any, at: dt.datetime) -> StockCount:
    """Have a product counted again; the count goes back to counting when it had ended. Its entries stay."""
    count = locked_count(line.count_id)
    if count.state not in (State.COUNTING, State.REVIEW):
        raise Refusal(_("%s is decided already.") % count.number, code="decided")
    StockCountLine.objects.filter(pk=line.pk, counted__isnull=False).update(recount=True, dropped=False)
    if count.state == State.REVIEW:
        count.state, count.closed_by, count.closed_at = State.COUNTING, None, None
        count.save(update_fields=["state", "closed_by", "closed_at"])
    live.touch(count)
    return count


def locked_count(pk: int) -> StockCount:
    """The count, locked against everybody, also against new lines."""
    return StockCount.objects.select_for_update(of=("self",)).select_related("location").get(pk=pk)
