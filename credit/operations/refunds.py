"""Refunds: unallocated money goes back. Asked for by one, approved by another, paid out, or put back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F, Sum
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.notify import holders, notify
from core.numbering import take_number
from core.tasks import after_commit
from credit.models import CreditAccount, CreditNote, GatewayPayment, Payment, ReceivableEntry, Refund
from customers.operations import record

from .accounts import lock_account, move_account
from .decisions import within_authority

State, Method = Refund.State, Refund.Method
Source = Payment | CreditNote
HOLDING = (State.APPROVED, State.SENT, State.DONE)


@transaction.atomic
def request_refund(
    source: Source,
    amount: Decimal,
    *,
    method: str,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    pay_to: str = "",
) -> Refund:
    """Ask to give back so much of what a payment or credit note has unallocated. Moves nothing until approved.

    `method` gateway sends it back the way it came: the payment was made online, or pays the invoice the note takes
    back. Refuses more than is unallocated and not asked for already. The same `reference` gives the first one back.
    Locks: credit account.
    """
    reason, amount = _said(reason), parse_money(amount)
    if method not in Method.values:
        raise Refusal(_("“%s” is not a way to pay back.") % method, code="unknown_method", field="method")
    customer_id = CreditAccount.objects.values_list("customer_id", flat=True).get(pk=source.account_id)
    account = lock_account(customer_id, on=local_date(at))
    if told := Refund.objects.filter(reference=reference).first():
        return told
    source.refresh_from_db(fields=["unallocated_amount"])
    left = source.unallocated_amount - _sum(source.refunds.filter(state=State.REQUESTED))
    if amount <= 0 or amount > left:
        raise Refusal(
            _("%(number)s has %(left)s that can be given back, not %(amount)s.")
            % {
                "number": source.number,
                "left": format_money(left, source.currency),
                "amount": format_money(amount, source.currency),
            },
            code="more_than_unallocated",
            field="amount",
        )
    refund = Refund.objects.create(
        account_id=account.pk,
        currency=source.currency,
        amount=amount,
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, CreditNote) else None,
        method=method,
        gateway_payment=_way_back(source, amount) if method == Method.GATEWAY else None,
        pay_to=pay_to.strip()[:240],
        reason=reason,
        reference=reference,
        requested_by=by,
        requested_at=at,
    )
    text = _("Asked to refund %(amount)s: %(reason)s") % _words(refund, reason)
    _tell(refund, account.customer_id, "refund.requested", text, by=by, at=at)
    _notify(
        holders("credit.approve_refund", about=CreditAccount(pk=account.pk)),
        refund,
        _lazy("{by} asks to refund {amount} to {customer}."),
        account.customer,
        tone="warn",
        by=by,
        at=at,
    )
    return refund


@transaction.atomic
def approve_refund(refund: Refund, *, by: Any, at: dt.datetime, note: str = "") -> Refund:
    """Let the money go: it is no longer unallocated. A gateway is asked by a worker after the commit. Twice is once.

    Refuses who asked for it, what is beyond the person's authority, and what is no longer there.
    Locks: credit account, then the number.
    """
    account = lock_account(refund.account.customer_id, on=local_date(at))
    refund = Refund.objects.select_related("payment", "credit_note", "gateway_payment").get(pk=refund.pk)
    if refund.state in HOLDING:
        return refund
    _still_waits(refund)
    if by.pk == refund.requested_by_id:
        raise Refusal(_("You asked for it yourself; somebody else has to approve it."), code="own_request")
    within_authority(refund.amount, refund.currency, by=by)
    source = source_of(refund)
    if refund.amount > source.unallocated_amount:
        raise Refusal(
            _("%(number)s has only %(left)s unallocated by now. Reject this and ask again.")
            % {"number": source.number, "left": format_money(source.unallocated_amount, source.currency)},
            code="more_than_unallocated",
        )
    refund.state, refund.decided_by, refund.decided_at = State.APPROVED, by, at
    refund.decision_note, refund.taken_on = note.strip()[:240], local_date(at)
    refund.number = take_number("RFD", on=refund.taken_on)
    refund.save()
    _move(account.pk, refund, refund.amount, ReceivableEntry.Kind.REFUND, by=by, at=at)
    text = _("Refund %(number)s over %(amount)s approved: %(reason)s") % _words(refund, refund.reason)
    _tell(refund, account.customer_id, "refund.approved", text, by=by, at=at)
    _notify(
        [refund.requested_by],
        refund,
        _lazy("{by} approved the refund of {amount} to {customer}."),
        account.customer,
        tone="good",
        by=by,
        at=at,
    )
    if refund.method == Method.GATEWAY:
        after_commit("credit.send_refund", refund_id=refund.pk)
    return refund


@transaction.atomic
def reject_refund(refund: Refund, *, reason: str, by: Any, at: dt.datetime) -> Refund:
    """Say no, and why; whoever asked takes it back this way. Twice is once; moves nothing."""
    reason = _said(reason)
    account = lock_account(refund.account.customer_id, on=local_date(at))
    refund = Refund.objects.get(pk=refund.pk)
    if refund.state in (State.REJECTED, State.WITHDRAWN):
        return refund
    _still_waits(refund)
    own = by.pk == refund.requested_by_id
    refund.state = State.WITHDRAWN if own else State.REJECTED
    refund.decided_by, refund.decided_at, refund.decision_note = by, at, reason
    refund.save()
    text = (
        _("Request to refund %(amount)s withdrawn: %(reason)s")
        if own
        else _("Request to refund %(amount)s rejected: %(reason)s")
    )
    _tell(refund, account.customer_id, f"refund.{refund.state}", text % _words(refund, reason), by=by, at=at)
    if not own:
        _notify(
            [refund.requested_by],
            refund,
            _lazy("{by} rejected the refund of {amount} to {customer}."),
            account.customer,
            tone="warn",
            by=by,
            at=at,
        )
    return refund


@transaction.atomic
def pay_out_refund(
    refund: Refund, *, done_on: dt.date, by: Any, at: dt.datetime, method_reference: str = ""
) -> Refund:
    """Say that an approved refund in cash or by bank went out. Twice keeps the first. Locks: credit account."""
    account = lock_account(refund.account.customer_id, on=local_date(at))
    refund = Refund.objects.get(pk=refund.pk)
    if refund.state == State.DONE:
        return refund
    if refund.method == Method.GATEWAY:
        raise Refusal(_("The gateway says itself when it has paid."), code="by_gateway")
    if refund.state != State.APPROVED:
        raise Refusal(_("Only an approved refund can be paid out."), code="not_approved")
    if done_on > local_date(at) or (refund.taken_on and done_on < refund.taken_on):
        raise Refusal(_("It was paid out between its approval and today."), code="wrong_day", field="done_on")
    refund.state, refund.done_on, refund.method_reference = State.DONE, done_on, method_reference.strip()[:80]
    refund.save()
    text = _("Refund %(number)s over %(amount)s paid out") % _words(refund)
    _tell(refund, account.customer_id, "refund.done", text, by=by, at=at)
    return refund


@transaction.atomic
def return_refund(refund: Refund, *, reason: str, by: Any, at: dt.datetime) -> Refund:
    """Put the money of a refund back: it never went out, or it came back. It is unallocated again. Twice is once.

    What a gateway was asked for only the gateway can call failed. Locks: credit account.
    """
    reason = _said(reason)
    if refund.method == Method.GATEWAY:
        raise Refusal(_("Only the gateway can say that its refund failed."), code="by_gateway")
    return put_back(refund, reason=reason, by=by, at=at)


@transaction.atomic
def put_back(refund: Refund, *, reason: str, by: Any, at: dt.datetime) -> Refund:
    """The same for whoever knows that it failed, the gateway too."""
    account = lock_account(refund.account.customer_id, on=local_date(at))
    refund = Refund.objects.select_related("payment", "credit_note").get(pk=refund.pk)
    if refund.state == State.FAILED:
        return refund
    if refund.state not in HOLDING:
        raise Refusal(_("This refund holds no money."), code="not_approved")
    refund.state, refund.returned_on, refund.problem = State.FAILED, local_date(at), reason[:300]
    refund.save()
    _move(account.pk, refund, -refund.amount, ReceivableEntry.Kind.REFUND_BACK, by=by, at=at)
    text = _("Refund %(number)s over %(amount)s came back, unallocated again: %(reason)s")
    _tell(refund, account.customer_id, "refund.failed", text % _words(refund, reason), by=by, at=at)
    _notify(
        {refund.requested_by, *holders("credit.payout_refund", about=CreditAccount(pk=account.pk))},
        refund,
        _lazy("The refund of {amount} to {customer} came back."),
        account.customer,
        tone="bad",
        by=by,
        at=at,
    )
    after_commit("orders.review_after_payment", customer_id=account.customer_id)
    return refund


def source_of(refund: Refund) -> Source:
    """The payment or credit note whose money it is."""
    source = refund.payment or refund.credit_note
    assert source is not None, "the database refuses a refund of nothing"
    return source


def gateway_payment_of(source: Source) -> list[GatewayPayment]:
    """The online payments through which money of this payment or credit note can go back, the newest first."""
    if isinstance(source, Payment):
        rows = GatewayPayment.objects.filter(payment=source)
    else:
        rows = GatewayPayment.objects.filter(payment__allocations__invoice_id=source.invoice_id).distinct()
    return list(rows.filter(payment__reversed_at=None).order_by("-at", "-pk"))


def refundable(paid: GatewayPayment) -> Decimal:
    """What the gateway can still give back of an online payment."""
    return paid.amount - _sum(paid.refunds.filter(state__in=[State.REQUESTED, *HOLDING]))


def _way_back(source: Source, amount: Decimal) -> GatewayPayment:
    for paid in gateway_payment_of(source):
        if refundable(paid) >= amount:
            return paid
    raise Refusal(
        _("%s did not come online, or not so much of it: choose another way to pay back.") % source.number,
        code="not_online",
        field="method",
    )


def _move(account_id: int, refund: Refund, amount: Decimal, kind: str, *, by: Any, at: dt.datetime) -> None:
    source = source_of(refund)
    assert refund.number
    assert refund.taken_on
    ReceivableEntry.objects.create(
        account_id=account_id,
        kind=kind,
        amount=amount,
        currency=refund.currency,
        document=refund.number,
        reference=f"{kind}:{refund.number}",
        posted_on=refund.returned_on or refund.taken_on,
        by=by,
        at=at,
    )
    type(source)._default_manager.filter(pk=source.pk).update(
        unallocated_amount=F("unallocated_amount") - amount
    )
    move_account(account_id, balance=amount, unallocated=-amount)
    live.touch(source)


def _sum(rows: Any) -> Decimal:
    return rows.order_by().aggregate(total=Sum("amount"))["total"] or ZERO


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    return reason.strip()[:240]


def _still_waits(refund: Refund) -> None:
    if refund.state != State.REQUESTED:
        raise Refusal(
            _("This is decided already: %(state)s.") % {"state": refund.get_state_display().lower()},
            code="decided_already",
        )


def _words(refund: Refund, reason: str = "") -> dict[str, str]:
    return {
        "number": refund.number or "",
        "amount": format_money(refund.amount, refund.currency),
        "reason": reason[:120],
    }


def _tell(refund: Refund, customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    record(
        customer_id,
        event,
        text=text,
        about=f"credit.refund:{refund.pk}",
        url=f"/receivables/refunds/{refund.pk}/",
        by=by,
        at=at,
    )
    live.touch(refund)


def _notify(
    people: Any, refund: Refund, text: Any, customer: str, *, tone: str, by: Any, at: dt.datetime
) -> None:
    notify(
        people,
        f"refund.{refund.state}",
        format_lazy(
            text, by=str(by or ""), amount=format_money(refund.amount, refund.currency), customer=customer
        ),
        key=f"refund:{refund.pk}:{refund.state}",
        url=f"/receivables/refunds/{refund.pk}/",
        tone=tone,
        by=by,
        at=at,
    )
