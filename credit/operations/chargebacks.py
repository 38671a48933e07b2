"""Chargebacks: a customer's bank disputes an online payment. Nothing moves until it is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.notify import holders, notify
from credit.gateways import Disputed, gateway
from credit.models import Chargeback, GatewayPayment
from customers.operations import record

from .accounts import lock_account
from .payments import reverse_payment

State = Chargeback.State


def look_at_dispute(provider: str, dispute_id: str, *, at: dt.datetime) -> str:
    """Ask a gateway how a chargeback stands and write it down. Raises GatewayDown; then nothing happened."""
    told = gateway(provider).dispute(dispute_id)
    paid = GatewayPayment.objects.filter(provider=provider, provider_payment_id=told.payment_id).first()
    if paid is None:
        return "not ours"
    return str(settle_dispute(paid, told, at=at).state)


@transaction.atomic
def settle_dispute(paid: GatewayPayment, told: Disputed, *, at: dt.datetime) -> Chargeback:
    """Keep what a gateway says of a chargeback; people are told each time it turns. One that ended stays as it ended.

    Lost over the whole payment, the payment is reversed by a row of its own and its invoices are open again. Over a
    part, or where the money was refunded meanwhile, a person has to decide (`problem`). Locks: credit account.
    """
    account = lock_account(paid.checkout.account.customer_id, on=local_date(at))
    row, made = Chargeback.objects.get_or_create(
        provider=paid.provider,
        provider_dispute_id=told.dispute_id,
        defaults={
            "gateway_payment": paid,
            "amount": told.amount,
            "currency": told.currency,
            "why": told.why[:120],
            "answer_by": told.answer_by,
            "opened_at": at,
        },
    )
    if made:
        _tell(row, account.customer, account.customer_id, at=at)
    if row.state != State.OPEN or told.state == "open":
        return row
    row.state, row.closed_at = State(told.state), at
    if row.state == State.LOST:
        _take_back(row, paid, told, at=at)
    row.save()
    _tell(row, account.customer, account.customer_id, at=at)
    return row


def _take_back(row: Chargeback, paid: GatewayPayment, told: Disputed, *, at: dt.datetime) -> None:
    if paid.payment is None:
        row.problem = _("The payment was never booked.")
    elif told.amount != paid.amount:
        row.problem = _("Only a part of the payment was lost: bill it by a debit note.")
    else:
        reason = _("Chargeback %(key)s lost") % {"key": told.dispute_id}
        try:
            with transaction.atomic():
                row.reversal = reverse_payment(paid.payment, reason=reason, by=None, at=at)
        except Refusal as refusal:
            row.problem = refusal.text[:300]


def _tell(row: Chargeback, customer: str, customer_id: int, *, at: dt.datetime) -> None:
    """Those who may reverse payments hear of it, and the timeline."""
    words = {"amount": format_money(row.amount, row.currency), "shop": customer, "problem": row.problem}
    said = {
        State.OPEN: _("The bank of %(shop)s disputes an online payment of %(amount)s."),
        State.WON: _("The chargeback over %(amount)s of %(shop)s is won."),
        State.LOST: _("The chargeback over %(amount)s of %(shop)s is lost."),
    }[State(row.state)] % words
    if row.problem:
        said = f"{said} {row.problem}"
    payment = row.gateway_payment.payment
    url = payment.get_absolute_url() if payment else reverse("credit:gateway_payment_list")
    told: Any = row.gateway_payment.checkout.account
    notify(
        holders("credit.reverse_payment", about=told),
        f"chargeback.{row.state}",
        said,
        key=f"chargeback:{row.pk}:{row.state}",
        url=url,
        tone="good" if row.state == State.WON else "bad",
        at=at,
    )
    record(
        customer_id,
        f"chargeback.{row.state}",
        text=said,
        about=f"credit.payment:{payment.pk}"
        if payment
        else f"credit.gatewaypayment:{row.gateway_payment_id}",
        url=url,
        by=None,
        at=at,
    )
