"""Deciding whether to lend, and keeping the decision."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.dates import local_date
from core.errors import Refusal
from core.money import ZERO, format_money
from core.rows import insert
from credit.models import CreditDecision, OpenPart
from credit.rules import RULE, CreditInputs, Judgement, judge

from .accounts import LockedAccount, look_at_account
from .approvals import usable_approval, use_approval


def gather(account: LockedAccount, amount: Decimal, *, on: dt.date) -> CreditInputs:
    """What the rule needs to know. Invoices are only read when the account has rules about them."""
    late_days, late_amount, oldest, count, count_amount = 0, ZERO, "", 0, ZERO
    if account.max_overdue_days is not None or account.max_open_invoices is not None:
        parts = list(
            OpenPart.objects.filter(account_id=account.pk)
            .order_by("due_on", "invoice_id", "position")
            .values_list("invoice__number", "due_on", "outstanding")
        )
        count = len({number for number, _day, _due in parts})
        if parts and (on - parts[0][1]).days > account.grace_days:
            oldest, late_days = parts[0][0], (on - parts[0][1]).days
        if account.max_overdue_days is not None:
            allowed = max(account.max_overdue_days, account.grace_days)
            late_amount = sum((due for _n, day, due in parts if (on - day).days > allowed), ZERO)
        if account.max_open_invoices is not None:
            count_amount = _to_close(count - account.max_open_invoices + 1, parts)
    return CreditInputs(
        customer=account.customer,
        currency=account.currency,
        amount=amount,
        limit=account.limit,
        limit_source=account.limit_source,
        balance=account.balance,
        open_orders=account.open_orders,
        status=account.status,
        max_overdue_days=account.max_overdue_days,
        overdue_days=late_days,
        late_amount=late_amount,
        oldest_late=oldest,
        max_open_invoices=account.max_open_invoices,
        open_invoices=count,
        count_amount=count_amount,
        uncleared=account.uncleared,
        grace_days=account.grace_days,
    )


def _to_close(invoices: int, parts: list[tuple[str, dt.date, Decimal]]) -> Decimal:
    """What a payment must be to close so many invoices, as it pays the longest due part first."""
    left = Counter(number for number, _day, _due in parts)
    amount = ZERO
    for number, _day, due in parts:
        if invoices <= 0:
            break
        amount += due
        left[number] -= 1
        invoices -= not left[number]
    return amount


def decide(
    account: LockedAccount,
    amount: Decimal,
    *,
    reference: str,
    by: Any,
    at: dt.datetime,
    override_reason: str = "",
) -> CreditDecision:
    """Judge `amount` against a locked account and keep the decision with all it was made from.

    With an `override_reason`, `by` lets it pass although the rule refuses; refuses itself when that is beyond the
    person's authority. Without one, an approval that somebody else gave ahead lets it pass, and is used up. The caller
    must hold the account's lock until its own write is done.
    """
    inputs = gather(account, amount, on=local_date(at))
    judged = judge(inputs)
    verdict = CreditDecision.Verdict.APPROVED if judged.approved else CreditDecision.Verdict.REFUSED
    approval = None
    if override_reason and not judged.approved:
        check_authority(judged, amount, account.currency, by=by)
        verdict = CreditDecision.Verdict.OVERRIDDEN
    elif not judged.approved:
        approval = usable_approval(account, amount, reference=reference, by=by, on=local_date(at))
        if approval is not None:
            verdict, override_reason = CreditDecision.Verdict.OVERRIDDEN, approval.reason
    decision = CreditDecision(
        account_id=account.pk,
        reference=reference,
        verdict=verdict,
        amount=amount,
        inputs=inputs.as_json(),
        reasons=list(judged.reasons),
        to_release=judged.to_release or ZERO,
        rule=RULE,
        override_reason=override_reason if verdict == CreditDecision.Verdict.OVERRIDDEN else "",
        by=by,
        at=at,
    )
    insert(decision)
    if approval is not None:
        use_approval(approval, decision)
    return decision


def check_authority(judged: Judgement, amount: Decimal, currency: str, *, by: Any) -> None:
    """Refuse what is beyond the person's authority.

    At stake is what goes over the limit; for any other reason (late, blocked) the whole order.
    """
    only_limit = {reason["code"] for reason in judged.reasons} == {"over_limit"}
    at_stake = judged.excess if only_limit else max(amount, judged.excess)
    within_authority(at_stake, currency, by=by)


def within_authority(at_stake: Decimal, currency: str, *, by: Any) -> None:
    """Refuse to let go of more than this person may approve."""
    authority = by.authority
    if authority is not None and at_stake > authority:
        raise Refusal(
            _(
                "This lets %(stake)s go; you may approve up to %(authority)s. Ask somebody with more authority."
            )
            % {"stake": format_money(at_stake, currency), "authority": format_money(authority, currency)},
            code="beyond_authority",
        )


def preview(customer_id: int, amount: Decimal, *, at: dt.datetime) -> tuple[CreditInputs, Judgement]:
    """What `decide` would say now, keeping nothing and locking nothing: it may be different a moment later."""
    inputs = gather(look_at_account(customer_id, on=local_date(at)), amount, on=local_date(at))
    return inputs, judge(inputs)


def would_pass(customer_id: int, amount: Decimal, *, reference: str, by: Any, at: dt.datetime) -> bool:
    """Whether `decide` would let an order of `by` pass now, by the rule or by an approval given ahead."""
    account = look_at_account(customer_id, on=local_date(at))
    if judge(gather(account, amount, on=local_date(at))).approved:
        return True
    return usable_approval(account, amount, reference=reference, by=by, on=local_date(at)) is not None
