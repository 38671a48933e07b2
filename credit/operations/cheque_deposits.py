"""Cheques at the bank: deposited on one slip, then cleared, bounced, or taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.notify import holders, notify
from core.numbering import take_number
from core.tasks import after_commit
from core.templatetags.figures import day
from credit.cheques import is_stale
from credit.models import BankAccount, Cheque, ChequeDeposit, ChequeStep, CreditAccount, Invoice, Payment
from credit.queries.cheques import to_deposit
from customers.models import Customer
from messaging.operations import queue

from .accounts import lock_account, move_account
from .allocations import oldest_first
from .charges import charge_line, issue_debit_note
from .cheques import locked_cheque, move_cheque, must_allow, tell_step
from .links import make_link
from .payments import record_payment, thank_for, undo_payment

State, Kind = Cheque.State, ChequeStep.Kind
SETTLE = "credit.settle_cheque"
MOST = 200
"""Cheques on one slip."""


@transaction.atomic
def deposit_cheques(
    cheques: Sequence[int],
    *,
    bank_account: BankAccount,
    on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
) -> ChequeDeposit:
    """Take cheques to the bank on one slip. Each becomes a payment and pays what was chosen for it.

    What a chosen invoice no longer needs goes to the oldest. The amounts stay in `uncleared`: no credit is freed yet.
    Refuses cheques dated later than `on`, stale ones, and ones that are not here. A bounced cheque may be tried again.
    Locks: all credit accounts in the order of their keys, then receipt numbers, then the slip's.
    """
    wanted = sorted(set(cheques))
    if not wanted:
        raise Refusal(_("Choose the cheques first."), code="nothing_chosen")
    if len(wanted) > MOST:
        raise Refusal(_("At most %d cheques go on one slip.") % MOST, code="too_many")
    if on > local_date(at):
        raise Refusal(_("They can't have been deposited in the future."), code="in_the_future", field="on")
    accounts = CreditAccount.objects.filter(cheques__in=wanted).values("pk")
    list(CreditAccount.objects.select_for_update().filter(pk__in=accounts).order_by("pk").values_list("pk"))
    if told := ChequeDeposit.objects.filter(reference=reference).first():
        return told
    rows = list(
        Cheque.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk__in=wanted)
        .order_by("pk")
    )
    for cheque in rows:
        _may_go(cheque, on)
    if len({cheque.currency for cheque in rows}) > 1:
        raise Refusal(_("One slip holds cheques of one currency."), code="mixed_currencies")
    payments = [_pay(cheque, on=on, by=by, at=at) for cheque in rows]
    deposit = ChequeDeposit.objects.create(
        number=take_number("CHD", on=local_date(at)),
        bank_account=bank_account,
        currency=rows[0].currency,
        total=sum((cheque.amount for cheque in rows), ZERO),
        count=len(rows),
        deposited_on=on,
        reference=reference,
        by=by,
        at=at,
    )
    for cheque, payment in zip(rows, payments, strict=True):
        move_cheque(cheque, State.DEPOSITED, on=on, payment=payment, deposit=deposit)
        move_account(cheque.account_id, uncleared=cheque.amount)
        said = _(
            "Cheque %(cheque)s over %(amount)s deposited; it counts as paid, and frees credit once it clears"
        )
        tell_step(cheque, Kind.DEPOSITED, said, on=on, payment=payment, deposit=deposit, by=by, at=at)
    return deposit


@transaction.atomic
def clear_cheque(cheque: Cheque, *, on: dt.date, by: Any, at: dt.datetime) -> Cheque:
    """The bank has the money: credit is free again, held orders are looked at. Twice is once. Locks: credit account."""
    account, cheque = locked_cheque(cheque, at=at)
    if cheque.state == State.CLEARED:
        return cheque
    must_allow(cheque, State.CLEARED)
    _on_a_day(cheque, on, at)
    move_cheque(cheque, State.CLEARED, on=on)
    move_account(cheque.account_id, uncleared=-cheque.amount)
    assert cheque.payment is not None
    tell_step(
        cheque,
        Kind.CLEARED,
        _("Cheque %(cheque)s over %(amount)s cleared"),
        on=on,
        payment=cheque.payment,
        by=by,
        at=at,
    )
    thank_for(cheque.payment, account, account.balance, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=cheque.account.customer_id)
    return cheque


@transaction.atomic
def bounce_cheque(
    cheque: Cheque,
    *,
    reason: str,
    on: dt.date,
    by: Any,
    at: dt.datetime,
    charge: Decimal = ZERO,
    fee: Decimal = ZERO,
) -> Cheque:
    """The bank sent it back: its payment is reversed, the same invoices are open again at their own due dates.

    `charge` is what the bank took from us, kept with the step; `fee` is what the customer owes for it, by a debit note.
    The customer gets a message, its representative and whoever settles cheques a notification. Twice is once.
    Locks: credit account, then the receipt number and the debit note's.
    """
    if not reason.strip():
        raise Refusal(_("Say why the bank sent it back."), code="no_reason", field="reason")
    charge, fee = parse_money(charge), parse_money(fee)
    if charge < 0 or fee < 0:
        raise Refusal(_("A charge can't be below zero."), code="negative", field="charge")
    account, cheque = locked_cheque(cheque, at=at)
    if cheque.state == State.BOUNCED:
        return cheque
    must_allow(cheque, State.BOUNCED)
    _on_a_day(cheque, on, at)
    paid: Any = cheque.payment
    invoices = list(Invoice.objects.filter(allocations__payment=paid).distinct().order_by("due_on", "pk"))
    said = {"number": cheque.number, "reason": reason.strip()[:120]}
    undo_payment(paid, account, reason=_("Cheque %(number)s bounced: %(reason)s") % said, by=by, at=at)
    if cheque.state == State.DEPOSITED:
        move_account(cheque.account_id, uncleared=-cheque.amount)
    move_cheque(cheque, State.BOUNCED, on=on, times_bounced=cheque.times_bounced + 1)
    note = None
    if fee:
        line = charge_line(_("Charge for cheque %(number)s that bounced") % said, fee)
        note = issue_debit_note(
            account.customer_id,
            [line],
            reason=_("Cheque %(number)s bounced") % said,
            reference=f"cheque:{cheque.pk}:bounce:{cheque.times_bounced}",
            about=invoices[0] if len(invoices) == 1 else None,
            by=by,
            at=at,
        )
    tell_step(
        cheque,
        Kind.BOUNCED,
        _("Cheque %(cheque)s over %(amount)s bounced: %(reason)s"),
        on=on,
        reason=reason,
        payment=paid,
        fee=note,
        charge=charge,
        by=by,
        at=at,
    )
    _tell_bounce(cheque, note, reason.strip(), by=by, at=at)
    return cheque


@transaction.atomic
def take_back_cheque(cheque: Cheque, *, reason: str, by: Any, at: dt.datetime) -> Cheque:
    """A cheque comes back from the bank without having bounced (a wrong slip): in hand again, its payment reversed.

    Locks: credit account, then the receipt number.
    """
    if not reason.strip():
        raise Refusal(_("Say why it comes back."), code="no_reason", field="reason")
    account, cheque = locked_cheque(cheque, at=at)
    if cheque.state == State.IN_HAND:
        return cheque
    must_allow(cheque, State.IN_HAND)
    paid: Any = cheque.payment
    undo_payment(paid, account, reason=reason.strip(), by=by, at=at)
    move_account(cheque.account_id, uncleared=-cheque.amount)
    move_cheque(cheque, State.IN_HAND, on=local_date(at), payment=None, deposit=None)
    said = _("Cheque %(cheque)s over %(amount)s taken back from the bank: %(reason)s")
    tell_step(cheque, Kind.TAKEN_BACK, said, reason=reason, payment=paid, by=by, at=at)
    return cheque


def _may_go(cheque: Cheque, on: dt.date) -> None:
    must_allow(cheque, State.DEPOSITED)
    said = {"number": cheque.number, "day": day(cheque.dated_on)}
    if cheque.dated_on > on:
        raise Refusal(
            _("Cheque %(number)s is dated %(day)s; no bank takes it before.") % said, code="too_early"
        )
    if is_stale(cheque.dated_on, on):
        raise Refusal(_("Cheque %(number)s is of %(day)s; no bank takes it any more.") % said, code="stale")


def _on_a_day(cheque: Cheque, on: dt.date, at: dt.datetime) -> None:
    if on > local_date(at):
        raise Refusal(_("That day has not come yet."), code="in_the_future", field="on")
    if cheque.deposit is not None and on < cheque.deposit.deposited_on:
        raise Refusal(
            _("It went to the bank on %(day)s only.") % {"day": day(cheque.deposit.deposited_on)},
            code="before_deposit",
            field="on",
        )


def _pay(cheque: Cheque, *, on: dt.date, by: Any, at: dt.datetime) -> Payment:
    """The payment of a deposited cheque; each try has one of its own."""
    tries = cheque.steps.filter(kind=Kind.DEPOSITED).count() + 1
    return record_payment(
        cheque.account.customer_id,
        cheque.amount,
        method=Payment.Method.CHEQUE,
        received_on=on,
        reference=f"cheque:{cheque.pk}:{tries}",
        shares=_fitting(cheque),
        method_reference=str(cheque)[:80],
        note=cheque.note,
        cleared=False,
        by=by,
        at=at,
    )


def _fitting(cheque: Cheque) -> dict[int, Decimal] | None:
    """What was chosen, as far as it is still needed; what is left of that goes to the oldest other invoices."""
    if cheque.shares is None:
        return None
    chosen = {int(pk): Decimal(amount) for pk, amount in cheque.shares}
    invoices = Invoice.objects.filter(pk__in=chosen, outstanding__gt=0)
    shares = {each.pk: min(chosen[each.pk], each.outstanding) for each in invoices}
    left = sum(chosen.values(), ZERO) - sum(shares.values(), ZERO)
    for invoice, amount in oldest_first(cheque.account_id, cheque.amount):
        if left > 0 and invoice.pk not in shares:
            shares[invoice.pk] = min(left, amount)
            left -= shares[invoice.pk]
    return shares


def _tell_bounce(cheque: Cheque, note: Invoice | None, reason: str, *, by: Any, at: dt.datetime) -> None:
    """The customer hears it by message; the representative and whoever settles cheques by the bell."""
    customer = Customer.objects.select_related("representative").get(pk=cheque.account.customer_id)
    account = lock_account(customer.pk, on=local_date(at))
    with translation.override(customer.message_language):
        words = {
            "amount": format_money(cheque.amount, cheque.currency),
            "balance": format_money(account.balance, cheque.currency),
        }
    queue(
        customer,
        "cheque_bounced",
        context={
            **words,
            "number": cheque.number,
            "bank": cheque.bank,
            "reason": reason,
            "link": make_link(CreditAccount(pk=cheque.account_id), at=at).url,
        },
        key=f"cheque:{cheque.pk}:bounced:{cheque.times_bounced}",
        about=f"credit.cheque:{cheque.pk}",
        by=by,
        at=at,
    )
    notify(
        [customer.representative, *holders(SETTLE, about=cheque)],
        "cheque.bounced",
        format_lazy(
            _lazy("{customer}: cheque {number} over {amount} bounced. {reason}"),
            customer=customer.name,
            number=cheque.number,
            amount=format_money(cheque.amount, cheque.currency),
            reason=reason[:120],
        ),
        key=f"cheque:{cheque.pk}:bounced:{cheque.times_bounced}",
        url=cheque.get_absolute_url(),
        tone="bad",
        by=by,
        at=at,
    )


def remind_of_cheques(*, at: dt.datetime) -> int:
    """Tell whoever deposits cheques what may go to the bank today. Once a day each; how many cheques there are."""
    today = local_date(at)
    rows = list(to_deposit(today).values_list("amount", "currency"))
    if not rows:
        return 0
    totals = {
        currency: sum((a for a, c in rows if c == currency), ZERO)
        for currency in sorted({c for _a, c in rows})
    }
    notify(
        holders("credit.deposit_cheque"),
        "cheque.due",
        format_lazy(
            _lazy("Cheques to deposit today: {count}, {total}."),
            count=len(rows),
            total=" + ".join(format_money(total, currency) for currency, total in totals.items()),
        ),
        key=f"cheques:{today}",
        url=reverse("credit:cheque_deposit_add"),
        tone="info",
        at=at,
    )
    return len(rows)
