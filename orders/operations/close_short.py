"""Giving up what is still to come of an order of which a part was delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO
from credit import operations as credit
from credit.models import InvoiceLine
from inventory import operations as inventory
from inventory.queries.reservations import open_references
from orders.amounts import discount_between, unbilled, worth
from orders.models import Order, OrderLine, Status

from .backorders import tell_not_coming
from .cancel import count_purchases_again
from .confirm import save_with_lines
from .drafts import lock_order, note
from .fulfil import close_if_paid
from .picking import end_pick

GOING = {Status.CONFIRMED, Status.BACKORDERED}
AMOUNTS = ["quantity", "discount", "given_up"]


@transaction.atomic
def close_short(order: Order, *, reason: str, by: Any, at: dt.datetime, version: int | None = None) -> Order:
    """End an order with what was delivered of it: what is reserved goes back to the shelf, nothing waits any more.

    Each line keeps what was delivered; the rest is noted on it as given up. Pieces that were billed and did not go are
    credited. The customer is told what is not coming. Done twice it is done once. Refuses an order of which nothing was
    delivered: that is cancelled. Locks: order, credit account, stock, credit note numbers.
    """
    order = lock_order(order)
    if order.closed_short_at:
        return order
    order = lock_order(order, version=version)
    lines = list(order.lines.select_related("product").order_by("position"))
    if order.status not in GOING:
        order.go(Status.DELIVERED)
    if not any(line.delivered for line in lines):
        raise Refusal(
            _("Nothing of %s has been delivered. Cancel it instead.") % order.code, code="nothing_delivered"
        )
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    account = credit.lock_account(order.customer_id, on=local_date(at))
    inventory.release(open_references(order.reference), at=at)
    over = {line.position: line.invoiced - line.delivered for line in lines if line.invoiced > line.delivered}
    short = [line for line in lines if line.quantity > line.delivered]
    said = "; ".join(f"{line.quantity - line.delivered} × {line.product}" for line in short)
    for line in short:
        _keep_delivered(line)
    order.net = sum((line.net for line in lines), ZERO)
    order.tax = sum((line.tax for line in lines), ZERO)
    order.total = order.net + order.tax
    order.closed_short_at, order.closed_short_reason = at, reason.replace("\x00", "").strip()[:300]
    _end(order, lines, at=at)
    save_with_lines(order, lines)
    OrderLine.objects.bulk_update(short, AMOUNTS)
    order.save(update_fields=["closed_short_at", "closed_short_reason"])
    end_pick(order, at=at)
    text = _("Order %(code)s closed short. Not coming: %(goods)s. %(reason)s")
    told = {"code": order.code, "goods": said, "reason": order.closed_short_reason}
    note(order, "order.closed_short", text % told, by=by, at=at)
    tell_not_coming(order, short, at=at)
    count_purchases_again(order.customer_id)
    credit.commit_order(account, order.reference, unbilled(lines))
    _credit(order, over, reason=order.closed_short_reason, by=by, at=at)
    close_if_paid(order)
    return order


def _keep_delivered(line: OrderLine) -> None:
    """The line is what was delivered of it, at the price and with the share of the discount that it was billed with."""
    amounts, discount = worth(line, line.delivered), discount_between(line, 0, line.delivered)
    line.net, line.tax, line.gross = amounts
    line.discount = discount
    line.given_up += line.quantity - line.delivered
    line.quantity = line.delivered
    line.reserved = line.backordered = 0
    line.invoiced = min(line.invoiced, line.quantity)


def _end(order: Order, lines: Sequence[OrderLine], *, at: dt.datetime) -> None:
    last = order.deliveries.order_by("-at", "-pk").values_list("at", flat=True).first()
    order.delivered_at = last or at
    order.go(Status.DELIVERED)
    if order.is_free:
        order.go(Status.CLOSED)
    elif all(line.invoiced == line.quantity for line in lines):
        order.go(Status.INVOICED)


def _credit(order: Order, over: dict[int, int], *, reason: str, by: Any, at: dt.datetime) -> None:
    """Credit pieces that were billed and never went, those of the youngest invoices first.

    What was credited by hand counts as pieces that never went.
    """
    by_invoice: dict[Any, dict[int, int]] = {}
    back = Sum("credited__quantity", filter=~Q(credited__credit_note__reference__startswith="return:"))
    billed = InvoiceLine.objects.filter(
        invoice__reference__startswith=f"{order.confirmation}:", order_line__in=over
    ).select_related("invoice")
    rows = list(
        billed.annotate(by_hand=Coalesce(back, 0), gone=Coalesce(Sum("credited__quantity"), 0)).order_by(
            "-pk"
        )
    )
    for row in rows:
        over[row.order_line or 0] -= row.by_hand
    for row in rows:
        if (pieces := min(over[row.order_line or 0], row.quantity - row.gone)) > 0:
            over[row.order_line or 0] -= pieces
            by_invoice.setdefault(row.invoice, {})[row.pk] = pieces
    for invoice in sorted(by_invoice, key=lambda each: each.pk):
        credit.issue_credit_note(
            invoice,
            reason=reason,
            reference=f"{order.reference}:short:{invoice.number}",
            quantities=by_invoice[invoice],
            by=by,
            at=at,
        )
