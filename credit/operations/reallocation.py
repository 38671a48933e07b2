"""Saying by hand what a payment or credit note pays: from its rest, or taken back from where it went."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money, parse_money
from core.tasks import after_commit
from credit.models import CreditNote, Invoice, Payment
from customers.operations import record

from .accounts import lock_account
from .allocations import allocate, apply_unallocated, now_on, take_off

Source = Payment | CreditNote


@transaction.atomic
def share_out(
    source: Source,
    shares: Mapping[int, Decimal],
    *,
    by: Any,
    at: dt.datetime,
    reason: str = "",
    seen: Mapping[int, Decimal] | None = None,
) -> Source:
    """Make a payment or credit note pay exactly `shares`, `{invoice_pk: amount}`; what it paid else is taken back.

    Taking back needs a reason, and is a negative row: nothing is erased. `seen` is what it paid when the page was
    made; another now is refused. Refuses a reversed payment, more than it has, and more than an invoice needs.
    Locks: credit account.
    """
    account = lock_account(source.account.customer_id, on=local_date(at))
    source = type(source)._default_manager.select_for_update(of=("self",)).get(pk=source.pk)
    if isinstance(source, Payment) and (source.reversed_at or source.amount < 0):
        raise Refusal(
            _("%s is reversed; its money is not there to pay with.") % source.number, code="reversed"
        )
    wanted = {pk: parse_money(amount) for pk, amount in shares.items() if amount}
    if any(amount < 0 for amount in wanted.values()):
        raise Refusal(_("An invoice can't get less than nothing."), code="negative")
    now = now_on(source)
    if seen is not None and {pk: amount for pk, amount in seen.items() if amount} != now:
        raise Refusal(
            _("What %s pays has changed since this page was made. Look again.") % source.number, code="stale"
        )
    less = {pk: now[pk] - wanted.get(pk, ZERO) for pk in now if wanted.get(pk, ZERO) < now[pk]}
    more = {pk: wanted[pk] - now.get(pk, ZERO) for pk in wanted if wanted[pk] > now.get(pk, ZERO)}
    if not less and not more:
        return source
    if less and not reason.strip():
        raise Refusal(
            _("Say why it is taken from an invoice that it paid."), code="no_reason", field="reason"
        )
    reason = reason.strip()[:240]
    invoices = {
        each.pk: each
        for each in Invoice.objects.filter(account_id=account.pk, pk__in=[*less, *more]).order_by(
            "due_on", "pk"
        )
    }
    if len(invoices) < len({*less, *more}):
        raise Refusal(_("One of the invoices is not this customer's."), code="other_customer")
    take_off(source, [(invoices[pk], amount) for pk, amount in less.items()], reason=reason, by=by, at=at)
    allocate(
        source, [(each, more[pk]) for pk, each in invoices.items() if pk in more], reason=reason, by=by, at=at
    )
    _tell(source, account.customer_id, less, more, invoices, reason, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=account.customer_id)
    return source


def _tell(
    source: Source,
    customer_id: int,
    less: Mapping[int, Decimal],
    more: Mapping[int, Decimal],
    invoices: Mapping[int, Invoice],
    reason: str,
    *,
    by: Any,
    at: dt.datetime,
) -> None:
    parts = [
        f"{invoices[pk].number} {sign}{format_money(amount, source.currency)}"
        for sign, moved in (("−", less), ("+", more))
        for pk, amount in moved.items()
    ]
    said = {"number": source.number, "moved": ", ".join(parts)}
    text = _("What %(number)s pays was changed: %(moved)s") % said
    record(
        customer_id,
        "payment.reallocated",
        text=f"{text}. {reason}" if reason else text,
        about=f"{source._meta.label_lower}:{source.pk}",
        url=source.get_absolute_url(),
        by=by,
        at=at,
    )


@transaction.atomic
def use_rests(customer_id: int, *, by: Any, at: dt.datetime) -> None:
    """Use all unallocated money of a customer for its open invoices, oldest first. Locks: credit account."""
    account = lock_account(customer_id, on=local_date(at))
    apply_unallocated(account.pk, by=by, at=at)
    after_commit("orders.review_after_payment", customer_id=customer_id)
