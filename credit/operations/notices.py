"""Payments that wait for a second person: announced, then approved, rejected or withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import live
from core.attachments import attach
from core.dates import local_date
from core.errors import Refusal
from core.models import Attachment
from core.money import ZERO, format_money
from core.notify import holders, notify
from credit.models import Invoice, Payment, PaymentNotice
from customers.operations import record

from .accounts import LockedAccount, lock_account
from .payments import checked_payment, record_payment

State = PaymentNotice.State
APPROVE = "credit.approve_paymentnotice"


@transaction.atomic
def announce_payment(
    customer_id: int,
    amount: Decimal,
    *,
    method: str,
    received_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    shares: Mapping[int, Decimal] | None = None,
    method_reference: str = "",
    note: str = "",
    proof: Any = None,
    source: str = PaymentNotice.Source.STAFF,
) -> PaymentNotice:
    """Keep what somebody says was paid until somebody else approved it. It pays nothing yet.

    Takes what `record_payment` takes, and `proof`, an uploaded file. The same `reference` gives the first notice back.
    Locks: credit account.
    """
    amount = checked_payment(amount, method=method, received_on=received_on, at=at)
    account = lock_account(customer_id, on=local_date(at))
    if told := PaymentNotice.objects.filter(reference=reference).first():
        if (told.account_id, told.amount) != (account.pk, amount):
            raise Refusal(
                _("This form has already announced %(amount)s. Open a new one.")
                % {"amount": format_money(told.amount, told.currency)},
                code="told_differently",
            )
        return told
    chosen = None if shares is None else stored_shares(account, amount, shares)
    notice = PaymentNotice.objects.create(
        account_id=account.pk,
        currency=account.currency,
        method=method,
        amount=amount,
        received_on=received_on,
        method_reference=method_reference,
        note=note,
        shares=chosen,
        source=source,
        reference=reference,
        recorded_by=by,
        recorded_at=at,
    )
    if source == PaymentNotice.Source.RETAILER:
        said = _("The customer says it paid %(amount)s, %(method)s; that waits for approval")
    else:
        said = _("%(amount)s, %(method)s, waits for approval")
    _tell(notice, "payment.announced", said, by=by, at=at)
    notify(
        holders(APPROVE, about=notice),
        "payment.announced",
        format_lazy(
            _lazy("{customer}: {amount}, {method}, waits for your approval."),
            customer=account.customer,
            amount=format_money(amount, account.currency),
            method=notice.get_method_display().lower(),
        ),
        key=f"notice:{notice.pk}",
        url=notice.get_absolute_url(),
        tone="info",
        by=by,
        at=at,
    )
    if proof is not None:
        attach(notice, proof, kind=Attachment.Kind.PROOF, by=by, at=at)
    return notice


@transaction.atomic
def approve_notice(notice: PaymentNotice, *, by: Any, at: dt.datetime, oldest_first: bool = False) -> Payment:
    """Record the payment of a notice, with its reference and its shares. Twice is once.

    Refuses whoever recorded it. Refuses (`shares_no_longer_fit`) when its invoices need less than they were given
    meanwhile; `oldest_first` then pays the oldest instead. Locks: credit account, then the receipt number.
    """
    account, notice = _locked(notice, at=at)
    if notice.state == State.APPROVED and notice.payment is not None:
        return notice.payment
    _must_wait(notice)
    if notice.recorded_by_id is not None and notice.recorded_by_id == by.pk:
        raise Refusal(_("You recorded this payment. Somebody else has to approve it."), code="own_notice")
    shares = None if oldest_first else shares_of(notice)
    if shares and (short := no_longer_fitting(notice)):
        raise Refusal(
            _(
                "%(numbers)s no longer needs what this payment would give. "
                "Let it pay the oldest invoices, or reject it."
            )
            % {"numbers": ", ".join(short)},
            code="shares_no_longer_fit",
        )
    payment = record_payment(
        account.customer_id,
        notice.amount,
        method=notice.method,
        received_on=notice.received_on,
        reference=notice.reference,
        shares=shares,
        method_reference=notice.method_reference,
        note=notice.note,
        by=by,
        at=at,
    )
    _decide(notice, State.APPROVED, by=by, at=at, payment=payment)
    _tell_recorder(
        notice, "payment.approved", _lazy("{customer}: {amount} was approved."), "good", by=by, at=at
    )
    return payment


@transaction.atomic
def reject_notice(notice: PaymentNotice, *, reason: str, by: Any, at: dt.datetime) -> PaymentNotice:
    """Say that this money did not come, and why; whoever recorded it is told. Locks: credit account."""
    if not reason.strip():
        raise Refusal(_("Say why the payment is rejected."), code="no_reason", field="reason")
    _account, notice = _locked(notice, at=at)
    if notice.state == State.REJECTED:
        return notice
    _must_wait(notice)
    _decide(notice, State.REJECTED, by=by, at=at, why=reason.strip())
    said = _("%(amount)s, %(method)s, rejected: %(why)s")
    _tell(notice, "payment.rejected", said, by=by, at=at)
    _tell_recorder(
        notice,
        "payment.rejected",
        _lazy("{customer}: {amount} was rejected. {why}"),
        "bad",
        by=by,
        at=at,
    )
    return notice


@transaction.atomic
def withdraw_notice(notice: PaymentNotice, *, by: Any, at: dt.datetime, reason: str = "") -> PaymentNotice:
    """Take back what one recorded oneself, before anybody approved it. Locks: credit account."""
    _account, notice = _locked(notice, at=at)
    if notice.state == State.WITHDRAWN:
        return notice
    _must_wait(notice)
    if notice.recorded_by_id != by.pk:
        raise Refusal(_("Only who recorded it withdraws it. You can reject it."), code="not_yours")
    _decide(notice, State.WITHDRAWN, by=by, at=at, why=reason.strip())
    _tell(notice, "payment.withdrawn", _("%(amount)s, %(method)s, withdrawn before approval"), by=by, at=at)
    return notice


def shares_of(notice: PaymentNotice) -> dict[int, Decimal] | None:
    """What the notice shall pay, as `record_payment` takes it."""
    if notice.shares is None:
        return None
    return {int(pk): Decimal(amount) for pk, amount in notice.shares}


def no_longer_fitting(notice: PaymentNotice) -> list[str]:
    """The numbers of invoices that need less by now than the notice would give them."""
    shares = shares_of(notice) or {}
    invoices = Invoice.objects.filter(pk__in=shares).order_by("due_on", "pk")
    return [each.number for each in invoices if shares[each.pk] > each.outstanding]


def stored_shares(account: LockedAccount, amount: Decimal, shares: Mapping[int, Decimal]) -> list[list[Any]]:
    """Chosen shares as a notice or a cheque keeps them. Refuses what could not be paid even now."""
    wanted = {pk: share for pk, share in shares.items() if share}
    invoices = {each.pk: each for each in Invoice.objects.filter(account_id=account.pk, pk__in=wanted)}
    if len(invoices) < len(wanted):
        raise Refusal(_("One of the invoices is not this customer's."), code="other_customer")
    for pk, share in wanted.items():
        if share < 0 or share > invoices[pk].outstanding:
            raise Refusal(
                _("%(number)s needs %(outstanding)s, not %(amount)s.")
                % {
                    "number": invoices[pk].number,
                    "outstanding": format_money(invoices[pk].outstanding, account.currency),
                    "amount": format_money(share, account.currency),
                },
                code="more_than_outstanding",
            )
    if (given := sum(wanted.values(), ZERO)) > amount:
        raise Refusal(
            _("The invoices get %(given)s together; the payment is %(amount)s.")
            % {
                "given": format_money(given, account.currency),
                "amount": format_money(amount, account.currency),
            },
            code="more_than_came",
            field="amount",
        )
    return [[pk, str(share)] for pk, share in wanted.items()]


def _locked(notice: PaymentNotice, *, at: dt.datetime) -> tuple[LockedAccount, PaymentNotice]:
    account = lock_account(notice.account.customer_id, on=local_date(at))
    rows = PaymentNotice.objects.select_for_update(of=("self",)).select_related("account", "payment")
    return account, rows.get(pk=notice.pk)


def _must_wait(notice: PaymentNotice) -> None:
    if notice.state != State.WAITING:
        raise Refusal(
            _("This payment was %(state)s already.") % {"state": notice.get_state_display().lower()},
            code="decided",
        )


def _decide(
    notice: PaymentNotice,
    state: str,
    *,
    by: Any,
    at: dt.datetime,
    why: str = "",
    payment: Payment | None = None,
) -> None:
    notice.state, notice.decided_by, notice.decided_at = state, by, at
    notice.decided_why, notice.payment = why[:240], payment
    notice.save(update_fields=["state", "decided_by", "decided_at", "decided_why", "payment"])
    live.touch(notice)


def _tell(notice: PaymentNotice, event: str, said: str, *, by: Any, at: dt.datetime) -> None:
    record(
        notice.account.customer_id,
        event,
        text=said
        % {
            "amount": format_money(notice.amount, notice.currency),
            "method": notice.get_method_display().lower(),
            "why": notice.decided_why[:120],
        },
        about=f"credit.paymentnotice:{notice.pk}",
        url=notice.get_absolute_url(),
        by=by,
        at=at,
    )


def _tell_recorder(
    notice: PaymentNotice, event: str, text: Any, tone: str, *, by: Any, at: dt.datetime
) -> None:
    notify(
        [notice.recorded_by],
        event,
        format_lazy(
            text,
            customer=notice.account.customer.name,
            amount=format_money(notice.amount, notice.currency),
            why=notice.decided_why[:120],
        ),
        key=f"notice:{notice.pk}:{notice.state}",
        url=notice.get_absolute_url(),
        tone=tone,
        by=by,
        at=at,
    )
