"""Refunds through a gateway: it is asked once the refund is approved, and says itself what became of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.dates import local_date
from core.money import format_money
from core.notify import holders, notify
from credit.gateways import Declined, GatewayDown, Refunded, gateway
from credit.models import GatewayPayment, Refund
from customers.operations import record

from .accounts import lock_account
from .refunds import put_back

log = structlog.get_logger(__name__)
State = Refund.State
PAUSE = dt.timedelta(minutes=5)
SURE_FOR = dt.timedelta(hours=12)
"""How long a gateway surely knows the key of a request again; later it is looked first whether the refund is there."""


def send_refund(refund_id: int, *, at: dt.datetime) -> str:
    """Ask the gateway for an approved refund and write down what it says. Safe to run twice, also at once: the key of
    the refund is the key of the request. Outside any transaction. Raises GatewayDown; then it is asked again later.
    """
    refund = Refund.objects.select_related("gateway_payment").get(pk=refund_id)
    paid = refund.gateway_payment
    if paid is None or refund.state not in (State.APPROVED, State.SENT):
        return str(refund.state)
    Refund.objects.filter(pk=refund.pk).update(attempts=F("attempts") + 1, looked_at=at)
    door = gateway(paid.provider)
    try:
        old = refund.decided_at is not None and at - refund.decided_at > SURE_FOR
        known = _known(refund, paid) if refund.state == State.SENT or old else None
        told = known or door.refund(refund)
    except Declined as error:
        # It may say no because an earlier request, whose answer was lost, got through.
        found = _known(refund, paid)
        if found is None:
            return str(put_back(refund, reason=str(error)[:300], by=None, at=at).state)
        told = found
    except GatewayDown as error:
        Refund.objects.filter(pk=refund.pk).update(problem=str(error)[:300])
        raise
    return str(settle_refund(refund, told, at=at).state)


@transaction.atomic
def settle_refund(refund: Refund, told: Refunded, *, at: dt.datetime) -> Refund:
    """Write down what a gateway says of a refund. News that is older than what is known changes nothing.

    Locks: credit account.
    """
    account = lock_account(refund.account.customer_id, on=local_date(at))
    refund = Refund.objects.get(pk=refund.pk)
    if told.state == "failed":
        if refund.state in (State.APPROVED, State.SENT, State.DONE):
            _keep_id(refund, told, at)
            return put_back(refund, reason=told.problem or _("The gateway says it failed."), by=None, at=at)
        return refund
    if refund.state not in (State.APPROVED, State.SENT):
        return refund
    _keep_id(refund, told, at)
    refund.problem = ""
    if told.state == "done":
        refund.state, refund.done_on = State.DONE, local_date(at)
    else:
        refund.state = State.SENT
    refund.save()
    if refund.state == State.DONE:
        record(
            account.customer_id,
            "refund.done",
            text=_("Refund %(number)s over %(amount)s paid out online")
            % {"number": refund.number, "amount": format_money(refund.amount, refund.currency)},
            about=f"credit.refund:{refund.pk}",
            url=f"/receivables/refunds/{refund.pk}/",
            by=None,
            at=at,
        )
    return refund


def look_at_refunds(provider: str, payment_id: str, *, at: dt.datetime) -> str:
    """Ask a gateway for all refunds of a payment, and write down what it says of ours. One that was made at the gateway
    itself is told to people: it moved money that no document here knows. Raises GatewayDown.
    """
    paid = GatewayPayment.objects.filter(provider=provider, provider_payment_id=payment_id).first()
    if paid is None:
        return "not ours"
    outcomes = []
    for told in gateway(provider).refunds_of(payment_id):
        refund = _ours(told)
        if refund is None:
            _tell_stranger(paid, told, at=at)
            outcomes.append("made elsewhere")
        else:
            outcomes.append(str(settle_refund(refund, told, at=at).state))
    return ", ".join(outcomes) or "no refund"


def sweep_refunds(*, at: dt.datetime) -> int:
    """Refunds whose task was lost or whose end nobody told; how many were asked about."""
    waiting = Refund.objects.filter(
        Q(looked_at=None) | Q(looked_at__lt=at - PAUSE),
        method=Refund.Method.GATEWAY,
        state__in=[State.APPROVED, State.SENT],
        decided_at__lt=at - dt.timedelta(seconds=30),
    )
    keys = list(waiting.order_by("looked_at", "pk").values_list("pk", flat=True)[:200])
    for key in keys:
        try:
            send_refund(key, at=at)
        except GatewayDown as error:
            log.warning("gateway_down", about=key, error=str(error)[:200])
        except Exception:
            log.exception("refund_not_sent", about=key)
    return len(keys)


def _known(refund: Refund, paid: GatewayPayment) -> Refunded | None:
    """The refund as the gateway has it already; None when it has not."""
    found = gateway(paid.provider).refunds_of(paid.provider_payment_id)
    return next((told for told in found if told.key == refund.key), None)


def _ours(told: Refunded) -> Refund | None:
    if told.key and (found := Refund.objects.filter(key=told.key).first()):
        return found
    return Refund.objects.filter(provider_refund_id=told.refund_id).first() if told.refund_id else None


def _keep_id(refund: Refund, told: Refunded, at: dt.datetime) -> None:
    refund.provider_refund_id, refund.sent_at = told.refund_id[:120], refund.sent_at or at
    Refund.objects.filter(pk=refund.pk).update(
        provider_refund_id=refund.provider_refund_id, sent_at=refund.sent_at
    )


def _tell_stranger(paid: GatewayPayment, told: Refunded, *, at: dt.datetime) -> None:
    customer: Any = paid.checkout.account.customer
    notify(
        holders("credit.payout_refund", about=paid.checkout.account),
        "refund.made_elsewhere",
        format_lazy(
            _lazy("{amount} of {shop} was refunded at the gateway itself. No document here knows it yet."),
            amount=format_money(told.amount, told.currency),
            shop=customer.name,
        ),
        key=f"refund:{told.refund_id}",
        url=paid.payment.get_absolute_url() if paid.payment else reverse("credit:gateway_payment_list"),
        tone="bad",
        at=at,
    )
