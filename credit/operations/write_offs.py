"""Write-offs: asked for by one, approved by another, taken back by a row of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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
from credit.models import CreditAccount, CreditNote, Invoice, Payment, ReceivableEntry, WriteOff, WriteOffLine
from customers.operations import record

from .accounts import LockedAccount, lock_account, move_account
from .allocations import write_down
from .decisions import within_authority

State = WriteOff.State
Source = Payment | CreditNote


@transaction.atomic
def request_write_off(
    customer_id: int,
    shares: Mapping[int, Decimal | None],
    *,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
) -> WriteOff:
    """Ask to give up so much of these invoices: `{invoice_pk: amount}`, None for all that is outstanding now.

    Moves nothing until somebody else approves. Refuses more than is outstanding and not asked for already. The same
    `reference` gives the first request back. Locks: credit account.
    """
    reason = _said(reason)
    account = lock_account(customer_id, on=local_date(at))
    if told := WriteOff.objects.filter(reference=reference).first():
        return told
    chosen = _chosen(account, shares)
    write_off = _ask(account, sum((a for _i, a in chosen), ZERO), reason, reference, by=by, at=at)
    WriteOffLine.objects.bulk_create(
        [WriteOffLine(write_off=write_off, invoice=invoice, amount=amount) for invoice, amount in chosen]
    )
    _tell_asked(write_off, account, by=by, at=at)
    return write_off


@transaction.atomic
def request_surplus_write_off(
    source: Source, *, reason: str, reference: str, by: Any, at: dt.datetime, amount: Decimal | None = None
) -> WriteOff:
    """Ask to keep money that came too much and that nobody asks back: all that is unallocated, or so much of it.

    A write-off below zero: it takes the customer's small credit away, so that the balance is nothing.
    """
    reason = _said(reason)
    customer_id = CreditAccount.objects.values_list("customer_id", flat=True).get(pk=source.account_id)
    account = lock_account(customer_id, on=local_date(at))
    if told := WriteOff.objects.filter(reference=reference).first():
        return told
    source.refresh_from_db(fields=["unallocated_amount"])
    amount = source.unallocated_amount if amount is None else parse_money(amount)
    if amount <= 0 or amount > source.unallocated_amount:
        raise Refusal(
            _("%(number)s has %(left)s unallocated; up to that can be written off.")
            % {"number": source.number, "left": format_money(source.unallocated_amount, source.currency)},
            code="more_than_unallocated",
            field="amount",
        )
    write_off = _ask(account, -amount, reason, reference, source=source, by=by, at=at)
    _tell_asked(write_off, account, by=by, at=at)
    return write_off


@transaction.atomic
def approve_write_off(write_off: WriteOff, *, by: Any, at: dt.datetime, note: str = "") -> WriteOff:
    """Give it up: number, ledger, and the invoices are lower by it. Twice is once.

    Refuses who asked for it, what is beyond the person's authority, and what is no longer outstanding.
    Locks: credit account, then the number.
    """
    account = lock_account(write_off.account.customer_id, on=local_date(at))
    write_off = WriteOff.objects.get(pk=write_off.pk)
    if write_off.state == State.APPROVED:
        return write_off
    _still_waits(write_off)
    if by.pk == write_off.requested_by_id:
        raise Refusal(_("You asked for it yourself; somebody else has to approve it."), code="own_request")
    within_authority(abs(write_off.amount), write_off.currency, by=by)
    _decide(write_off, State.APPROVED, note, by=by, at=at)
    write_off.written_on = local_date(at)
    shares = _still_there(write_off)
    _number_and_enter(write_off, ReceivableEntry.Kind.WRITE_OFF, by=by, at=at)
    _move(account, write_off, shares, by=by, at=at)
    said = {"number": write_off.number, "amount": _amount(write_off), "reason": write_off.reason[:120]}
    text = (
        _("Wrote off %(amount)s, %(number)s: %(reason)s")
        if write_off.amount > 0
        else _("Kept %(amount)s that was paid too much, %(number)s: %(reason)s")
    )
    _tell(write_off, account.customer_id, "write_off.approved", text % said, by=by, at=at)
    _tell_asker(write_off, _lazy("{by} approved writing off {amount} of {customer}."), account, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=account.customer_id)
    return write_off


@transaction.atomic
def reject_write_off(write_off: WriteOff, *, reason: str, by: Any, at: dt.datetime) -> WriteOff:
    """Say no, and why. Whoever asked for it takes it back this way. Twice is once; moves nothing."""
    reason = _said(reason)
    account = lock_account(write_off.account.customer_id, on=local_date(at))
    write_off = WriteOff.objects.get(pk=write_off.pk)
    own = by.pk == write_off.requested_by_id
    if write_off.state in (State.REJECTED, State.WITHDRAWN):
        return write_off
    _still_waits(write_off)
    _decide(write_off, State.WITHDRAWN if own else State.REJECTED, reason, by=by, at=at)
    write_off.save(update_fields=["state", "decided_by", "decided_at", "decision_note"])
    said = {"amount": _amount(write_off), "reason": reason[:120]}
    text = (
        _("Request to write off %(amount)s withdrawn: %(reason)s")
        if own
        else _("Request to write off %(amount)s rejected: %(reason)s")
    )
    _tell(write_off, account.customer_id, f"write_off.{write_off.state}", text % said, by=by, at=at)
    if not own:
        _tell_asker(
            write_off, _lazy("{by} rejected writing off {amount} of {customer}."), account, by=by, at=at
        )
    return write_off


@transaction.atomic
def recover_write_off(write_off: WriteOff, *, reason: str, by: Any, at: dt.datetime) -> WriteOff:
    """Take a write-off back by a reversing row: the debt (or the credit) is there again. Gives that row; twice is once.

    Locks: credit account, then the number.
    """
    reason = _said(reason)
    account = lock_account(write_off.account.customer_id, on=local_date(at))
    write_off = WriteOff.objects.select_related("payment", "credit_note").get(pk=write_off.pk)
    if told := WriteOff.objects.filter(reverses=write_off).first():
        return told
    if write_off.reverses_id or write_off.state != State.APPROVED:
        raise Refusal(_("There is nothing written off here to take back."), code="not_written_off")
    if write_off.payment and write_off.payment.reversed_at:
        raise Refusal(_("%s is reversed; its money is gone.") % write_off.payment, code="reversed")
    WriteOff.objects.filter(pk=write_off.pk).update(reversed_at=at)
    row = WriteOff(
        account_id=account.pk,
        currency=write_off.currency,
        amount=-write_off.amount,
        payment=write_off.payment,
        credit_note=write_off.credit_note,
        reason=reason,
        state=State.APPROVED,
        reference=f"recovery:{write_off.number}",
        requested_by=by,
        requested_at=at,
        decided_by=by,
        decided_at=at,
        written_on=local_date(at),
        reverses=write_off,
    )
    given: dict[int, Decimal] = {}
    for pk, amount in write_off.allocations.values_list("invoice_id", "amount"):
        given[pk] = given.get(pk, ZERO) + amount
    shares = [
        (invoice, -given[invoice.pk]) for invoice in Invoice.objects.filter(pk__in=given).order_by("pk")
    ]
    _number_and_enter(row, ReceivableEntry.Kind.RECOVERY, by=by, at=at)
    _move(account, row, shares, by=by, at=at)
    text = _("Write-off %(number)s over %(amount)s taken back: %(reason)s") % {
        "number": write_off.number,
        "amount": _amount(write_off),
        "reason": reason[:120],
    }
    _tell(write_off, account.customer_id, "write_off.recovered", text, by=by, at=at)
    return row


def _chosen(account: LockedAccount, shares: Mapping[int, Decimal | None]) -> list[tuple[Invoice, Decimal]]:
    invoices = list(Invoice.objects.filter(account_id=account.pk, pk__in=shares).order_by("due_on", "pk"))
    if len(invoices) < len(shares):
        raise Refusal(_("One of the invoices is not this customer's."), code="other_customer")
    asked: dict[int, Decimal] = dict(
        WriteOffLine.objects.filter(invoice__in=invoices, write_off__state=State.REQUESTED)
        .order_by()
        .values_list("invoice")
        .annotate(total=Sum("amount"))
    )
    chosen = []
    for invoice in invoices:
        wanted = shares[invoice.pk]
        left = invoice.outstanding - asked.get(invoice.pk, ZERO)
        amount = left if wanted is None else parse_money(wanted)
        if amount <= 0 or amount > left:
            raise Refusal(
                _("%(number)s: %(left)s can be written off, not %(amount)s.")
                % {
                    "number": invoice.number,
                    "left": format_money(left, invoice.currency),
                    "amount": format_money(amount, invoice.currency),
                },
                code="more_than_outstanding",
                field="amount",
            )
        chosen.append((invoice, amount))
    if not chosen:
        raise Refusal(_("Choose at least one invoice."), code="nothing_chosen")
    return chosen


def _ask(
    account: LockedAccount,
    amount: Decimal,
    reason: str,
    reference: str,
    *,
    by: Any,
    at: dt.datetime,
    source: Source | None = None,
) -> WriteOff:
    return WriteOff.objects.create(
        account_id=account.pk,
        currency=account.currency,
        amount=amount,
        payment=source if isinstance(source, Payment) else None,
        credit_note=source if isinstance(source, CreditNote) else None,
        reason=reason,
        reference=reference,
        requested_by=by,
        requested_at=at,
    )


def _still_there(write_off: WriteOff) -> list[tuple[Invoice, Decimal]]:
    """What is to be given up, as far as it still is as it was asked for; else a person has to look again."""
    source = write_off.payment or write_off.credit_note
    if source and source.unallocated_amount < -write_off.amount:
        raise Refusal(
            _("%(number)s has only %(left)s unallocated by now. Reject this and ask again.")
            % {"number": source.number, "left": format_money(source.unallocated_amount, source.currency)},
            code="more_than_unallocated",
        )
    shares = []
    for line in write_off.lines.select_related("invoice"):
        if line.amount > line.invoice.outstanding:
            raise Refusal(
                _("%(number)s is only %(left)s open by now. Reject this and ask again.")
                % {
                    "number": line.invoice.number,
                    "left": format_money(line.invoice.outstanding, line.invoice.currency),
                },
                code="more_than_outstanding",
            )
        shares.append((line.invoice, line.amount))
    return shares


def _number_and_enter(write_off: WriteOff, kind: str, *, by: Any, at: dt.datetime) -> None:
    """The number, the row and its ledger entry."""
    assert write_off.written_on is not None
    write_off.number = take_number("WOF", on=write_off.written_on)
    write_off.save()
    ReceivableEntry.objects.create(
        account_id=write_off.account_id,
        kind=kind,
        amount=-write_off.amount,
        currency=write_off.currency,
        document=write_off.number,
        reference=f"write_off:{write_off.number}",
        posted_on=write_off.written_on,
        by=by,
        at=at,
    )


def _move(
    account: LockedAccount,
    write_off: WriteOff,
    shares: list[tuple[Invoice, Decimal]],
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    write_down(write_off, shares, by=by, at=at)
    source = write_off.payment or write_off.credit_note
    if source is None:
        move_account(account.pk, balance=-write_off.amount)
        return
    type(source)._default_manager.filter(pk=source.pk).update(
        unallocated_amount=F("unallocated_amount") + write_off.amount
    )
    move_account(account.pk, balance=-write_off.amount, unallocated=write_off.amount)
    live.touch(source)


def _said(reason: str) -> str:
    if not reason.strip():
        raise Refusal(_("Say why."), code="no_reason", field="reason")
    return reason.strip()[:240]


def _still_waits(write_off: WriteOff) -> None:
    if write_off.state != State.REQUESTED:
        raise Refusal(
            _("This is decided already: %(state)s.") % {"state": write_off.get_state_display().lower()},
            code="decided_already",
        )


def _decide(write_off: WriteOff, state: str, note: str, *, by: Any, at: dt.datetime) -> None:
    write_off.state, write_off.decided_by, write_off.decided_at = state, by, at
    write_off.decision_note = note.strip()[:240]


def _amount(write_off: WriteOff) -> str:
    return format_money(abs(write_off.amount), write_off.currency)


def _tell(write_off: WriteOff, customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    record(
        customer_id,
        event,
        text=text,
        about=f"credit.writeoff:{write_off.pk}",
        url=f"/receivables/write-offs/{write_off.pk}/",
        by=by,
        at=at,
    )
    live.touch(write_off)


def _tell_asked(write_off: WriteOff, account: LockedAccount, *, by: Any, at: dt.datetime) -> None:
    """On the timeline, and to everybody who may approve."""
    said = {"amount": _amount(write_off), "reason": write_off.reason[:120]}
    text = _("Asked to write off %(amount)s: %(reason)s") % said
    _tell(write_off, account.customer_id, "write_off.requested", text, by=by, at=at)
    notify(
        holders("credit.approve_writeoff", about=CreditAccount(pk=account.pk)),
        "write_off.requested",
        format_lazy(
            _lazy("{by} asks to write off {amount} of {customer}."),
            by=str(by or ""),
            amount=_amount(write_off),
            customer=account.customer,
        ),
        key=f"write_off:{write_off.pk}",
        url=f"/receivables/write-offs/{write_off.pk}/",
        tone="warn",
        by=by,
        at=at,
    )


def _tell_asker(write_off: WriteOff, text: Any, account: LockedAccount, *, by: Any, at: dt.datetime) -> None:
    notify(
        [write_off.requested_by],
        f"write_off.{write_off.state}",
        format_lazy(text, by=str(by), amount=_amount(write_off), customer=account.customer),
        key=f"write_off:{write_off.pk}:{write_off.state}",
        url=f"/receivables/write-offs/{write_off.pk}/",
        tone="good" if write_off.state == State.APPROVED else "warn",
        by=by,
        at=at,
    )
