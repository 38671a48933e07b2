"""A customer's cheque: taken in, and given back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.attachments import attach
from core.dates import local_date
from core.errors import Refusal
from core.models import Attachment
from core.money import format_money, parse_money
from core.templatetags.figures import day
from credit.cheques import FURTHEST_DAYS, is_stale, may_become
from credit.models import Cheque, ChequeStep
from customers.operations import record

from .accounts import LockedAccount, lock_account
from .notices import stored_shares

State, Kind = Cheque.State, ChequeStep.Kind


@transaction.atomic
def take_cheque(
    customer_id: int,
    amount: Decimal,
    *,
    number: str,
    bank: str,
    dated_on: dt.date,
    reference: str,
    by: Any,
    at: dt.datetime,
    branch: str = "",
    drawer: str = "",
    shares: Mapping[int, Decimal] | None = None,
    note: str = "",
    photo: Any = None,
) -> Cheque:
    """Take in a cheque, perhaps dated for later. It pays nothing until it is deposited.

    `shares` (`{invoice_pk: amount}`) says what it shall pay then, None the oldest first. The same `reference` gives the
    first one back; the same cheque under another name is refused. Locks: credit account.
    """
    amount, today = parse_money(amount), local_date(at)
    number, bank = re.sub(r"\s+", "", number), " ".join(bank.split())
    if amount <= 0:
        raise Refusal(_("A cheque must be above zero."), code="not_positive", field="amount")
    if not number or not bank:
        raise Refusal(_("A cheque needs its number and its bank."), code="no_number", field="number")
    if is_stale(dated_on, today):
        raise Refusal(
            _("This cheque is of %(day)s; no bank takes it any more. Ask for a new one.")
            % {"day": day(dated_on)},
            code="stale",
            field="dated_on",
        )
    if (dated_on - today).days > FURTHEST_DAYS:
        raise Refusal(_("That is more than two years away."), code="too_far", field="dated_on")
    account = lock_account(customer_id, on=today)
    if told := Cheque.objects.filter(reference=reference).first():
        return told
    same = Cheque.objects.filter(account_id=account.pk, bank__iexact=bank, number=number)
    if same.exclude(state=State.RETURNED).exists():
        raise Refusal(
            _("Cheque %(number)s of %(bank)s was taken in already.") % {"number": number, "bank": bank},
            code="taken_already",
            field="number",
        )
    cheque = Cheque.objects.create(
        account_id=account.pk,
        currency=account.currency,
        number=number,
        bank=bank,
        branch=branch,
        drawer=drawer,
        amount=amount,
        dated_on=dated_on,
        taken_on=today,
        changed_on=today,
        shares=None if shares is None else stored_shares(account, amount, shares),
        note=note,
        reference=reference,
        by=by,
        at=at,
    )
    tell_step(cheque, Kind.TAKEN, _("Cheque %(cheque)s over %(amount)s for %(day)s taken in"), by=by, at=at)
    if photo is not None:
        attach(cheque, photo, kind=Attachment.Kind.PROOF, by=by, at=at)
    return cheque


@transaction.atomic
def return_cheque(cheque: Cheque, *, reason: str, by: Any, at: dt.datetime) -> Cheque:
    """Give a cheque back to its customer: one in hand, or one that bounced. Twice is once. Locks: credit account."""
    if not reason.strip():
        raise Refusal(_("Say why it is given back."), code="no_reason", field="reason")
    _account, cheque = locked_cheque(cheque, at=at)
    if cheque.state == State.RETURNED:
        return cheque
    must_allow(cheque, State.RETURNED)
    move_cheque(cheque, State.RETURNED, on=local_date(at), payment=None)
    said = _("Cheque %(cheque)s over %(amount)s given back: %(reason)s")
    tell_step(cheque, Kind.RETURNED, said, reason=reason, by=by, at=at)
    return cheque


def locked_cheque(cheque: Cheque, *, at: dt.datetime) -> tuple[LockedAccount, Cheque]:
    """The account under its lock, and the cheque as it is now."""
    account = lock_account(cheque.account.customer_id, on=local_date(at))
    rows = Cheque.objects.select_for_update(of=("self",)).select_related("account", "payment", "deposit")
    return account, rows.get(pk=cheque.pk)


def must_allow(cheque: Cheque, wanted: str) -> None:
    """Refuse a step that a cheque in its state can't take."""
    if not may_become(cheque.state, wanted):
        raise Refusal(
            _("Cheque %(number)s is “%(state)s”; that can't be done with it now.")
            % {"number": cheque.number, "state": cheque.get_state_display().lower()},
            code="wrong_state",
        )


def move_cheque(cheque: Cheque, state: str, *, on: dt.date, **fields: Any) -> None:
    """Write the new state, with what goes along with it."""
    for name, value in {"state": state, "changed_on": on, **fields}.items():
        setattr(cheque, name, value)
    cheque.save(update_fields=["state", "changed_on", *fields])
    live.touch(cheque)


def tell_step(
    cheque: Cheque,
    kind: str,
    said: str,
    *,
    by: Any,
    at: dt.datetime,
    on: dt.date | None = None,
    reason: str = "",
    **moved: Any,
) -> ChequeStep:
    """Keep a step of a cheque, and say it on the customer's timeline."""
    reason = reason.strip()[:240]
    step = ChequeStep.objects.create(
        cheque=cheque, kind=kind, on=on or local_date(at), reason=reason, by=by, at=at, **moved
    )
    record(
        cheque.account.customer_id,
        f"cheque.{kind}",
        text=said
        % {
            "cheque": cheque,
            "amount": format_money(cheque.amount, cheque.currency),
            "day": day(cheque.dated_on),
            "reason": reason[:120],
        },
        about=f"credit.cheque:{cheque.pk}",
        url=cheque.get_absolute_url(),
        by=by,
        at=at,
    )
    return step
