"""What becomes of a bank line: booked once as a payment, linked to one, or ignored with a reason; and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Collate, Greatest, Upper
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from credit.banking.payers import clues_of
from credit.models import BankAccount, BankLine, Cheque, PayerAlias, Payment, PaymentNotice
from credit.queries.bank_matches import SURE, Suggestion, suggest
from customers.models import Customer

from .accounts import lock_account
from .cheque_deposits import clear_cheque
from .notices import approve_notice
from .payments import record_payment, reverse_payment

State, How = BankLine.State, BankLine.How
METHODS = {
    BankAccount.Kind.BANK: Payment.Method.BANK,
    BankAccount.Kind.UPI: Payment.Method.MOBILE_MONEY,
    BankAccount.Kind.MOBILE_MONEY: Payment.Method.MOBILE_MONEY,
}


@transaction.atomic
def book_line(
    line: BankLine,
    customer_id: int,
    *,
    shares: Mapping[int, Decimal] | None = None,
    by: Any,
    at: dt.datetime,
) -> BankLine:
    """Record the payment that a line is, of this customer, for `shares` or the oldest invoices first.

    Its reference is the line's fingerprint, so it is booked once. Told again for the same customer, nothing happens;
    for another one, or when money with the line's reference is booked already, it refuses.
    Locks: bank line, credit account, receipt number.
    """
    line = _locked(line)
    if line.state == State.BOOKED and line.payment and line.payment.account.customer_id == customer_id:
        return line
    _must_be_open(line)
    _must_come_in(line)
    account = lock_account(customer_id, on=local_date(at))
    if account.currency != line.account.currency:
        raise Refusal(
            _("%(customer)s is billed in %(theirs)s, this account is in %(ours)s.")
            % {"customer": account.customer, "theirs": account.currency, "ours": line.account.currency},
            code="other_currency",
        )
    if told := same_money(account.pk, line):
        raise Refusal(
            _("This money is booked already, as %(number)s. Link the line to it.") % {"number": told.number},
            code="booked_already",
            payment=told.pk,
        )
    again = f":{line.bookings + 1}" if line.bookings else ""
    payment = record_payment(
        customer_id,
        line.amount,
        method=METHODS[BankAccount.Kind(line.account.kind)],
        received_on=min(line.booked_on, local_date(at)),
        reference=f"bank:{line.fingerprint}{again}",
        method_reference=line.reference,
        note=line.text[:240],
        shares=shares,
        by=by,
        at=at,
    )
    learn(line, customer_id, at=at)
    return _settle(line, State.BOOKED, how=How.NEW, payment=payment, by=by, at=at)


@transaction.atomic
def link_line(line: BankLine, payment: Payment, *, by: Any, at: dt.datetime) -> BankLine:
    """Say that a line is a payment that is booked already. Refuses another amount, and a payment of another line."""
    line = _locked(line)
    if line.state == State.BOOKED and line.payment_id == payment.pk:
        return line
    _must_be_open(line)
    _must_come_in(line)
    customer_id = payment.account.customer_id
    lock_account(customer_id, on=local_date(at))
    payment = Payment.objects.select_for_update(of=("self",)).select_related("account").get(pk=payment.pk)
    _must_fit(line, payment)
    learn(line, customer_id, at=at)
    return _settle(line, State.BOOKED, how=How.LINKED, payment=payment, by=by, at=at)


@transaction.atomic
def approve_line(line: BankLine, notice: PaymentNotice, *, by: Any, at: dt.datetime) -> BankLine:
    """Say that a line is the payment that was announced: it is approved, and counts. Not by whoever recorded it."""
    line = _locked(line)
    if line.state == State.BOOKED and line.payment_id and line.payment_id == notice.payment_id:
        return line
    _must_be_open(line)
    _must_come_in(line)
    if (notice.amount, notice.currency) != (line.amount, line.account.currency):
        raise _other_amount(line, notice.amount)
    payment = approve_notice(notice, by=by, at=at)
    _must_fit(line, payment)
    learn(line, notice.account.customer_id, at=at)
    return _settle(line, State.BOOKED, how=How.APPROVED, payment=payment, by=by, at=at)


@transaction.atomic
def clear_line(line: BankLine, cheque: Cheque, *, by: Any, at: dt.datetime) -> BankLine:
    """Say that a line is the money of a deposited cheque: it has cleared."""
    line = _locked(line)
    if line.state == State.BOOKED and line.payment_id and line.payment_id == cheque.payment_id:
        return line
    _must_be_open(line)
    _must_come_in(line)
    if (cheque.amount, cheque.currency) != (line.amount, line.account.currency):
        raise _other_amount(line, cheque.amount)
    clear_cheque(cheque, on=min(line.booked_on, local_date(at)), by=by, at=at)
    cheque.refresh_from_db()
    assert cheque.payment is not None
    _must_fit(line, cheque.payment)
    return _settle(line, State.BOOKED, how=How.CLEARED, payment=cheque.payment, by=by, at=at)


@transaction.atomic
def ignore_line(line: BankLine, reason: str, *, by: Any, at: dt.datetime) -> BankLine:
    """Say that a line is nobody's payment, and why."""
    if not reason.strip():
        raise Refusal(_("Say why the line is no payment."), code="no_reason", field="reason")
    line = _locked(line)
    if line.state == State.IGNORED:
        return line
    _must_be_open(line)
    return _settle(line, State.IGNORED, reason=reason.strip()[:240], by=by, at=at)


@transaction.atomic
def undo_line(line: BankLine, reason: str, *, by: Any, at: dt.datetime) -> BankLine:
    """Take back what was decided: what the line booked is reversed, what it was linked to stays.

    Then it is to do again, and may be booked again under a name of its own.
    """
    line = _locked(line)
    if line.state == State.OPEN:
        return line
    if line.state == State.BOOKED:
        if not reason.strip():
            raise Refusal(_("Say why it is taken back."), code="no_reason", field="reason")
        payment = line.payment
        assert payment is not None
        if line.how in {How.NEW, How.APPROVED}:
            reverse_payment(payment, reason=reason, by=by, at=at)
        _forget(line, payment.account.customer_id)
        line.bookings += 1
    return _settle(line, State.OPEN, reason=reason.strip()[:240], by=by, at=at)


def take_suggestion(line: BankLine, suggestion: Suggestion, *, by: Any, at: dt.datetime) -> BankLine:
    """Do what was suggested."""
    if suggestion.payment:
        return link_line(line, suggestion.payment, by=by, at=at)
    if suggestion.notice:
        return approve_line(line, suggestion.notice, by=by, at=at)
    if suggestion.cheque:
        return clear_line(line, suggestion.cheque, by=by, at=at)
    if suggestion.kind == "ignore":
        return ignore_line(line, suggestion.ignore, by=by, at=at)
    assert suggestion.customer_id is not None
    shares = {i.pk: amount for i, amount in suggestion.fit.shares} if suggestion.fit else None
    return book_line(line, suggestion.customer_id, shares=shares, by=by, at=at)


def confirm_best(line: BankLine, *, least: int = SURE, by: Any, at: dt.datetime) -> BankLine:
    """Do what is suggested for a line now, when it is worth at least so much. Settled ones stay as they are."""
    line = BankLine.objects.select_related("account").get(pk=line.pk)
    if line.state != State.OPEN:
        return line
    found = suggest([line], user=by)[line.pk]
    if not found or found[0].score < least:
        raise Refusal(
            _("There is no suggestion that is sure enough any more. Look at the line."), code="unsure"
        )
    return take_suggestion(line, found[0], by=by, at=at)


def same_money(account_id: int, line: BankLine) -> Payment | None:
    """A payment of this locked account over the same amount, whose reference the line names: it is this money."""
    said = clues_of(line.text, line.payer, line.payer_account, line.reference).references
    return (
        Payment.objects.filter(account=account_id, amount=line.amount, reversed_at=None, bank_line=None)
        .exclude(method_reference="")
        .annotate(said=Collate(Upper("method_reference"), "C"))
        .filter(said__in=said)
        .first()
    )


def booked_from_bank(account_id: int, reference: str, amount: Decimal) -> Payment | None:
    """A payment that a bank line with this reference booked for a locked account: a gateway may tell of it too."""
    wanted = reference.upper()
    booked = Payment.objects.filter(
        account=account_id,
        amount=amount,
        reversed_at=None,
        reference__startswith="bank:",
        gateway_payment=None,
    ).select_related("bank_line")
    for payment in booked.filter(bank_line__isnull=False).order_by("-pk")[:200]:
        line = payment.bank_line
        if wanted in clues_of(line.text, line.payer, line.payer_account, line.reference).references:
            return payment
    return None


def learn(line: BankLine, customer_id: int, *, at: dt.datetime) -> None:
    """Remember how this customer is called on bank statements."""
    keys = clues_of(line.text, line.payer, line.payer_account, line.reference).keys
    PayerAlias.objects.filter(key__in=keys, customer=customer_id).update(times=F("times") + 1, last_at=at)
    PayerAlias.objects.bulk_create(
        [PayerAlias(key=key[:160], customer_id=customer_id, last_at=at) for key in keys],
        ignore_conflicts=True,
    )


def _forget(line: BankLine, customer_id: int) -> None:
    keys = clues_of(line.text, line.payer, line.payer_account, line.reference).keys
    known = PayerAlias.objects.filter(key__in=keys, customer=customer_id)
    known.update(times=Greatest(F("times") - 1, 0))
    known.filter(times=0).delete()


def _locked(line: BankLine) -> BankLine:
    locked = BankLine.objects.select_for_update(of=("self",)).select_related("account", "payment__account")
    return locked.get(pk=line.pk)


def _must_be_open(line: BankLine) -> None:
    if line.state == State.OPEN:
        return
    if line.payment:
        customer = Customer.objects.get(pk=line.payment.account.customer_id)
        raise Refusal(
            _("This line is booked already: %(number)s of %(name)s.")
            % {"number": line.payment.number, "name": customer.name},
            code="settled",
        )
    raise Refusal(
        _("This line is ignored: %(reason)s. Undo that first.") % {"reason": line.reason}, code="settled"
    )


def _must_come_in(line: BankLine) -> None:
    if line.amount < 0:
        raise Refusal(_("Money that went out is no payment. Ignore the line with a reason."), code="went_out")


def _must_fit(line: BankLine, payment: Payment) -> None:
    if payment.amount != line.amount or payment.currency != line.account.currency:
        raise _other_amount(line, payment.amount)
    if payment.reversed_at is not None:
        raise Refusal(_("%s was reversed.") % payment.number, code="reversed")
    other = BankLine.objects.filter(payment=payment).exclude(pk=line.pk).first()
    if other is not None:
        raise Refusal(
            _("%(number)s is another line of the bank already, of %(day)s.")
            % {"number": payment.number, "day": other.booked_on.isoformat()},
            code="other_line",
        )


def _other_amount(line: BankLine, amount: Decimal) -> Refusal:
    currency = line.account.currency
    return Refusal(
        _("The line is over %(line)s, that is over %(other)s.")
        % {"line": format_money(line.amount, currency), "other": format_money(amount, currency)},
        code="other_amount",
    )


def _settle(
    line: BankLine,
    state: str,
    *,
    how: str = "",
    payment: Payment | None = None,
    reason: str = "",
    by: Any,
    at: dt.datetime,
) -> BankLine:
    line.state, line.how, line.payment, line.reason = state, how, payment, reason
    line.decided_by, line.decided_at = by, at
    line.save(update_fields=["state", "how", "payment", "reason", "decided_by", "decided_at", "bookings"])
    live.touch(line, f"credit.bankstatement:{line.statement_id}")
    return line
