"""Disputes: a customer does not accept a line of a bill; it is upheld by a credit note, or answered."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import live
from core.attachments import attach
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.notify import holders, in_sight, notify
from credit.models import CreditNote, CreditNoteLine, Dispute, Invoice, InvoiceLine
from customers.operations import record
from messaging.operations import queue

from .accounts import lock_account
from .credit_notes import issue_credit_note
from .links import make_link

State = Dispute.State


@transaction.atomic
def raise_dispute(
    invoice: Invoice,
    *,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    line: InvoiceLine | None = None,
    amount: Decimal | None = None,
    words: str = "",
    photo: Any = None,
    by_retailer: bool = False,
) -> Dispute:
    """Note that a customer does not accept a line (or, without one, the whole invoice), and tell who decides.

    `amount` is what is disputed of it; all that was billed and not taken back when it is not given. Refuses more than
    that, and a second dispute of the same line. Twice with one `reference` is once. Locks: credit account.
    """
    account = lock_account(invoice.account.customer_id, on=local_date(at))
    if told := Dispute.objects.filter(reference=reference).first():
        return told
    if line is not None and line.invoice_id != invoice.pk:
        raise ValueError(f"{line} is not on {invoice}")
    if reason not in Dispute.Reason.values:
        raise Refusal(_("Say what is wrong."), code="no_reason", field="reason")
    most = can_be_disputed(invoice, line)
    amount = most if amount is None else parse_money(amount)
    if amount <= 0 or amount > most:
        raise _too_much(invoice, amount, most)
    if Dispute.objects.open().filter(invoice=invoice, line=line).exists():
        raise Refusal(
            _("This is disputed already; we are looking at it."), code="disputed_already", field="line"
        )
    dispute = Dispute.objects.create(
        invoice=invoice,
        line=line,
        currency=invoice.currency,
        amount=amount,
        reason=reason,
        words=words.replace("\x00", "").strip()[:500],
        raised_by_retailer=by_retailer,
        reference=reference,
        by=by,
        at=at,
    )
    if photo is not None:
        attach(dispute, photo, by=by, at=at)
    customer = invoice.account.customer
    notify(
        {*holders("credit.decide_dispute", about=dispute), *in_sight([customer.representative], dispute)}
        if customer.representative
        else holders("credit.decide_dispute", about=dispute),
        "dispute.raised",
        format_lazy(
            gettext_lazy("{customer} disputes {amount} of {number}: {reason}"),
            customer=account.customer,
            reason=Dispute.Reason(dispute.reason).label,
            **_said(dispute),
        ),
        key=f"dispute:{dispute.pk}",
        url=dispute.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )
    _tell(dispute, "dispute.raised", _("Disputed %(amount)s of %(number)s: ") + _plain(dispute), by=by, at=at)
    return dispute


def can_be_disputed(invoice: Invoice, line: InvoiceLine | None = None) -> Decimal:
    """What was billed, was not taken back, and is under no open dispute: of a line, or of the whole invoice.

    Two disputes of one invoice never speak of the same money: a line is bounded by what is left of the whole.
    """
    open_ones = Dispute.objects.open().filter(invoice=invoice)
    taken = invoice.credit_notes.aggregate(sum=Sum("total"))["sum"] or ZERO
    left = invoice.total - taken - (open_ones.aggregate(sum=Sum("amount"))["sum"] or ZERO)
    if line is None:
        return max(left, ZERO)
    back = CreditNoteLine.objects.filter(invoice_line=line).aggregate(sum=Sum("gross"))["sum"] or ZERO
    said = open_ones.filter(line=line).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return max(min(line.gross - back - said, left), ZERO)


@transaction.atomic
def uphold_dispute(
    dispute: Dispute, *, amount: Decimal | None = None, answer: str = "", by: Any, at: dt.datetime
) -> Dispute:
    """Agree with the customer, on the whole or on `amount` of it: a credit note over that is issued at once.

    The customer gets the answer by message. Doing it twice is doing it once. Locks: credit account, document number.
    """
    dispute, done = _locked(dispute, State.UPHELD, at=at)
    if done:
        return dispute
    amount = dispute.amount if amount is None else parse_money(amount)
    if amount <= 0 or amount > dispute.amount:
        raise _too_much(dispute.invoice, amount, dispute.amount)
    note = issue_credit_note(
        dispute.invoice,
        reason=_("Dispute: %(reason)s") % {"reason": dispute.get_reason_display()},
        reference=f"dispute:{dispute.pk}",
        amounts=_shares(dispute, amount),
        by=by,
        at=at,
    )
    dispute.credit_note = note
    _answered(dispute, State.UPHELD, answer, by=by, at=at)
    text = _("Upheld: %(credited)s of %(number)s taken back by %(note)s")
    _tell(dispute, "dispute.upheld", text, by=by, at=at, note=note)
    return dispute


@transaction.atomic
def reject_dispute(dispute: Dispute, *, answer: str, by: Any, at: dt.datetime) -> Dispute:
    """Stand by the bill. The customer gets the `answer` by message, so there must be one."""
    if not answer.strip():
        raise Refusal(_("Say why; the customer reads it."), code="no_answer", field="answer")
    dispute, done = _locked(dispute, State.REJECTED, at=at)
    if not done:
        _answered(dispute, State.REJECTED, answer, by=by, at=at)
        text = _("Rejected the dispute of %(amount)s on %(number)s: ")
        _tell(dispute, "dispute.rejected", text + answer.strip().replace("%", "%%")[:150], by=by, at=at)
    return dispute


@transaction.atomic
def withdraw_dispute(dispute: Dispute, *, reason: str, by: Any, at: dt.datetime) -> Dispute:
    """The customer took it back, or it was a mistake. Nothing is sent."""
    if not reason.strip():
        raise Refusal(_("Say why the dispute is withdrawn."), code="no_reason", field="reason")
    dispute, done = _locked(dispute, State.WITHDRAWN, at=at)
    if not done:
        _close(dispute, State.WITHDRAWN, reason, by=by, at=at)
        text = _("Withdrew the dispute of %(amount)s on %(number)s: ")
        _tell(dispute, "dispute.withdrawn", text + reason.strip().replace("%", "%%")[:150], by=by, at=at)
    return dispute


def _locked(dispute: Dispute, state: str, *, at: dt.datetime) -> tuple[Dispute, bool]:
    """The dispute under the lock of its account, and whether it stands as wished already."""
    lock_account(dispute.invoice.account.customer_id, on=local_date(at))
    fresh = Dispute.objects.select_related("invoice__account__customer", "line", "credit_note").get(
        pk=dispute.pk
    )
    if fresh.state not in {State.OPEN, state}:
        raise Refusal(
            _("This dispute is %(state)s already.") % {"state": fresh.get_state_display().lower()},
            code="answered_already",
        )
    return fresh, fresh.state == state


def _close(dispute: Dispute, state: str, answer: str, *, by: Any, at: dt.datetime) -> None:
    dispute.state = state
    dispute.answer, dispute.answered_by, dispute.answered_at = answer.strip()[:500], by, at
    dispute.save()


def _answered(dispute: Dispute, state: str, answer: str, *, by: Any, at: dt.datetime) -> None:
    """Close it, and write to the customer in its language."""
    _close(dispute, state, answer, by=by, at=at)
    invoice = dispute.invoice
    customer = invoice.account.customer
    with translation.override(customer.message_language):
        if dispute.credit_note:
            money = format_money(dispute.credit_note.total, invoice.currency)
            outcome = _("We took %(amount)s off this invoice.") % {"amount": money}
        else:
            outcome = _("We looked at it, and the invoice stands.")
    queue(
        customer,
        "dispute_answered",
        context={
            "number": invoice.number,
            "outcome": outcome,
            "answer": dispute.answer or outcome,
            "link": make_link(invoice.account, invoice, at=at).url,
        },
        key=f"dispute:{dispute.pk}",
        about=f"credit.dispute:{dispute.pk}",
        by=by,
        at=at,
    )


def _shares(dispute: Dispute, amount: Decimal) -> dict[int, Decimal] | None:
    """What of which line is taken back; None for everything. Of a whole invoice the first lines give first."""
    invoice = dispute.invoice
    taken = invoice.credit_notes.aggregate(sum=Sum("total"))["sum"] or ZERO
    if dispute.line_id:
        return {dispute.line_id: amount}
    if amount == invoice.total - taken:
        return None
    shares: dict[int, Decimal] = {}
    for line in invoice.lines.annotate(back=Sum("credited__gross")):
        share = min(line.gross - (line.back or ZERO), amount)
        if share > 0:
            shares[line.pk] = share
            amount -= share
    return shares


def _too_much(invoice: Invoice, amount: Decimal, most: Decimal) -> Refusal:
    if most <= 0:
        text = _("Nothing of this is left to dispute.")
    elif amount <= 0:
        text = _("An amount above zero is needed.")
    else:
        text = _("At most %(most)s of this can be disputed.")
    said = text % {"most": format_money(most, invoice.currency)}
    return Refusal(said, code="more_than_billed", field="amount", most=most)


def _plain(dispute: Dispute) -> str:
    with translation.override(settings.LANGUAGE_CODE):
        said = ": ".join(filter(None, [str(dispute.get_reason_display()), dispute.words]))
    return said.replace("%", "%%")[:180]


def _said(dispute: Dispute) -> dict[str, Any]:
    return {
        "amount": format_money(dispute.amount, dispute.currency),
        "number": dispute.invoice.number,
    }


def _tell(
    dispute: Dispute, event: str, text: str, *, by: Any, at: dt.datetime, note: CreditNote | None = None
) -> None:
    said = _said(dispute)
    if note:
        said |= {"credited": format_money(note.total, note.currency), "note": note.number}
    customer_id = dispute.invoice.account.customer_id
    record(
        customer_id,
        event,
        text=text % said,
        about=f"credit.dispute:{dispute.pk}",
        url=f"/receivables/disputes/{dispute.pk}/",
        by=by,
        at=at,
    )
    live.touch(dispute, dispute.invoice, f"customers.customer:{customer_id}")
