"""Asking for a limit, and deciding it: somebody else with the authority (CRD-2)."""

from __future__ import annotations

import copy
import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import live
from core.dates import local_date
from core.errors import Refusal
from core.notify import admins, holders, in_sight, notify
from credit.models import CreditAccount, LimitKind, LimitRequest
from credit.states import granted_in_words, wanted_in_words
from customers.operations import record

from .accounts import lock_account
from .assessing import assess
from .changing import change_account, reaches, stake_of

State = LimitRequest.State
APPROVE = "credit.approve_limitrequest"
AGAIN = dt.timedelta(hours=1)
"""How often at most the same people are asked about one request."""


@transaction.atomic
def request_limit(
    customer_id: int,
    kind: str,
    amount: Decimal | None = None,
    *,
    until: dt.date | None = None,
    reason: str,
    reference: str,
    by: Any,
    at: dt.datetime,
    about: str = "",
) -> LimitRequest:
    """Ask for a limit of one of the four kinds, or (with `until`) for a higher one for a while.

    The scorecard's proposal is frozen with it. An open request of the customer is superseded; the same `reference`
    gives the first one back. Those who may decide it are told. Locks: credit account.
    """
    locked = lock_account(customer_id, on=local_date(at))
    if told := LimitRequest.objects.filter(reference=reference).first():
        return told
    amount = amount if kind == LimitKind.AMOUNT else None
    _refuse_what_makes_no_sense(kind, amount, until, reason, on=local_date(at))
    account = CreditAccount.objects.select_related("group", "customer").get(pk=locked.pk)
    if (kind, amount, until) == (account.limit_kind, account.credit_limit, None):
        raise Refusal(_("That is the limit it has."), code="same_limit", field="amount")
    for older in LimitRequest.objects.open().filter(account=account).select_for_update():
        _close(older, State.SUPERSEDED, by=by, at=at, why=_("A newer request took its place."))
    request = LimitRequest.objects.create(
        account=account,
        kind=kind,
        amount=amount,
        until=until,
        reason=reason.strip()[:300],
        about=about[:80],
        had=locked.limit,
        assessment=assess(customer_id, by=by, at=at, tell=False),
        reference=reference,
        by=by,
        at=at,
    )
    text = _("Limit asked for: %(limit)s. %(reason)s") % {
        "limit": wanted_in_words(request),
        "reason": request.reason,
    }
    _tell_timeline(request, "credit.limit_requested", text, by=by, at=at)
    _ask(request, approvers(request), key="asked", by=by, at=at)
    return request


@transaction.atomic
def approve_limit_request(
    request: LimitRequest,
    *,
    by: Any,
    at: dt.datetime,
    kind: str = "",
    amount: Decimal | None = None,
    until: dt.date | None = None,
    reason: str = "",
) -> LimitRequest:
    """Grant what was asked, or less: a smaller `amount`, or the amount only `until` a day.

    Refuses who asked for it, what is beyond the person's authority, more than was asked, and a request that is decided.
    Held orders of the customer are looked at again. Locks: credit account.
    """
    request = _lock_open(request, at=at)
    _refuse_own(request, by)
    kind = kind or request.kind
    amount = (amount if amount is not None else request.amount) if kind == LimitKind.AMOUNT else None
    until = until or request.until
    _refuse_more_than_asked(request, kind, amount, until)
    values: dict[str, Any]
    if until is not None:
        values = {"temporary_limit": amount, "temporary_until": until}
    else:
        values = {"limit_kind": kind, "credit_limit": amount}
    why = " ".join(filter(None, [request.reason, reason.strip()]))
    change_account(request.account.customer_id, values, by=by, at=at, reason=why, request=request)
    request.granted_kind, request.granted_amount, request.granted_until = kind, amount, until
    _close(request, State.APPROVED, by=by, at=at, why=reason)
    text = _("Limit approved: %(limit)s") % {"limit": granted_in_words(request)}
    _tell_timeline(request, "credit.limit_approved", text, by=by, at=at)
    said = format_lazy(
        gettext_lazy("The limit of {customer} is approved: {limit}."),
        customer=request.account.customer.name,
        limit=granted_in_words(request),
    )
    _tell_asker(request, "limit.approved", said, tone="good", by=by, at=at)
    return request


@transaction.atomic
def reject_limit_request(request: LimitRequest, *, reason: str, by: Any, at: dt.datetime) -> LimitRequest:
    """Say no, and why. Refuses who asked for it: they withdraw it."""
    request = _lock_open(request, at=at)
    _refuse_own(request, by)
    if not reason.strip():
        raise Refusal(_("Say why the limit is not given."), code="no_reason", field="reason")
    _close(request, State.REJECTED, by=by, at=at, why=reason)
    text = _("Limit of %(limit)s not given: %(reason)s") % {
        "limit": wanted_in_words(request),
        "reason": request.decided_why,
    }
    _tell_timeline(request, "credit.limit_rejected", text, by=by, at=at)
    said = format_lazy(
        gettext_lazy("The limit asked for {customer} was not given: {reason}"),
        customer=request.account.customer.name,
        reason=request.decided_why,
    )
    _tell_asker(request, "limit.rejected", said, tone="bad", by=by, at=at)
    return request


@transaction.atomic
def withdraw_limit_request(request: LimitRequest, *, by: Any, at: dt.datetime) -> LimitRequest:
    """Take a request back. Doing it twice is doing it once. Only who asked for it does."""
    lock_account(request.account.customer_id, on=local_date(at))
    request = _read(request)
    if request.state == State.WITHDRAWN:
        return request
    _must_be_open(request)
    if request.by_id != by.pk:
        raise Refusal(_("Only who asked for it may withdraw it. You may reject it."), code="not_yours")
    _close(request, State.WITHDRAWN, by=by, at=at, why="")
    text = _("Request for a limit of %(limit)s withdrawn") % {"limit": wanted_in_words(request)}
    _tell_timeline(request, "credit.limit_withdrawn", text, by=by, at=at)
    return request


@transaction.atomic
def send_up(request: LimitRequest, *, by: Any, at: dt.datetime) -> list[Any]:
    """Tell those whose authority reaches that it waits for them; they are given back. Once an hour is enough."""
    request = _lock_open(request, at=at)
    people = [person for person in approvers(request) if person != by]
    if not people:
        raise Refusal(_("Nobody with the authority can be asked but you."), code="nobody_to_ask")
    _ask(request, people, key=f"up:{int(at.timestamp() // AGAIN.total_seconds())}", by=by, at=at)
    return people


def approvers(request: LimitRequest) -> list[Any]:
    """Those who may decide it: with the right, the customer in sight, the authority, and not who asked for it."""
    stake = stake_of_request(request)
    able = [person for person in holders(APPROVE, about=request) if reaches(person, stake)]
    return [person for person in able or admins() if person.pk != request.by_id]


def stake_of_request(request: LimitRequest) -> Decimal | None:
    """How much more may be owed when all that was asked is granted; None is without bound."""
    before = request.account
    after = copy.copy(before)
    if request.until is not None:
        after.temporary_limit, after.temporary_until = request.amount, request.until
    else:
        after.limit_kind, after.credit_limit = request.kind, request.amount
    return stake_of(before, after)


def _refuse_what_makes_no_sense(
    kind: str, amount: Decimal | None, until: dt.date | None, reason: str, *, on: dt.date
) -> None:
    if kind not in LimitKind.values:
        raise Refusal(_("Say what kind of limit."), code="no_kind", field="kind")
    if kind == LimitKind.AMOUNT and (amount is None or amount <= 0):
        raise Refusal(
            _("A limit must be above zero. For no credit choose “cash only”."),
            code="limit_not_positive",
            field="amount",
        )
    if until is not None and kind != LimitKind.AMOUNT:
        raise Refusal(_("A limit for a while needs an amount."), code="needs_amount", field="until")
    if until is not None and until < on:
        raise Refusal(_("That day is over."), code="in_the_past", field="until")
    if not reason.strip():
        raise Refusal(_("Say why the limit is needed."), code="no_reason", field="reason")


def _refuse_own(request: LimitRequest, by: Any) -> None:
    if request.by_id == by.pk:
        raise Refusal(
            _("You asked for this limit yourself. Somebody else must decide it."), code="own_request"
        )


def _refuse_more_than_asked(
    request: LimitRequest, kind: str, amount: Decimal | None, until: dt.date | None
) -> None:
    """Less is fewer money or fewer days; another kind is another request, but for an amount instead of unlimited."""
    less_kind = kind == request.kind or (request.kind == LimitKind.UNLIMITED and kind == LimitKind.AMOUNT)
    more = request.amount is not None and amount is not None and amount > request.amount
    longer = request.until is not None and until is not None and until > request.until
    if not less_kind or more or longer:
        raise Refusal(
            _("That is more than was asked: %(limit)s.") % {"limit": wanted_in_words(request)},
            code="more_than_asked",
            field="amount",
        )
    if kind == LimitKind.AMOUNT and (amount is None or amount <= 0):
        raise Refusal(_("A limit must be above zero."), code="limit_not_positive", field="amount")
    if until is not None and kind != LimitKind.AMOUNT:
        raise Refusal(_("A limit for a while needs an amount."), code="needs_amount", field="until")


def _lock_open(request: LimitRequest, *, at: dt.datetime) -> LimitRequest:
    """The request under its account's lock, which all that decide it take first: two at once are one."""
    lock_account(request.account.customer_id, on=local_date(at))
    request = _read(request)
    _must_be_open(request)
    return request


def _read(request: LimitRequest) -> LimitRequest:
    rows = LimitRequest.objects.select_related("account__customer__representative", "account__group", "by")
    return rows.select_for_update(of=("self",)).get(pk=request.pk)


def _must_be_open(request: LimitRequest) -> None:
    if request.state != State.OPEN:
        raise Refusal(
            _("This request is %(state)s already.") % {"state": request.get_state_display().lower()},
            code="decided_already",
        )


def _close(request: LimitRequest, state: str, *, by: Any, at: dt.datetime, why: str) -> None:
    request.state, request.decided_by, request.decided_at = state, by, at
    request.decided_why = why.strip()[:300]
    request.save()
    live.touch(request)


def _tell_timeline(request: LimitRequest, event: str, text: str, *, by: Any, at: dt.datetime) -> None:
    about = {"about": f"credit.limitrequest:{request.pk}", "url": request.get_absolute_url()}
    record(request.account.customer_id, event, text=text, by=by, at=at, **about)
    live.touch(request)


def _ask(request: LimitRequest, people: list[Any], *, key: str, by: Any, at: dt.datetime) -> None:
    notify(
        people,
        "limit.requested",
        format_lazy(
            gettext_lazy("{who} asks for a limit of {limit} for {customer}."),
            who=request.by or "",
            limit=wanted_in_words(request),
            customer=request.account.customer.name,
        ),
        key=f"limitrequest:{request.pk}:{key}",
        url=request.get_absolute_url(),
        tone="warn",
        by=by,
        at=at,
    )


def _tell_asker(request: LimitRequest, event: str, text: Any, *, tone: str, by: Any, at: dt.datetime) -> None:
    """What became of it: who asked, and who looks after the customer."""
    people = {person for person in (request.by, request.account.customer.representative) if person}
    notify(
        in_sight(people, request),
        event,
        text,
        key=f"limitrequest:{request.pk}:{request.state}",
        url=request.get_absolute_url(),
        tone=tone,
        by=by,
        at=at,
    )
