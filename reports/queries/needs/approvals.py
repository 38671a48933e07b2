"""What waits for somebody else's yes, and what has to be answered to a gateway."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.dates import local_date
from core.money import format_money
from core.screens import Action
from core.templatetags.figures import day
from credit.models import Chargeback, PaymentNotice, Refund, WriteOff
from credit.queries.cheques import to_deposit
from reports.queries.home.sight import in_sight, start_of

from .need import EACH, Need


def write_offs(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Write-offs that this person may approve and did not ask for."""
    if not user.has_perm("credit.approve_writeoff"):
        return
    rows = in_sight(
        WriteOff.objects.filter(state=WriteOff.State.REQUESTED).exclude(requested_by=user),
        user,
        "account__customer",
    )
    for row in rows.select_related("account__customer", "requested_by").order_by("requested_at")[:EACH]:
        yield Need(
            70,
            "write_off",
            _("Write off %(amount)s of %(shop)s?") % _said(row, abs(row.amount)),
            _asked(row),
            row.requested_at,
            row.get_absolute_url(),
            Action(_("Approve"), "credit:write_off_approve", (row.pk,), ask=True),
            "warn",
            "scissors",
        )


def payments_announced(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Card and bank payments that somebody else recorded, or a retailer says were sent."""
    if not user.has_perm("credit.approve_paymentnotice"):
        return
    rows = in_sight(PaymentNotice.objects.waiting().exclude(recorded_by=user), user, "account__customer")
    for row in rows.select_related("account__customer", "recorded_by").order_by("recorded_at")[:EACH]:
        yield Need(
            70,
            "payment",
            _("Approve %(amount)s of %(shop)s?")
            % {"amount": format_money(row.amount, row.currency), "shop": row.account.customer.name},
            " · ".join(
                filter(None, [row.get_method_display(), row.method_reference, str(row.recorded_by or "")])
            ),
            row.recorded_at,
            row.get_absolute_url(),
            Action(_("Look"), href=row.get_absolute_url()),
            "warn",
            "check-badge",
        )


def cheques_today(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Cheques in hand whose day has come: one need for all of them."""
    if not user.has_perm("credit.deposit_cheque"):
        return
    rows = in_sight(to_deposit(local_date(at)), user, "account__customer")
    found = rows.aggregate(n=Count("pk"), first=Min("dated_on"))
    if not found["n"]:
        return
    url = f"{reverse('credit:cheque_list')}?tab=today"
    yield Need(
        65,
        "cheque",
        ngettext("%(n)d cheque may go to the bank", "%(n)d cheques may go to the bank", found["n"])
        % {"n": found["n"]},
        _("the first is dated %(day)s") % {"day": day(found["first"])},
        start_of(found["first"]),
        url,
        Action(_("Deposit"), "credit:cheque_deposit_add"),
        "info",
        "banknotes",
    )


def refunds(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Refunds to approve, and approved ones that wait to be paid out by hand."""
    wanted = Q()
    if user.has_perm("credit.approve_refund"):
        wanted |= Q(state=Refund.State.REQUESTED) & ~Q(requested_by=user)
    if user.has_perm("credit.payout_refund"):
        wanted |= Q(state=Refund.State.APPROVED) & ~Q(method=Refund.Method.GATEWAY)
    if not wanted:
        return
    found = in_sight(Refund.objects.filter(wanted), user, "account__customer")
    rows = found.select_related("account__customer", "requested_by").order_by("requested_at")
    for row in rows[:EACH]:
        what = "approve" if row.state == Refund.State.REQUESTED else "payout"
        text = (
            _("Refund %(amount)s to %(shop)s?") if what == "approve" else _("Pay %(amount)s back to %(shop)s")
        )
        yield Need(
            68,
            "refund",
            text % _said(row, row.amount),
            _asked(row) if what == "approve" else str(row.get_method_display()),
            row.requested_at,
            row.get_absolute_url(),
            Action(
                _("Approve") if what == "approve" else _("Paid out"),
                f"credit:refund_{what}",
                (row.pk,),
                ask=True,
            ),
            "warn",
            "arrow-uturn-left",
        )


def chargebacks(user: Any, *, at: dt.datetime) -> Iterator[Need]:
    """Online payments that a customer's bank disputes: the gateway wants an answer by a day."""
    if not user.has_perm("credit.reverse_payment"):
        return
    rows = in_sight(Chargeback.objects.open(), user, "gateway_payment__checkout__account__customer")
    found = rows.select_related("gateway_payment__payment", "gateway_payment__checkout__account__customer")
    for row in found.order_by("answer_by")[:EACH]:
        payment = row.gateway_payment.payment
        url = payment.get_absolute_url() if payment else reverse("credit:gateway_payment_list")
        customer = row.gateway_payment.checkout.account.customer
        said = {"amount": format_money(row.amount, row.currency), "shop": customer.name}
        until = _("answer %(gateway)s by %(day)s") % {
            "gateway": row.get_provider_display(),
            "day": day(row.answer_by.date()) if row.answer_by else "–",
        }
        yield Need(
            85,
            "chargeback",
            _("The bank of %(shop)s disputes %(amount)s") % said,
            until,
            row.opened_at,
            url,
            Action(_("Open"), href=url),
            "bad",
            "exclamation-triangle",
        )


def _said(row: Any, amount: Any) -> dict[str, str]:
    return {"amount": format_money(amount, row.currency), "shop": row.account.customer.name}


def _asked(row: Any) -> str:
    return " · ".join(filter(None, [str(row.requested_by or ""), row.reason]))
