"""Pieces that wait: when they are expected, what the customer hears of it, and whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.tasks import after_commit
from credit.models import CreditAccount
from credit.operations import make_link
from inventory.expecting import Days
from inventory.queries.expecting import Expected, expectations
from messaging import operations as messaging
from orders.models import Backorder, Order, OrderLine, Status
from orders.queries.expected import expected_sentence

from .drafts import lock_order, note
from .queueing import keep_queue

FIRST, LAST = 1, 9
MAY_MOVE = {Status.DRAFT, Status.CREDIT_HOLD, Status.BACKORDERED, Status.CONFIRMED}


def review_backorders(product_ids: Iterable[int] | None = None, *, at: dt.datetime) -> int:
    """Look when the pieces that wait for these products (or for any) should come; how many customers were written to.

    A customer hears of a day when it is first known, that is when the pieces are on order, and again when it has moved
    by more than `BACKORDER_TELL_DAYS` from the day told last. Each order in its own transaction; looking again changes
    nothing.
    """
    found: dict[int, dict[int, Expected]] = defaultdict(dict)
    for reference, expected in expectations(product_ids, on=local_date(at)).items():
        kind, _colon, rest = reference.partition(":")
        if kind == "order":
            order, _line, position = rest.split(":")
            found[int(order)][int(position)] = expected
    kept: dict[int, dict[int, Backorder]] = defaultdict(dict)
    rows = Backorder.objects.filter(line__order__in=found, line__backordered__gt=0)
    for row in rows.select_related("line__order"):
        if row.confirmation == row.line.order.confirmations:
            kept[row.line.order_id][row.line.position] = row
    told = 0
    for pk in sorted(found):
        if any(_differs(kept[pk].get(place), each) for place, each in found[pk].items()):
            told += _review(pk, found[pk], at=at)
    return told


def _differs(row: Backorder | None, expected: Expected) -> bool:
    if row is None:
        return True
    days = expected.days
    now = (days.expected_on, days.likely_on) if days else (None, None)
    return (row.expected_on, row.likely_on, row.ordered) != (*now, expected.ordered)


@transaction.atomic
def _review(pk: int, expected: Mapping[int, Expected], *, at: dt.datetime) -> bool:
    """Keep what an order may expect, and write to its customer where that is news. Locks: order."""
    order = lock_order(Order(pk=pk))
    lines = order.lines.select_related("product", "backorder").filter(backordered__gt=0).order_by("position")
    news = []
    for line in lines:
        now = expected.get(line.position)
        if now is None or now.pieces != line.backordered:
            continue  # it has changed since; who changed it has asked for another look
        row = _row_of(line, order)
        days = now.days
        row.expected_on, row.likely_on = (days.expected_on, days.likely_on) if days else (None, None)
        row.ordered, row.looked_at = now.ordered, at
        if days and now.ordered and _is_news(row, days):
            row.told_on, row.times_told = days.expected_on, row.times_told + 1
            news.append((line, days))
        row.save()
    live.touch(order)
    if news:
        _tell_expected(order, news, at=at)
    return bool(news)


def _row_of(line: OrderLine, order: Order) -> Backorder:
    row = getattr(line, "backorder", None) or Backorder(line=line, confirmation=order.confirmations)
    if row.confirmation != order.confirmations:
        row.confirmation, row.told_on, row.times_told = order.confirmations, None, 0
    return row


def _is_news(row: Backorder, days: Days) -> bool:
    return row.told_on is None or abs((days.expected_on - row.told_on).days) > settings.BACKORDER_TELL_DAYS


def _tell_expected(order: Order, news: Sequence[tuple[OrderLine, Days]], *, at: dt.datetime) -> None:
    """When the goods should come, once for each time that is news."""
    with translation.override(order.customer.message_language):
        goods = "\n".join(expected_sentence(line.backordered, str(line.product), days) for line, days in news)
    times = sum(Backorder.objects.filter(line__order=order).values_list("times_told", flat=True))
    _write(order, "backorder_expected", goods, key=f"expected:{times}", at=at)
    told = "; ".join(expected_sentence(line.backordered, str(line.product), days) for line, days in news)
    note(order, "order.backorder_expected", _("Told when it comes: %s") % told, by=None, at=at)


def tell_arrived(
    order: Order, lines: Sequence[OrderLine], found: Mapping[int, int], *, at: dt.datetime
) -> None:
    """Goods it waited for are here: once for these pieces."""
    goods = "\n".join(f"{found[line.pk]} × {line.product}" for line in lines if line.pk in found)
    upto = sum(line.reserved + line.delivered for line in lines)
    _write(order, "backorder_arrived", goods, key=f"arrived:{upto}", at=at)


def tell_not_coming(order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> None:
    """The order was closed short: what of it does not come."""
    if lines:
        goods = "\n".join(f"{line.given_up} × {line.product}" for line in lines)
        _write(order, "order_closed_short", goods, key="short", at=at)


def _write(order: Order, event: str, goods: str, *, key: str, at: dt.datetime) -> None:
    account = CreditAccount.objects.get(customer_id=order.customer_id)
    messaging.queue(
        order.customer,
        event,
        context={"number": order.code, "goods": goods, "link": make_link(account, at=at).url},
        key=f"{order.confirmation}:{key}",
        about=f"orders.order:{order.pk}",
        at=at,
    )


@transaction.atomic
def prioritise_order(
    order: Order, priority: int, *, reason: str, by: Any, at: dt.datetime, version: int | None = None
) -> Order:
    """Change whose turn it is, saying why: 1 first, 9 last. What is here already is not taken from anybody.

    Locks: order.
    """
    order = lock_order(order, version=version)
    if order.status not in MAY_MOVE:
        raise Refusal(_("Order %(code)s no longer waits for anything.") % {"code": order.code}, code="status")
    if not FIRST <= priority <= LAST:
        raise Refusal(_("A priority is 1 to 9."), code="priority", field="priority")
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    if priority == order.priority:
        return order
    said = {"code": order.code, "before": order.priority, "now": priority, "why": reason.strip()[:200]}
    order.priority = priority
    order.version += 1
    order.save(update_fields=["priority", "version"])
    lines = list(order.lines.order_by("position"))
    if order.status == Status.BACKORDERED:
        keep_queue(order, lines)
        after_commit("orders.fill_backorders", product_ids=[ln.product_id for ln in lines if ln.backordered])
    note(
        order,
        "order.prioritised",
        _("Priority of %(code)s: %(before)d → %(now)d. %(why)s") % said,
        by=by,
        at=at,
    )
    live.touch(order)
    return order
