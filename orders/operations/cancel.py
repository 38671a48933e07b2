"""Taking a confirmation back: cancel, or return to draft."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO
from credit import operations as credit
from credit.models import Invoice
from customers import operations as customers
from inventory import operations as inventory
from inventory.queries.reservations import open_references
from orders.models import Order, Status

from .confirm import save_with_lines
from .drafts import lock_order, note
from .picking import end_pick


@transaction.atomic
def cancel_order(order: Order, *, reason: str, by: Any, at: dt.datetime, version: int | None = None) -> Order:
    """End an order. Its reservations are freed and its invoices taken back by credit notes.

    Refuses once pieces have been delivered: those come back as a return.
    """
    return _undo(order, Status.CANCELLED, "order.cancelled", reason, by=by, at=at, version=version)


@transaction.atomic
def reopen_order(order: Order, *, reason: str, by: Any, at: dt.datetime, version: int | None = None) -> Order:
    """Return an order to draft, to be changed and confirmed again through every check."""
    return _undo(order, Status.DRAFT, "order.reopened", reason, by=by, at=at, version=version)


def _undo(
    order: Order,
    status: str,
    event: str,
    reason: str,
    *,
    by: Any,
    at: dt.datetime,
    version: int | None,
) -> Order:
    """Locks: order, credit account, stock, credit note number."""
    order = lock_order(order, version=version)
    was_confirmed = order.status in {Status.CONFIRMED, Status.BACKORDERED}
    lines = list(order.lines.order_by("position"))
    if any(line.delivered for line in lines):
        raise Refusal(
            _("Pieces of %s have been delivered. Take them back as a return.") % order.code, code="delivered"
        )
    order.go(status)
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason")
    if was_confirmed:
        account = credit.lock_account(order.customer_id, on=local_date(at))
        inventory.release(open_references(order.reference), at=at)
        credit.commit_order(account, order.reference, ZERO)
    for line in lines:
        line.reserved = line.backordered = line.invoiced = 0
    order.cancelled_at = at if status == Status.CANCELLED else None
    save_with_lines(order, lines)
    end_pick(order, at=at)
    note(order, event, f"{order.code}: {order.get_status_display()}. {reason}", by=by, at=at)
    if was_confirmed:
        count_purchases_again(order.customer_id)
        take_back_invoices(order, reason=reason, by=by, at=at)
    return order


def take_back_invoices(order: Order, *, reason: str, by: Any, at: dt.datetime) -> None:
    """Credit what is left of every invoice of this confirmation; one taken back already needs nothing more."""
    billed = Invoice.objects.filter(reference__startswith=f"{order.confirmation}:")
    for invoice in billed.order_by("pk"):
        reference = f"{order.reference}:undo:{invoice.number}"
        try:
            credit.issue_credit_note(invoice, reason=reason, reference=reference, by=by, at=at)
        except Refusal as refusal:
            if refusal.code != "nothing_to_take_back":
                raise


def count_purchases_again(customer_id: int) -> None:
    """Set the customer's figures to what its living orders say. Under the account's lock, as every confirmation."""
    living = Order.objects.filter(customer_id=customer_id).living()
    told = living.aggregate(
        orders=Count("pk"),
        spent=Coalesce(Sum("total"), ZERO),
        first=Min("confirmed_at"),
        last=Max("confirmed_at"),
    )
    customers.correct_purchases(
        customer_id,
        orders=told["orders"],
        spent=told["spent"],
        first_on=told["first"] and local_date(told["first"]),
        last_on=told["last"] and local_date(told["last"]),
    )
