"""What came of a call or a visit about money: one row that never changes, and what follows from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.operations import add_task
from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from credit.models import CollectionCall, PromiseToPay
from credit.queries.standing import account_of, standing
from customers.operations import record

from .accounts import lock_account
from .promises import record_promise

Outcome = CollectionCall.Outcome
AGAIN = {
    Outcome.NO_ANSWER: dt.timedelta(days=1),
    Outcome.PAID: dt.timedelta(days=2),
    Outcome.DISPUTES: dt.timedelta(days=3),
    Outcome.REFUSED: dt.timedelta(days=7),
    Outcome.WRONG_NUMBER: dt.timedelta(days=7),
    Outcome.CASH: dt.timedelta(days=3),
}
"""When a customer is due again after an outcome that named no day."""


@transaction.atomic
def record_call(
    customer: Any,
    outcome: str,
    *,
    reference: str,
    by: Any,
    at: dt.datetime,
    way: str = CollectionCall.Way.CALL,
    amount: Decimal | None = None,
    on: dt.date | None = None,
    note: str = "",
) -> CollectionCall:
    """Write down a call: its outcome, what was said, and when the customer is due again.

    `promised` records a promise of `amount` by `on`; `call_back` gives whoever called a task for `on`; `paid` a task to
    find the money, `wrong_number` one to find the number. The same `reference` gives the first one back.
    Locks: credit account.
    """
    today = local_date(at)
    account = lock_account(customer.pk, on=today)
    if told := CollectionCall.objects.filter(reference=reference).first():
        return told
    if outcome not in Outcome.values:
        raise Refusal(_("Say what came of it."), code="no_outcome", field="outcome")
    promise: PromiseToPay | None = None
    note = note.replace("\x00", "").strip()[:300]
    if outcome == Outcome.PROMISED:
        if amount is None or on is None:
            raise Refusal(_("Say how much was promised, and by when."), code="no_promise", field="amount")
        promise = record_promise(
            customer.pk,
            amount,
            promised_on=on,
            note=note[:240],
            reference=f"call:{reference}"[:120],
            by=by,
            at=at,
        )
        next_on = on + dt.timedelta(days=1)
    elif outcome == Outcome.CALL_BACK:
        if on is None or on < today:
            raise Refusal(_("Say on which day to call back."), code="no_day", field="on")
        next_on = on
    else:
        next_on = today + AGAIN[Outcome(outcome)]
    if next_on > today + dt.timedelta(days=366):
        raise Refusal(_("That is more than a year away."), code="too_far", field="on")
    late = standing(account_of(customer), on=today).overdue
    call = CollectionCall.objects.create(
        account_id=account.pk,
        way=way,
        outcome=outcome,
        note=note,
        next_on=next_on,
        overdue=late,
        promise=promise,
        reference=reference,
        by=by,
        at=at,
    )
    if by is not None:
        _follow(call, customer, next_on, by=by, at=at)
    _tell(call, customer, by=by, at=at)
    return call


def _follow(call: CollectionCall, customer: Any, next_on: dt.date, *, by: Any, at: dt.datetime) -> None:
    """A task for whoever called, where somebody has to do something."""
    titles = {
        Outcome.CALL_BACK: _("Call %(customer)s back about its open invoices"),
        Outcome.PAID: _("Find what %(customer)s says it paid"),
        Outcome.WRONG_NUMBER: _("Find the right number of %(customer)s"),
    }
    title = titles.get(Outcome(call.outcome))
    if title:
        add_task(
            title % {"customer": customer.name},
            assignee=by,
            due_on=next_on,
            note=call.note,
            about=customer,
            idempotency_key=f"call:{call.pk}",
            by=by,
            at=at,
        )


def _tell(call: CollectionCall, customer: Any, *, by: Any, at: dt.datetime) -> None:
    way = _("Visited") if call.way == CollectionCall.Way.VISIT else _("Called")
    said = str(call.get_outcome_display())
    if call.promise:
        said += " " + _("%(amount)s for %(day)s") % {
            "amount": format_money(call.promise.amount, call.promise.currency),
            "day": date_format(call.promise.promised_on, "j M Y"),
        }
    elif call.outcome == Outcome.CALL_BACK and call.next_on:
        said += " " + date_format(call.next_on, "j M Y")
    text = f"{way}: {said}" + (f". {call.note}" if call.note else "")
    record(customer.pk, "call.made", text=text, about=f"credit.collectioncall:{call.pk}", by=by, at=at)
    live.touch(call, f"customers.customer:{customer.pk}")
