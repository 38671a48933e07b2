"""After confirmation: filling backorders, handing over the goods, closing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.numbering import take_number
from core.tasks import after_commit
from credit import operations as credit
from credit.models import Invoice
from inventory import operations as inventory
from inventory.models import Product
from inventory.queries.reservations import open_reservations
from orders.amounts import unbilled
from orders.models import Delivery, DeliveryLine, Order, OrderLine, Status
from orders.references import line_reference, position_in

from .backorders import tell_arrived
from .confirm import bill, save_with_lines, take_billing
from .drafts import lock_order, note
from .picking import end_pick
from .queueing import turn_of
from .telling import tell_filled

DELIVERIES = "DLV"
log = structlog.get_logger(__name__)


@transaction.atomic
def deliver_order(
    order: Order,
    *,
    by: Any,
    at: dt.datetime,
    version: int | None = None,
    pieces: Mapping[int, int] | None = None,
    put_back: Collection[int] = (),
    reason: str = "",
    words: str = "",
) -> Order:
    """Hand over every reserved piece, or so many of each line (`{line_pk: pieces}`), as a delivery of its own.

    What is backordered goes on waiting. Reserved pieces that don't go stay reserved; of the lines in `put_back` they
    are given up, with a `reason`, and wait again: the first in the queue gets them. With invoices at delivery, what is
    handed over is invoiced now. Refuses when nothing goes, and more than is reserved.
    Locks: order, credit account, stock, document numbers.
    """
    order = lock_order(order, version=version)
    lines = _lines(order)
    if order.status not in {Status.CONFIRMED, Status.BACKORDERED}:
        order.go(Status.DELIVERED)
    going = _going(order, lines, pieces)
    given_up = {line.pk: line.reserved - going.get(line.pk, 0) for line in lines if line.pk in put_back}
    if any(given_up.values()) and not reason.strip():
        raise Refusal(_("Say why pieces are put back."), code="no_reason", field="reason")
    account = credit.lock_account(order.customer_id, on=local_date(at))
    _move_stock(order, lines, going, given_up, by=by, at=at)
    for line in lines:
        line.delivered += going.get(line.pk, 0)
        line.backordered += given_up.get(line.pk, 0)
        line.reserved -= going.get(line.pk, 0) + given_up.get(line.pk, 0)
    at_delivery = settings.INVOICE_AT == "delivery" and not order.is_free
    billed = take_billing(lines, _goods(lines), going if at_delivery else {})
    if not any(line.backordered or line.reserved for line in lines):
        order.delivered_at = at
        order.go(Status.DELIVERED)
        if order.is_free:
            order.go(Status.CLOSED)
        elif all(line.invoiced == line.quantity for line in lines):
            order.go(Status.INVOICED)
    elif order.status == Status.CONFIRMED and any(line.backordered for line in lines):
        order.go(Status.BACKORDERED)
    save_with_lines(order, lines)
    end_pick(order, at=at)
    note(
        order,
        "order.delivered",
        _("%(pieces)d pieces of order %(code)s delivered")
        % {"pieces": sum(going.values()), "code": order.code},
        by=by,
        at=at,
    )
    if any(given_up.values()):
        text = _("%(pieces)d pieces of order %(code)s put back: %(reason)s")
        said = {"pieces": sum(given_up.values()), "code": order.code, "reason": reason.strip()}
        note(order, "order.put_back", text % said, by=by, at=at)
        put = [line.product_id for line in lines if given_up.get(line.pk)]
        after_commit("orders.fill_backorders", product_ids=sorted(put))
    invoice = None
    if billed:
        credit.commit_order(account, order.reference, unbilled(lines))
        invoice = bill(order, account, lines, billed, by=by, at=at)
    _write_delivery(order, going, invoice, words, by=by, at=at)
    close_if_paid(order)
    return order


def _going(order: Order, lines: list[OrderLine], pieces: Mapping[int, int] | None) -> dict[int, int]:
    """`{line_pk: pieces}` that go now."""
    if pieces is None:
        going = {line.pk: line.reserved for line in lines if line.reserved}
        if not going:
            raise Refusal(_("No piece of %s is here to deliver.") % order.code, code="nothing_reserved")
        return going
    known = {line.pk: line for line in lines}
    going = {pk: count for pk, count in pieces.items() if count}
    if not going:
        raise Refusal(_("Say how many pieces go."), code="nothing_goes")
    for pk, count in going.items():
        line = known.get(pk)
        if line is None or not 0 < count <= line.reserved:
            raise Refusal(
                _("%(product)s: %(reserved)d pieces are reserved, not %(asked)d.")
                % {
                    "product": line.product.name if line else f"#{pk}",
                    "reserved": line.reserved if line else 0,
                    "asked": count,
                },
                code="more_than_reserved",
                line=pk,
            )
    return going


def _move_stock(
    order: Order,
    lines: list[OrderLine],
    going: Mapping[int, int],
    given_up: Mapping[int, int],
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    """Ship the reservations of what goes, the oldest first, splitting the last where it goes in part."""
    turn = order.deliveries.count() + 1
    by_line = {line.position: line for line in lines}
    left = dict(going)
    ships, splits, released = [], [], []
    for held in open_reservations(order.reference):
        line = by_line[position_in(held.reference)]
        wanted = left.get(line.pk, 0)
        if wanted >= held.pieces:
            ships.append(held.reference)
        else:
            if wanted:
                part = line_reference(order, line, f":out:{turn}")
                splits.append(inventory.Split(held.reference, wanted, part))
                ships.append(part)
            if given_up.get(line.pk):
                released.append(held.reference)
        left[line.pk] = max(0, wanted - held.pieces)
    if splits:
        inventory.split_reservations(splits)
    inventory.ship(ships, document=order.code, by=by, at=at)
    if released:
        inventory.release(released, at=at)


def _write_delivery(
    order: Order, going: Mapping[int, int], invoice: Invoice | None, words: str, *, by: Any, at: dt.datetime
) -> Delivery:
    """The paper of what went. Takes its number: last of all."""
    delivery = Delivery.objects.create(
        number=take_number(DELIVERIES, on=local_date(at)),
        order=order,
        invoice=invoice,
        note=words.replace("\x00", "").strip()[:300],
        by=by,
        at=at,
    )
    DeliveryLine.objects.bulk_create(
        DeliveryLine(delivery=delivery, line_id=pk, pieces=count) for pk, count in going.items()
    )
    return delivery


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
    # Pieces that were put back may have been billed before: only what was not is billed now.
    unpaid = {line.pk: line.reserved + line.delivered - line.invoiced for line in waiting if line.pk in found}
    at_once = settings.INVOICE_AT == "confirmation" and not order.is_free
    owed = {pk: pieces for pk, pieces in unpaid.items() if pieces > 0}
    billed = take_billing(lines, _goods(lines), owed if at_once else {})
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
    tell_arrived(order, lines, found, at=at)
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
