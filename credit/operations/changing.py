"""Changing a credit account: its limit, terms and conditions."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.tasks import after_commit
from credit.models import CreditAccount, CreditGroup, LimitKind, LimitRequest
from credit.rules import limit_in_force
from credit.states import limit_in_words
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
        "grace_days",
        "status",
        "special_conditions",
        "years_in_business",
        "trade_references",
        "reviewed_on",
        "review_on",
    }
)
OF_LIMIT = frozenset({"limit_kind", "credit_limit", "temporary_limit", "temporary_until"})
OF_LENDING = OF_LIMIT | {"group", "status", "max_overdue_days", "max_open_invoices", "grace_days"}
"""What held orders depend on."""


@transaction.atomic
def change_account(
    customer_id: int,
    values: dict[str, Any],
    *,
    by: Any,
    at: dt.datetime,
    reason: str = "",
    request: LimitRequest | None = None,
) -> CreditAccount:
    """Set some of `CHANGEABLE`. A changed limit is approved by `by` on that day; held orders are looked at again.

    Refuses an increase beyond the authority of `by` (None is the system), a limit without its amount or lowered below
    what is owed, and a temporary limit without its end or one that has ended already. `reason` and `request` say why
    the limit is what it is. Locks the account, so that no order is judged halfway.
    """
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed here: {sorted(unknown)}")
    lock_account(customer_id, on=local_date(at))
    account = CreditAccount.objects.select_related("group").get(customer_id=customer_id)
    before = copy.copy(account)
    for name, value in values.items():
        setattr(account, name, value)
    changed = [name for name in sorted(CHANGEABLE) if getattr(account, name) != getattr(before, name)]
    if not changed:
        return before
    _settle_limit(account, on=local_date(at))
    changed = [name for name in sorted(CHANGEABLE) if getattr(account, name) != getattr(before, name)]
    if not changed:
        return account
    limit_changed = bool(OF_LIMIT.intersection(changed)) or own_limit(account) != own_limit(before)
    if limit_changed:
        _refuse_below_owed(before, account)
        check_increase(before, account, by=by)
        account.approved_on, account.approved_by = local_date(at), by
        account.limit_reason, account.limit_request = reason.strip()[:300], request
        changed += ["approved_on", "approved_by", "limit_reason", "limit_request"]
    account.save(update_fields=changed)
    live.touch(account)
    said = limit_in_words(account)
    if limit_changed and (was := limit_in_words(before)) != said:
        said = _("%(was)s → %(now)s") % {"was": was, "now": said}
    if limit_changed and account.limit_reason:
        said = f"{said}. {account.limit_reason}"
    record(
        customer_id,
        "credit.changed",
        text=_("Credit changed: %(limit)s") % {"limit": said},
        about=f"credit.creditaccount:{account.pk}",
        url=account.get_absolute_url(),
        by=by,
        at=at,
    )
    if OF_LENDING.intersection(changed):
        after_commit("orders.review_after_payment", customer_id=customer_id)
    return account


def set_limit(
    customer_id: int, kind: str, amount: Decimal | None = None, *, by: Any, at: dt.datetime
) -> CreditAccount:
    """Give an account a limit of one of the four kinds; as `change_account`."""
    values = {"limit_kind": kind, "credit_limit": amount if kind == LimitKind.AMOUNT else None}
    return change_account(customer_id, values, by=by, at=at)


def own_limit(account: CreditAccount) -> Decimal | None:
    """The limit without anything temporary, as the group says where it is inherited. None is unlimited."""
    group = account.group or CreditGroup.objects.filter(is_default=True).first()
    limit, _source = limit_in_force(
        account.limit_kind,
        account.credit_limit,
        group.limit_kind if group else None,
        group.credit_limit if group else None,
        None,
        None,
        on=dt.date.min,
    )
    return limit


def stake_of(before: CreditAccount, after: CreditAccount) -> Decimal | None:
    """How much more may be owed after a change than before it; None is without bound.

    A temporary limit counts against the customer's own limit each time it is given or made longer.
    """
    had, gets = own_limit(before), own_limit(after)
    if had is None:
        return ZERO
    if gets is None:
        return None
    stake = max(gets - had, ZERO)
    was_for_a_while = (before.temporary_limit, before.temporary_until)
    if after.temporary_limit is not None and was_for_a_while != (
        after.temporary_limit,
        after.temporary_until,
    ):
        stake = max(stake, after.temporary_limit - had)
    return stake


def reaches(person: Any, stake: Decimal | None) -> bool:
    """Whether this much is within the person's authority. The system may do what it was built to do."""
    if person is None or person.authority is None:
        return True
    return stake is not None and stake <= person.authority


def check_increase(before: CreditAccount, after: CreditAccount, *, by: Any) -> None:
    """Refuse a limit that is raised by more than the person may approve."""
    stake = stake_of(before, after)
    if reaches(by, stake):
        return
    currency = after.currency
    said = {"authority": format_money(by.authority, currency)}
    if stake is None:
        text = _(
            "Unlimited credit is beyond your authority of %(authority)s. Ask for it, and somebody else decides."
        )
    else:
        text = _(
            "This raises the limit by %(stake)s; you may approve up to %(authority)s. Ask for it, and somebody else"
            " decides."
        )
        said["stake"] = format_money(stake, currency)
    raise Refusal(text % said, code="beyond_authority", stake=stake)


def _refuse_below_owed(before: CreditAccount, after: CreditAccount) -> None:
    """A limit is not lowered below what is owed: it would be broken at once. Cash only and a block say that plainly."""
    limit, had = after.credit_limit, own_limit(before)
    if limit is None or after.limit_kind != LimitKind.AMOUNT or limit == before.credit_limit:
        return
    if limit < before.balance and (had is None or limit < had):
        raise Refusal(
            _(
                "%(customer)s owes %(balance)s; its limit can't be lowered below that. To lend nothing more, choose"
                " “cash only” or block its credit."
            )
            % {"customer": after.customer, "balance": format_money(before.balance, after.currency)},
            code="below_outstanding",
            field="credit_limit",
        )


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
