"""Debit notes, late fees and opening amounts: what is owed by paper that bills no order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money, taxed
from credit.models import Invoice
from customers.models import Customer
from customers.operations import record

from .accounts import LockedAccount, lock_account
from .invoices import SERIES, BilledLine, enter_invoice

Kind = Invoice.Kind
OURS = re.compile(r"([A-Z]{2,5})-(\d{4})-\d+")
"""What our own series look like. A number told in a file must not sit where one of them may still come."""


def charge_line(
    description: str, amount: Decimal, *, tax_rate: Decimal = ZERO, inclusive: bool = False, sku: str = ""
) -> BilledLine:
    """One thing to charge, with its tax. Refuses what is not above zero, and what nobody could name."""
    amount = parse_money(amount)
    if amount <= 0:
        raise Refusal(_("An amount to charge must be above zero."), code="not_positive", field="amount")
    if not description.strip():
        raise Refusal(_("Say what is charged."), code="no_description", field="description")
    parts = taxed(amount, tax_rate, inclusive=inclusive)
    return BilledLine(
        None, sku, description.strip()[:300], 1, amount, inclusive, Decimal("0.00"), tax_rate, *parts
    )


@transaction.atomic
def issue_debit_note(
    account: LockedAccount | Customer | int,
    lines: Sequence[BilledLine],
    *,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    kind: str = Kind.DEBIT_NOTE,
    about: Invoice | None = None,
    due_on: dt.date | None = None,
    issued_on: dt.date | None = None,
    number: str = "",
    use_unallocated: bool = True,
) -> Invoice:
    """Charge a customer by paper: a debit note, a late fee, or an amount open before Tradeline (`kind`).

    What comes out is an invoice row of its own series: it ages, is paid and is taken back like any other. `about` is
    the invoice it is for. Due `due_on`, else by the account's terms. Never rounded beyond the cent. `issued_on` and
    `number` (as told by the old system) are for openings only. Money the customer paid ahead is used at once unless
    `use_unallocated` says no. The same `reference` twice gives the first one back.
    Locks: credit account, then the number.
    """
    kind, today = Kind(kind), local_date(at)
    if kind == Kind.INVOICE:
        raise ValueError("goods are billed by issue_invoice")
    if kind != Kind.OPENING and (number or (issued_on and issued_on != today)):
        raise ValueError("only an opening amount brings its own number or date")
    if kind != Kind.OPENING and not reason.strip():
        raise Refusal(_("Say why it is charged."), code="no_reason", field="reason")
    if not isinstance(account, LockedAccount):
        account = lock_account(account.pk if isinstance(account, Customer) else account, on=today)
    if told := Invoice.objects.filter(reference=reference).first():
        return told
    issued_on = issued_on or today
    _check(account, kind, about, number, issued_on=issued_on, due_on=due_on, today=today)
    invoice = enter_invoice(
        account,
        lines,
        kind=kind,
        issued_on=issued_on,
        due_on=due_on,
        about=about,
        reason=reason.strip()[:240],
        reference=reference,
        number=number,
        use_unallocated=use_unallocated,
        by=by,
        at=at,
    )
    if kind != Kind.OPENING:
        _tell(invoice, account.customer_id, reason, by=by, at=at)
    return invoice


def _check(
    account: LockedAccount,
    kind: str,
    about: Invoice | None,
    number: str,
    *,
    issued_on: dt.date,
    due_on: dt.date | None,
    today: dt.date,
) -> None:
    if issued_on > today:
        raise Refusal(_("A document can't be dated in the future."), code="in_the_future", field="issued_on")
    if due_on and due_on < issued_on:
        raise Refusal(_("It can't be due before its date."), code="due_too_early", field="due_on")
    if about is not None and about.account_id != account.pk:
        raise Refusal(
            _("%s is another customer's invoice.") % about.number, code="other_customer", field="about"
        )
    if about is not None and kind == Kind.OPENING:
        raise ValueError("an opening amount is about no invoice")
    ours = OURS.fullmatch(number)
    if ours and (ours[1] == SERIES[Kind.OPENING] or int(ours[2]) >= today.year):
        raise Refusal(
            _(
                "%(number)s looks like a number of our own series. Put something after it, such as %(number)s-A."
            )
            % {"number": number},
            code="number_of_ours",
            field="number",
        )
    if number and Invoice.objects.filter(number=number).exists():
        raise Refusal(_("There is a document %s already.") % number, code="number_taken", field="number")


def _tell(invoice: Invoice, customer_id: int, reason: str, *, by: Any, at: dt.datetime) -> None:
    said = {
        "number": invoice.number,
        "amount": format_money(invoice.total, invoice.currency),
        "reason": reason.strip()[:120],
    }
    text = (
        _("Late fee %(number)s over %(amount)s: %(reason)s")
        if invoice.kind == Kind.LATE_FEE
        else _("Debit note %(number)s over %(amount)s: %(reason)s")
    )
    record(
        customer_id,
        f"{invoice.kind}.issued",
        text=text % said,
        about=f"credit.invoice:{invoice.pk}",
        url=f"/receivables/invoices/{invoice.pk}/",
        by=by,
        at=at,
    )
    live.touch(f"customers.customer:{customer_id}")
