"""Places of money owed in the shell."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.nav import Place

from .models import LimitRequest, PaymentNotice, Refund, WriteOff
from .queries.cheques import to_deposit

HERE = "credit:invoice_list"


def _to_approve(user: Any) -> QuerySet[Any]:
    """What this person may approve: nothing they recorded themselves."""
    return PaymentNotice.objects.visible_to(user).waiting().exclude(recorded_by=user)


def _to_deposit(user: Any) -> QuerySet[Any]:
    """Cheques in hand whose day has come."""
    return to_deposit(timezone.localdate()).visible_to(user)


def _to_decide(user: Any) -> QuerySet[Any]:
    """Limits this person may decide: nothing they asked for themselves."""
    return LimitRequest.objects.visible_to(user).open().exclude(by=user)


def _to_write_off(user: Any) -> QuerySet[Any]:
    """Write-offs that this person may decide."""
    rows = WriteOff.objects.visible_to(user).filter(state=WriteOff.State.REQUESTED).exclude(requested_by=user)
    return rows if user.has_perm("credit.approve_writeoff") else rows.none()


def _to_refund(user: Any) -> QuerySet[Any]:
    """Refunds that this person may decide."""
    rows = Refund.objects.visible_to(user).filter(state=Refund.State.REQUESTED).exclude(requested_by=user)
    return rows if user.has_perm("credit.approve_refund") else rows.none()


PLACES = [
    Place(_("Receivables"), "banknotes", HERE, "credit.view_invoice", order=50, key="r"),
    Place(_("Calls"), "phone", "credit:call_list", "credit.record_collectioncall", order=51, under=HERE),
    Place(
        _("To approve"),
        "check-badge",
        "credit:notice_list",
        "credit.approve_paymentnotice",
        order=52,
        count=_to_approve,
        topic="credit.paymentnotice",
        under=HERE,
    ),
    Place(_("Payments"), "wallet", "credit:payment_list", "credit.view_payment", order=53, under=HERE),
    Place(
        _("Cheques"),
        "banknotes",
        "credit:cheque_list",
        "credit.view_cheque",
        order=54,
        count=_to_deposit,
        topic="credit.cheque",
        under=HERE,
    ),
    Place(
        _("Bank statements"),
        "building-library",
        "credit:bank_statement_list",
        "credit.view_bankstatement",
        order=55,
        under=HERE,
    ),
    Place(_("Promises"), "calendar", "credit:promise_list", "credit.view_promisetopay", order=56, under=HERE),
    Place(_("Disputes"), "hand-raised", "credit:dispute_list", "credit.view_dispute", order=57, under=HERE),
    Place(_("Dunning"), "bell-alert", "credit:dunning", "credit.view_dunningrun", order=58, under=HERE),
    Place(
        _("Late fees"), "receipt-percent", "credit:late_fee_list", "credit.view_latefee", order=59, under=HERE
    ),
    Place(_("Ageing"), "chart-bar", "credit:ageing", "credit.view_ageing", order=60, under=HERE),
    Place(
        _("Credit accounts"),
        "identification",
        "credit:account_list",
        "credit.view_creditaccount",
        order=61,
        under=HERE,
    ),
    Place(
        _("Limit requests"),
        "scale",
        "credit:limit_request_list",
        "credit.approve_limitrequest",
        order=62,
        count=_to_decide,
        topic="credit.limitrequest",
        under=HERE,
    ),
    Place(
        _("Credit notes"),
        "receipt-refund",
        "credit:credit_note_list",
        "credit.view_creditnote",
        order=63,
        under=HERE,
    ),
    Place(
        _("Write-offs"),
        "scissors",
        "credit:write_off_list",
        "credit.view_writeoff",
        order=64,
        count=_to_write_off,
        topic="credit.writeoff",
        under=HERE,
    ),
    Place(
        _("Refunds"),
        "arrow-uturn-left",
        "credit:refund_list",
        "credit.view_refund",
        order=65,
        count=_to_refund,
        topic="credit.refund",
        under=HERE,
    ),
]
