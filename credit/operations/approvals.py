"""Letting one order pass for a while: approved ahead by somebody, used up once, looked at when it ends."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.tasks import after_commit
from core.templatetags.figures import day
from credit.models import CreditAccount, CreditApproval, CreditDecision
from customers.operations import record

from .accounts import LockedAccount, lock_account
from .changing import reaches

LONGEST = dt.timedelta(days=90)
"""An approval for longer than that is a limit."""


@transaction.atomic
def give_approval(
    customer_id: int,
    amount: Decimal,
    *,
    until: dt.date,
    reason: str,
    reference: str | None = None,
    by: Any,
    at: dt.datetime,
) -> CreditApproval:
    """Let the customer's next order that needs it pass, up to `amount`, until the end of a day. Used up once.

    The same `reference` twice is one approval. Refuses what is beyond the person's authority.
    Held orders are looked at again. Locks: credit account.
    """
    account = lock_account(customer_id, on=local_date(at))
    if reference and (before := CreditApproval.objects.filter(reference=reference).first()):
        return before
    if amount <= 0:
        raise Refusal(_("The amount must be above zero."), code="not_positive", field="amount")
    check_until(until, on=local_date(at))
    if not reason.strip():
        raise Refusal(_("Say why the order may go."), code="no_reason", field="reason")
    if not reaches(by, amount):
        raise Refusal(
            _("You may approve up to %(authority)s. Ask for a limit, and somebody else decides.")
            % {"authority": format_money(by.authority, account.currency)},
            code="beyond_authority",
            field="amount",
        )
    approval = CreditApproval.objects.create(
        account_id=account.pk,
        reference=reference,
        amount=amount,
        until=until,
        reason=reason.strip()[:300],
        by=by,
        at=at,
    )
    _tell(
        approval,
        customer_id,
        "credit.approved_ahead",
        _("One order up to %(amount)s may pass until %(day)s: %(reason)s")
        % {
            "amount": format_money(amount, account.currency),
            "day": day(until),
            "reason": approval.reason,
        },
        by=by,
        at=at,
    )
    after_commit("orders.review_after_payment", customer_id=customer_id)
    return approval


@transaction.atomic
def withdraw_approval(approval: CreditApproval, *, by: Any, at: dt.datetime) -> CreditApproval:
    """Take an approval back that was not used yet. Twice is once."""
    customer_id = approval.account.customer_id
    lock_account(customer_id, on=local_date(at))
    approval = CreditApproval.objects.select_related("account__customer").get(pk=approval.pk)
    if approval.used_at:
        raise Refusal(_("It was used already."), code="used_already")
    if approval.settled_at:
        return approval
    settle_approval(approval, why=_("Withdrawn"), at=at)
    _tell(approval, customer_id, "credit.approval_withdrawn", _("Approval withdrawn"), by=by, at=at)
    return approval


def check_until(until: dt.date, *, on: dt.date) -> None:
    """Refuse an end that is past, or so far away that it would be a limit."""
    if until < on:
        raise Refusal(_("That day is over."), code="in_the_past", field="until")
    if until > on + LONGEST:
        raise Refusal(
            _("An approval ends within %(days)d days. For longer, change the limit.")
            % {"days": LONGEST.days},
            code="too_far",
            field="until",
        )


def usable_approval(
    account: LockedAccount, amount: Decimal, *, reference: str, by: Any, on: dt.date
) -> CreditApproval | None:
    """The approval that lets this order pass: the one for it, else the smallest that is enough, ending first.

    Never one that whoever asks has given: somebody else must have.
    """
    rows = CreditApproval.objects.usable(on=on).filter(account_id=account.pk, amount__gte=amount)
    rows = rows.filter(Q(order_reference="") | Q(order_reference=reference))
    if by is not None:
        rows = rows.exclude(by=by)
    return rows.select_related("by").order_by("-order_reference", "amount", "until", "pk").first()


def use_approval(approval: CreditApproval, decision: CreditDecision) -> None:
    """Use it up, by this decision. Under the account's lock."""
    approval.decision, approval.used_for, approval.used_at = decision, decision.reference, decision.at
    approval.save(update_fields=["decision", "used_for", "used_at"])


def note_approval(decision: CreditDecision, *, until: dt.date) -> CreditApproval:
    """Keep that a person's override of one order counts until a day only. Under the account's lock."""
    return CreditApproval.objects.create(
        account_id=decision.account_id,
        amount=decision.amount,
        until=until,
        order_reference=decision.reference,
        reason=decision.override_reason,
        by=decision.by,
        at=decision.at,
        decision=decision,
        used_for=decision.reference,
        used_at=decision.at,
    )


def settle_approval(approval: CreditApproval, *, why: str, at: dt.datetime) -> None:
    """It needs no look any more."""
    approval.settled_at, approval.settled_why = at, why[:300]
    approval.save(update_fields=["settled_at", "settled_why"])


def ended_approvals(*, at: dt.datetime) -> list[CreditApproval]:
    """Used approvals whose day is over and that nobody has seen to; unused ones are settled at once."""
    today = local_date(at)
    ended = CreditApproval.objects.filter(settled_at__isnull=True, until__lt=today)
    ended.filter(used_at__isnull=True).update(settled_at=at, settled_why=_("Ended unused"))
    return list(ended.filter(used_at__isnull=False).select_related("account").order_by("until", "pk"))


def _tell(
    approval: CreditApproval, customer_id: int, event: str, text: str, *, by: Any, at: dt.datetime
) -> None:
    account = CreditAccount(pk=approval.account_id)
    record(
        customer_id,
        event,
        text=text,
        about=f"credit.creditaccount:{approval.account_id}",
        url=account.get_absolute_url(),
        by=by,
        at=at,
    )
    live.touch(account)
