"""After confirmation: filling backorders, handing over the goods, closing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from credit import operations as credit
from credit.models import Invoice
from inventory import operations as inventory
from inventory.models import Product
from inventory.queries.reservations import open_references
from orders.amounts import unbilled
from orders.models import Order, OrderLine, Status

from .confirm import bill, line_reference, save_with_lines, take_billing
from .drafts import lock_order, note
from .queueing import turn_of
from .telling import tell_filled

log = structlog.get_logger(__name__)


@transaction.atomic
def deliver_order(order: Order, *, by: Any, at: dt.datetime, version: int | None = None) -> Order:
    """Hand over every reserved piece. What is backordered goes on waiting.

    With invoices at delivery, what is handed over is invoiced now. Refuses when nothing is reserved.
    Locks: order, credit account, stock, invoice number.
    """
    order = lock_order(order, version=version)
    lines = _lines(order)
    if order.status not in {Status.CONFIRMED, Status.BACKORDERED}:
        order.go(Status.DELIVERED)
    going = {line.pk: line.reserved for line in lines if line.reserved}
    if not going:
        raise Refusal(_("No piece of %s is here to deliver.") % order.code, code="nothing_reserved")
    account = credit.lock_account(order.customer_id, on=local_date(at))
    inventory.ship(open_references(order.reference), document=order.code, by=by, at=at)
    for line in lines:
        line.delivered += line.reserved
        line.reserved = 0
    billed = take_billing(lines, _goods(lines), going if settings.INVOICE_AT == "delivery" else {})
    if not any(line.backordered for line in lines):
        order.delivered_at = at
        order.go(Status.DELIVERED)
        if all(line.invoiced == line.quantity for line in lines):
            order.go(Status.INVOICED)
    save_with_lines(order, lines)
    note(
        order,
        "order.delivered",
        _("%(pieces)d pieces of order %(code)s delivered")
        % {"pieces": sum(going.values()), "code": order.code},
        by=by,
        at=at,
    )
    if billed:
        credit.commit_order(account, order.reference, unbilled(lines))
        bill(order, account, lines, billed, by=by, at=at)
    close_if_paid(order)
    return order


@transaction.atomic
def fill_backorder(order: Order, *, by: Any, at: dt.datetime) -> int:
    """Reserve what has arrived for a backordered order, and invoice it; the number of pieces found.

    Credit was judged for the whole order when it was confirmed, so it isn't asked again.
    Locks: order, credit account, stock, invoice number.
    """
    order = lock_order(order)
    if order.status != Status.BACKORDERED:
        return 0
    lines = _lines(order)
    waiting = [line for line in lines if line.backordered]
    account = credit.lock_account(order.customer_id, on=local_date(at))
    taken = inventory.reserve(
        [
            inventory.StockLine(
                line_reference(order, line, f":from:{line.reserved + line.delivered}"),
                line.product_id,
                line.backordered,
            )
            for line in waiting
        ],
        location=order.location_id,
        partial=True,
        turn=turn_of(order, at=at),
        at=at,
    )
    found = {}
    for line, got in zip(waiting, taken, strict=True):
        if got.reserved:
            found[line.pk] = got.reserved
            line.reserved += got.reserved
            line.backordered -= got.reserved
    if not found:
        return 0
    billed = take_billing(lines, _goods(lines), found if settings.INVOICE_AT == "confirmation" else {})
    if not any(line.backordered for line in lines):
        order.go(Status.CONFIRMED)
    save_with_lines(order, lines)
    note(
        order,
        "order.backorder_filled",
        _("%(pieces)d backordered pieces of order %(code)s are here")
        % {"pieces": sum(found.values()), "code": order.code},
        by=by,
        at=at,
    )
    tell_filled(order, sum(found.values()), at=at)
    if billed:
        credit.commit_order(account, order.reference, unbilled(lines))
        bill(order, account, lines, billed, by=by, at=at)
    return sum(found.values())


def fill_backorders(product_ids: list[int], *, at: dt.datetime) -> int:
    """Fill the orders that wait for these products, by priority, then age; the number of pieces found.

    Each in its own transaction, so that one order's trouble doesn't hold up the rest. No order gets what an earlier one
    waits for, whoever looks first: pieces are reserved by turn (`inventory.reserve`). Two receipts at once therefore
    fill the queue in its order, and pieces that came while this ran are given out by the task of their own receipt.
    """
    orders = (
        Order.objects.filter(
            status=Status.BACKORDERED, lines__product_id__in=product_ids, lines__backordered__gt=0
        )
        .distinct()
        .order_by("priority", "confirmed_at", "pk")
    )
    found = 0
    for order in orders:
        try:
            found += fill_backorder(order, by=order.confirmed_by, at=at)
        except Refusal as refusal:
            log.warning("backorder_not_filled", order=order.code, why=str(refusal))
    return found


def close_if_paid(order: Order) -> None:
    """An order whose goods and invoices are all done is closed; one whose payment was reversed is open again."""
    if order.status not in {Status.INVOICED, Status.CLOSED}:
        return
    owed = Invoice.objects.open().filter(order_number=order.code).exists()
    wanted = Status.INVOICED if owed else Status.CLOSED
    if order.status != wanted:
        order.go(wanted)
        order.version += 1
        order.save(update_fields=["status", "version"])
        live.touch(order)


def review_closing(customer_id: int) -> None:
    """Close what a payment has settled, reopen what a reversal has not."""
    orders = Order.objects.filter(customer_id=customer_id, status__in=[Status.INVOICED, Status.CLOSED])
    for pk in orders.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            close_if_paid(Order.objects.locked().get(pk=pk))


def _lines(order: Order) -> list[OrderLine]:
    """The lines with their products."""
    return list(order.lines.select_related("product").order_by("position"))


def _goods(lines: list[OrderLine]) -> list[Product]:
    return [line.product for line in lines]
