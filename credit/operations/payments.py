"""Payments: recorded once, allocated, reversed by a row of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from core.dates import local_date
from core.errors import Refusal
from core.money import format_money, parse_money
from core.notify import notify
from core.numbering import take_number
from core.tasks import after_commit
from credit.models import Cheque, CreditAccount, Invoice, Payment, ReceivableEntry
from customers.models import Customer
from customers.operations import record
from messaging.operations import queue

from .accounts import LockedAccount, lock_account, move_account
from .allocations import allocate, oldest_first, take_back_allocations
from .links import make_link


@transaction.atomic
def record_payment(
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
    cleared: bool = True,
) -> Payment:
    """Record money that came in and let it pay invoices: the oldest first, or `shares` as `{invoice_pk: amount}`.

    What no invoice needs stays unallocated. `reference` names the fact (a form's key, a bank line): telling it twice
    gives the first payment back; telling something else under the same name is refused. `cleared=False` is a cheque
    the bank may still send back: nobody is thanked for it, nor told that it came.
    Locks: credit account, then the receipt number.
    """
    amount = checked_payment(amount, method=method, received_on=received_on, at=at)
    account = lock_account(customer_id, on=local_date(at))
    if told := Payment.objects.filter(reference=reference).first():
        if (told.account_id, told.amount) != (account.pk, amount):
            raise Refusal(
                _("This form has already recorded %(number)s over %(amount)s. Open a new one.")
                % {"number": told.number, "amount": format_money(told.amount, told.currency)},
                code="told_differently",
            )
        return told
    chosen = _chosen(account.pk, shares) if shares is not None else oldest_first(account.pk, amount)
    payment = Payment.objects.create(
        number=take_number("RCT", on=local_date(at)),
        account_id=account.pk,
        currency=account.currency,
        method=method,
        amount=amount,
        unallocated_amount=amount,
        received_on=received_on,
        method_reference=method_reference,
        note=note,
        reference=reference,
        recorded_by=by,
        recorded_at=at,
    )
    _enter(payment, ReceivableEntry.Kind.PAYMENT, by=by, at=at)
    move_account(account.pk, balance=-amount, unallocated=amount)
    allocate(payment, chosen, by=by, at=at)
    said = format_money(amount, payment.currency)
    record(
        customer_id,
        "payment.recorded",
        text=_("Paid %(amount)s, %(method)s, receipt %(number)s")
        % {"amount": said, "method": payment.get_method_display().lower(), "number": payment.number},
        about=f"credit.payment:{payment.pk}",
        url=f"/receivables/payments/{payment.pk}/",
        by=by,
        at=at,
    )
    if cleared:
        thank_for(payment, account, account.balance - amount, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=customer_id)
    after_commit("credit.settle_promises", customer_id=customer_id)
    return payment


def thank_for(
    payment: Payment, account: LockedAccount, balance: Decimal, *, by: Any, at: dt.datetime
) -> None:
    """Tell the customer that its money came and what it owes now, and its representative that it paid."""
    customer = Customer.objects.select_related("representative").get(pk=account.customer_id)
    with translation.override(customer.message_language):
        figures = {
            "amount": format_money(payment.amount, payment.currency),
            "balance": format_money(balance, payment.currency),
        }
    queue(
        customer,
        "payment_received",
        context={
            **figures,
            "number": payment.number,
            "link": make_link(CreditAccount(pk=account.pk), at=at).url,
        },
        key=f"payment:{payment.number}",
        about=f"credit.payment:{payment.pk}",
        by=by,
        at=at,
    )
    said = format_money(payment.amount, payment.currency)
    _tell_representative(payment, customer, said, by=by, at=at)


def checked_payment(amount: Decimal, *, method: str, received_on: dt.date, at: dt.datetime) -> Decimal:
    """The amount of a payment, rounded. Refuses what no payment can be."""
    amount = parse_money(amount)
    if amount <= 0:
        raise Refusal(_("A payment must be above zero."), code="not_positive")
    if received_on > local_date(at):
        raise Refusal(_("A payment can't be received in the future."), code="in_the_future")
    if received_on.year < 2000:
        raise Refusal(_("%s is too long ago.") % received_on.isoformat(), code="too_long_ago")
    if method not in Payment.Method.values:
        raise Refusal(_("“%s” is not a way to pay.") % method, code="unknown_method")
    return amount


@transaction.atomic
def reverse_payment(payment: Payment, *, reason: str, by: Any, at: dt.datetime) -> Payment:
    """Undo a payment by a reversing row: its invoices are open again. Twice is once; gives the reversing row.

    Locks: credit account, then the receipt number.
    """
    if not reason.strip():
        raise Refusal(_("Say why the payment is reversed."), code="no_reason")
    account = lock_account(payment.account.customer_id, on=local_date(at))
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.amount < 0:
        raise Refusal(_("%s is itself a reversal.") % payment.number, code="is_a_reversal")
    if told := Payment.objects.filter(reverses=payment).first():
        return told
    cheque = Cheque.objects.filter(payment=payment, state__in=["deposited", "cleared"]).first()
    if cheque is not None:
        raise Refusal(
            _("Cheque %(number)s paid this. Say on its page that it bounced, or take it back from the bank.")
            % {"number": cheque.number},
            code="is_a_cheque",
        )
    return undo_payment(payment, account, reason=reason, by=by, at=at)


def undo_payment(
    payment: Payment, account: LockedAccount, *, reason: str, by: Any, at: dt.datetime
) -> Payment:
    """Write the reversing row of a payment that stands, whose account is locked."""
    _money_is_there(payment)
    take_back_allocations(payment, by=by, at=at)
    left = payment.unallocated_amount
    Payment.objects.filter(pk=payment.pk).update(unallocated_amount=0, reversed_at=at)
    reversal = Payment.objects.create(
        number=take_number("RCT", on=local_date(at)),
        account_id=account.pk,
        currency=payment.currency,
        method=payment.method,
        amount=-payment.amount,
        unallocated_amount=0,
        received_on=max(payment.received_on, local_date(at)),
        method_reference=payment.method_reference,
        note=reason,
        reference=f"reversal:{payment.number}",
        reverses=payment,
        recorded_by=by,
        recorded_at=at,
    )
    _enter(reversal, ReceivableEntry.Kind.REVERSAL, by=by, at=at)
    move_account(account.pk, balance=payment.amount, unallocated=-left)
    record(
        account.customer_id,
        "payment.reversed",
        text=_("Receipt %(number)s over %(amount)s reversed: %(reason)s")
        % {
            "number": payment.number,
            "amount": format_money(payment.amount, payment.currency),
            "reason": reason[:120],
        },
        about=f"credit.payment:{payment.pk}",
        url=f"/receivables/payments/{payment.pk}/",
        by=by,
        at=at,
    )
    after_commit("orders.review_after_payment", customer_id=account.customer_id)
    after_commit("credit.settle_promises", customer_id=account.customer_id)
    return reversal


def _money_is_there(payment: Payment) -> None:
    """Refuse to undo a payment whose money partly went another way: that way has to be undone first."""
    gone = [
        *payment.refunds.filter(state__in=["approved", "sent", "done"]),
        *payment.write_offs.filter(state="approved", reverses=None, reversed_at=None),
    ]
    if gone:
        raise Refusal(
            _(
                "Part of %(number)s was given away by %(others)s. Take that back first, or bill it by a debit note."
            )
            % {"number": payment.number, "others": ", ".join(str(each) for each in gone)},
            code="given_away",
        )


def _tell_representative(
    payment: Payment, customer: Customer, said: str, *, by: Any, at: dt.datetime
) -> None:
    """Whoever looks after the customer hears that it paid."""
    notify(
        [customer.representative],
        "payment.recorded",
        format_lazy(_lazy("{customer} paid {amount}."), customer=customer.name, amount=said),
        key=f"payment:{payment.pk}",
        url=payment.get_absolute_url(),
        tone="good",
        by=by,
        at=at,
    )


def _enter(payment: Payment, kind: str, *, by: Any, at: dt.datetime) -> None:
    ReceivableEntry.objects.create(
        account_id=payment.account_id,
        kind=kind,
        amount=-payment.amount,
        currency=payment.currency,
        document=payment.number,
        reference=f"payment:{payment.number}",
        posted_on=payment.received_on,
        by=by,
        at=at,
    )


def _chosen(account_id: int, shares: Mapping[int, Decimal]) -> list[tuple[Invoice, Decimal]]:
    """The chosen invoices with their amounts, oldest first. Refuses an invoice that isn't this account's."""
    wanted = {pk: parse_money(amount) for pk, amount in shares.items() if amount}
    invoices = list(Invoice.objects.filter(account_id=account_id, pk__in=wanted).order_by("due_on", "pk"))
    if len(invoices) < len(wanted):
        raise Refusal(_("One of the invoices is not this customer's."), code="other_customer")
    return [(invoice, wanted[invoice.pk]) for invoice in invoices]
