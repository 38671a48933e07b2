"""Changing a credit account: its limit, terms and conditions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.tasks import after_commit
from credit.models import CreditAccount, LimitKind
from customers.operations import record

from .accounts import lock_account

CHANGEABLE = frozenset(
    {
        "group",
        "limit_kind",
        "credit_limit",
        "temporary_limit",
        "temporary_until",
        "terms",
        "max_overdue_days",
        "max_open_invoices",
        "status",
        "special_conditions",
        "reviewed_on",
        "review_on",
    }
)
LIMIT = frozenset({"limit_kind", "credit_limit", "temporary_limit", "temporary_until"})


@transaction.atomic
def change_account(customer_id: int, values: dict[str, Any], *, by: Any, at: dt.datetime) -> CreditAccount:
    """Set some of `CHANGEABLE`. A changed limit is approved by `by` on that day; held orders are looked at again.

    Refuses a limit without its amount, and a temporary limit without its end or one that has ended already.
    Locks the account, so that no order is judged halfway.
    """
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed here: {sorted(unknown)}")
    lock_account(customer_id, on=local_date(at))
    account = CreditAccount.objects.get(customer_id=customer_id)
    before = {name: getattr(account, name) for name in CHANGEABLE}
    for name, value in values.items():
        setattr(account, name, value)
    _settle_limit(account, on=local_date(at))
    changed = [name for name in CHANGEABLE if getattr(account, name) != before[name]]
    if not changed:
        return account
    if LIMIT.intersection(changed):
        account.approved_on, account.approved_by = local_date(at), by
        changed += ["approved_on", "approved_by"]
    account.save(update_fields=changed)
    record(
        customer_id,
        "credit.changed",
        text=_("Credit changed: %(limit)s") % {"limit": limit_in_words(account)},
        about=f"credit.creditaccount:{account.pk}",
        by=by,
        at=at,
    )
    after_commit("orders.review_after_payment", customer_id=customer_id)
    return account


def limit_in_words(account: CreditAccount) -> str:
    """The limit as people say it: ₹50,000.00, cash only, unlimited, as the group; with what is added for a time."""
    if account.limit_kind == LimitKind.AMOUNT and account.credit_limit is not None:
        words = format_money(account.credit_limit, account.currency)
    else:
        words = str(LimitKind(account.limit_kind).label)
    if account.temporary_limit is None or account.temporary_until is None:
        return words
    return _("%(limit)s, and %(temporary)s until %(day)s") % {
        "limit": words,
        "temporary": format_money(account.temporary_limit, account.currency),
        "day": account.temporary_until.isoformat(),
    }


def _settle_limit(account: CreditAccount, *, on: dt.date) -> None:
    """Bring kind, amount and time in line with each other, or say what is missing."""
    if account.limit_kind != LimitKind.AMOUNT:
        account.credit_limit = None
    elif account.credit_limit is None or account.credit_limit <= 0:
        raise Refusal(
            _("A limit must be above zero. For no credit choose “cash only”."),
            code="limit_not_positive",
            field="credit_limit",
        )
    if account.temporary_limit is None:
        account.temporary_until = None
        return
    if account.temporary_limit <= 0:
        raise Refusal(
            _("A temporary limit must be above zero."), code="limit_not_positive", field="temporary_limit"
        )
    if account.temporary_until is None:
        raise Refusal(_("Say until when the temporary limit counts."), code="no_end", field="temporary_until")
    if account.temporary_until < on:
        raise Refusal(
            _("That day is over. Take the temporary limit out, or give it a later end."),
            code="already_ended",
            field="temporary_until",
        )
