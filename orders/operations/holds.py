"""Held orders: approved by somebody else with the authority, rejected, or freed by a payment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Refusal
from core.money import format_money
from credit import operations as credit
from messaging import operations as messaging
from orders.models import Order, Status

from .confirm import confirm_order
from .drafts import lock_order, note
from .telling import tell_rejected, tell_released

log = structlog.get_logger(__name__)


@transaction.atomic
def release_order(
    order: Order, *, reason: str, by: Any, at: dt.datetime, version: int | None = None
) -> Order:
    """Approve a held order: it is confirmed although the rule refuses, and the override is recorded.

    Refuses the one who confirmed it, somebody without the authority, and an empty reason.
    """
    order = lock_order(order, version=version)
    _must_be_held(order)
    if order.confirmed_by_id == by.pk:
        raise Refusal(
            _("You confirmed %s yourself. Somebody else must approve it.") % order.code, code="own_order"
        )
    if not reason.strip():
        raise Refusal(_("Say why the order may go."), code="no_reason")
    order = confirm_order(order, by=by, at=at, override_reason=reason.strip()[:300])
    note(
        order,
        "order.released",
        (_("Order %(code)s approved: ") % {"code": order.code} + reason),
        by=by,
        at=at,
    )
    tell_released(order, by=by, at=at)
    return order


@transaction.atomic
def reject_order(order: Order, *, reason: str, by: Any, at: dt.datetime, version: int | None = None) -> Order:
    """Say no to a held order: it is a draft again, and both sides hear why."""
    order = lock_order(order, version=version)
    _must_be_held(order)
    if not reason.strip():
        raise Refusal(_("Say why the order is rejected."), code="no_reason")
    order.go(Status.DRAFT)
    order.version += 1
    order.save()
    note(
        order,
        "order.rejected",
        (_("Held order %(code)s rejected: ") % {"code": order.code} + reason),
        by=by,
        at=at,
    )
    with translation.override(order.customer.message_language):
        total = format_money(order.total, order.currency)
    messaging.queue(
        order.customer,
        "order_hold_rejected",
        context={"number": order.code, "total": total, "reason": reason},
        key=f"{order.reference}:rejected:{order.version}",
        about=f"orders.order:{order.pk}",
        by=by,
        at=at,
    )
    tell_rejected(order, reason, by=by, at=at)
    return order


def review_held_orders(customer_id: int, *, at: dt.datetime) -> list[Order]:
    """Look at a customer's held orders again, in priority order, oldest first; confirm those that now pass.

    Each in its own transaction: one that can't go (a price gone, a product stopped) stays held and doesn't stop the
    next. The first one credit still refuses doesn't either: a smaller one may fit.
    """
    freed = []
    for held in Order.objects.held().filter(customer_id=customer_id).order_by("priority", "created_at", "pk"):
        with transaction.atomic():
            _inputs, judged = credit.preview(customer_id, held.total, at=at)
        if not judged.approved:
            continue
        try:
            order = _free(held, at=at)
        except Refusal as refusal:
            log.info("held_order_stays", order=held.code, why=str(refusal))
            continue
        if order.status != Status.CREDIT_HOLD:
            freed.append(order)
    return freed


@transaction.atomic
def _free(held: Order, *, at: dt.datetime) -> Order:
    order = confirm_order(held, by=held.confirmed_by, at=at)
    if order.status != Status.CREDIT_HOLD:
        tell_released(order, by=None, at=at)
    return order


def _must_be_held(order: Order) -> None:
    if order.status != Status.CREDIT_HOLD:
        raise Refusal(
            _("Order %(code)s is not on credit hold; it is %(now)s.")
            % {"code": order.code, "now": order.get_status_display().lower()},
            code="not_held",
        )
