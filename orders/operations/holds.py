"""Held orders: approved by somebody else with the authority, rejected, or freed by a payment."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.templatetags.figures import day
from credit import operations as credit
from credit.models import CreditApproval, CreditDecision
from messaging import operations as messaging
from orders.models import Order, Status

from .cancel import reopen_order
from .confirm import confirm_order
from .drafts import lock_order, note
from .telling import tell_ended, tell_rejected, tell_released

log = structlog.get_logger(__name__)


@transaction.atomic
def release_order(
    order: Order,
    *,
    reason: str,
    by: Any,
    at: dt.datetime,
    version: int | None = None,
    until: dt.date | None = None,
) -> Order:
    """Approve a held order: it is confirmed although the rule refuses, and the override is recorded.

    With `until` the approval ends with that day: an order that was not delivered by then is held again. Refuses the one
    who confirmed it, somebody without the authority, and an empty reason.
    """
    if until is not None:
        credit.check_until(until, on=local_date(at))
    order = lock_order(order, version=version)
    _must_be_held(order)
    if order.confirmed_by_id == by.pk:
        raise Refusal(
            _("You confirmed %s yourself. Somebody else must approve it.") % order.code, code="own_order"
        )
    if not reason.strip():
        raise Refusal(_("Say why the order may go."), code="no_reason")
    order = confirm_order(
        order,
        by=by,
        at=at,
        override_reason=reason.strip()[:300],
        below_cost_reason=order.below_cost_reason or reason,
    )
    decision = order.credit_decision
    if until is not None and decision is not None and decision.verdict == CreditDecision.Verdict.OVERRIDDEN:
        credit.note_approval(decision, until=until)
        reason = _("%(reason)s (until %(day)s)") % {"reason": reason.strip(), "day": day(until)}
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
    rows = Order.objects.held().filter(customer_id=customer_id).select_related("confirmed_by")
    for held in rows.order_by("priority", "created_at", "pk"):
        with transaction.atomic():
            passes = credit.would_pass(
                customer_id, held.total, reference=held.reference, by=held.confirmed_by, at=at
            )
        if not passes:
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


def review_ended_approvals(*, at: dt.datetime) -> list[Order]:
    """Look at the orders whose approval has ended: what was not delivered by then is held again. Twice is once.

    Each in its own transaction, so that one order's trouble doesn't hold up the rest.
    """
    held = []
    for approval in credit.ended_approvals(at=at):
        order = Order.objects.filter(pk=int(approval.used_for.partition(":")[2] or 0)).first()
        if order is None:
            continue
        if hold_again(order, approval, at=at):
            held.append(order)
    return held


@transaction.atomic
def hold_again(order: Order, approval: CreditApproval, *, at: dt.datetime) -> bool:
    """Judge an order without the approval that ended; whether it waits again.

    One that was delivered, even in part, stays as it is, and so does one that the rule would let pass by now. The other
    loses its reservation and its invoices are taken back, as when it is reopened.
    """
    order = lock_order(order)
    started = order.lines.filter(delivered__gt=0).exists()
    another = order.credit_decision_id != approval.decision_id
    if started or another or order.status not in {Status.CONFIRMED, Status.BACKORDERED}:
        credit.settle_approval(approval, why=_("Delivered, or changed since"), at=at)
        return False
    _inputs, judged = credit.preview(order.customer_id, ZERO, at=at)
    if judged.approved:
        credit.settle_approval(approval, why=_("The rule lets it pass by now"), at=at)
        return False
    asked_by = order.confirmed_by
    order = reopen_order(order, reason=_("Its approval has ended."), by=None, at=at)
    try:
        with transaction.atomic():
            order = confirm_order(order, by=asked_by, at=at)
    except Refusal as refusal:
        log.info("order_stays_a_draft", order=order.code, why=str(refusal))
    credit.settle_approval(approval, why=_("Held again"), at=at)
    if order.status in {Status.CONFIRMED, Status.BACKORDERED}:
        return False
    tell_ended(order, at=at)
    return True


def _must_be_held(order: Order) -> None:
    if order.status != Status.CREDIT_HOLD:
        raise Refusal(
            _("Order %(code)s is not on credit hold; it is %(now)s.")
            % {"code": order.code, "now": order.get_status_display().lower()},
            code="not_held",
        )
