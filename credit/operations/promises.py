"""Promises to pay: recorded, withdrawn, settled by what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from credit.models import Invoice, Payment, PromiseToPay
from credit.promises import Promised, Received, settled
from customers.operations import record

from .accounts import lock_account

State = PromiseToPay.State
FURTHEST = 365
"""Days ahead; a promise for later than a year is a slip of the finger."""


@transaction.atomic
def record_promise(
    customer_id: int,
    amount: Decimal,
    *,
    promised_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    invoices: Sequence[int] = (),
    note: str = "",
) -> PromiseToPay:
    """Write down what a customer said it will pay, and by when. The same `reference` gives the first one back.

    Refuses an amount above what is owed and not promised already, and days that are past or over a year away.
    Locks: credit account.
    """
    amount = parse_money(amount)
    today = local_date(at)
    if amount <= 0:
        raise Refusal(_("A promise must be above zero."), code="not_positive", field="amount")
    if promised_on < today:
        raise Refusal(_("That day is over."), code="in_the_past", field="promised_on")
    if promised_on > today + dt.timedelta(days=FURTHEST):
        raise Refusal(_("That is more than a year away."), code="too_far", field="promised_on")
    account = lock_account(customer_id, on=today)
    if told := PromiseToPay.objects.filter(reference=reference).first():
        return told
    promised = sum(
        PromiseToPay.objects.open()
        .filter(account_id=account.pk)
        .values_list(F("amount") - F("received"), flat=True),
        ZERO,
    )
    most = account.balance - promised
    if amount > most:
        text = (
            _("%(customer)s owes %(most)s that is not promised yet.")
            if most > 0
            else _("%(customer)s owes nothing that is not promised yet.")
        )
        raise Refusal(
            text % {"customer": account.customer, "most": format_money(most, account.currency)},
            code="more_than_owed",
            field="amount",
            most=most,
        )
    about = list(Invoice.objects.filter(account_id=account.pk, pk__in=list(invoices)))
    if len(about) < len(set(invoices)):
        raise Refusal(
            _("One of the invoices is not this customer's."), code="other_customer", field="invoices"
        )
    promise = PromiseToPay.objects.create(
        account_id=account.pk,
        currency=account.currency,
        amount=amount,
        promised_on=promised_on,
        note=note.strip()[:240],
        reference=reference,
        by=by,
        at=at,
    )
    if about:
        promise.invoices.set(about)
    _tell(promise, customer_id, "promise.recorded", _("Promised %(amount)s for %(day)s"), by=by, at=at)
    return promise


@transaction.atomic
def withdraw_promise(promise: PromiseToPay, *, reason: str, by: Any, at: dt.datetime) -> PromiseToPay:
    """Take an open promise back: it was a mistake, or another one replaces it. Counted neither kept nor broken."""
    if not reason.strip():
        raise Refusal(_("Say why the promise is withdrawn."), code="no_reason", field="reason")
    lock_account(promise.account.customer_id, on=local_date(at))
    promise = PromiseToPay.objects.select_related("account").get(pk=promise.pk)
    if promise.state == State.WITHDRAWN:
        return promise
    if promise.state != State.OPEN:
        raise Refusal(
            _("This promise is %(state)s already.") % {"state": promise.get_state_display().lower()},
            code="settled_already",
        )
    promise.state = State.WITHDRAWN
    promise.withdrawn_by, promise.withdrawn_at, promise.withdrawn_why = by, at, reason.strip()[:240]
    promise.settled_on = local_date(at)
    promise.save()
    text = _("Promise of %(amount)s for %(day)s withdrawn: ") + reason.strip().replace("%", "%%")[:120]
    _tell(promise, promise.account.customer_id, "promise.withdrawn", text, by=by, at=at)
    _settle(promise.account_id, promise.account.customer_id, at=at)
    return promise


@transaction.atomic
def settle_promises(customer_id: int, *, at: dt.datetime) -> list[PromiseToPay]:
    """Look again at all promises of a customer, after money came or went or a day ended; those that changed."""
    account = lock_account(customer_id, on=local_date(at))
    return _settle(account.pk, customer_id, at=at)


def settle_due(*, at: dt.datetime) -> int:
    """The customers whose open promises ended before today, one transaction each; how many promises changed."""
    ended = PromiseToPay.objects.open().filter(promised_on__lt=local_date(at))
    customers = ended.order_by().values_list("account__customer_id", flat=True).distinct()
    return sum(len(settle_promises(customer_id, at=at)) for customer_id in list(customers))


def _settle(account_id: int, customer_id: int, *, at: dt.datetime) -> list[PromiseToPay]:
    promises = list(
        PromiseToPay.objects.filter(account_id=account_id).exclude(state=State.WITHDRAWN).order_by("at", "pk")
    )
    if not promises:
        return []
    told = [Promised(p.pk, p.amount, p.at, local_date(p.at), p.promised_on) for p in promises]
    came = Payment.objects.filter(
        account_id=account_id,
        reverses__isnull=True,
        reversed_at__isnull=True,
        received_on__gte=min(each.made_on for each in told),
    )
    money = [Received(*row) for row in came.values_list("amount", "received_on", "recorded_at")]
    outcomes = settled(told, money, on=local_date(at))
    changed = []
    for promise in promises:
        outcome = outcomes[promise.pk]
        if outcome == (promise.state, promise.received, promise.settled_on):
            continue
        turned = outcome.state != promise.state
        promise.state, promise.received, promise.settled_on = outcome
        promise.save(update_fields=["state", "received", "settled_on", "updated_at"])
        if turned:
            changed.append(promise)
            _tell(
                promise,
                customer_id,
                f"promise.{outcome.state}",
                TURNED[State(outcome.state)](),
                by=None,
                at=at,
            )
        else:
            live.touch(promise)
    return changed


TURNED = {
    State.KEPT: lambda: _("Kept the promise of %(amount)s for %(day)s"),
    State.BROKEN: lambda: _("Broke the promise of %(amount)s for %(day)s"),
    State.OPEN: lambda: _("The promise of %(amount)s for %(day)s is open again"),
}


def _tell(
    promise: PromiseToPay, customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime
) -> None:
    said = {
        "amount": format_money(promise.amount, promise.currency),
        "day": date_format(promise.promised_on, "j M Y"),
    }
    record(
        customer_id,
        event,
        text=text % said,
        about=f"credit.promisetopay:{promise.pk}",
        url=f"/receivables/promises/{promise.pk}/",
        by=by,
        at=at,
    )
    live.touch(promise, f"customers.customer:{customer_id}")
