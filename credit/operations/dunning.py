"""Dunning runs: asked for by a person or by the clock, worked through customer by customer, each reminder once."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone, translation
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.operations import add_task
from core import live
from core.dates import local_date
from core.errors import Refusal
from core.money import format_money
from core.notify import notify
from core.rows import insert
from credit.documents.reminding import reminder_words
from credit.models import (
    CreditAccount,
    DunningItem,
    DunningNotice,
    DunningRun,
    DunningSettings,
    Invoice,
)
from credit.queries.dunning import Planned, Policy, candidates, plan, policy
from customers.operations import record
from messaging.operations import queue

from .accounts import lock_account
from .late_fees import charge_all, charge_for_level
from .links import make_link

State = DunningNotice.State
RunState = DunningRun.State
STEP = 50
"""Customers in one step of a run."""


class ToldAlready(Exception):
    """Every part of a notice was told at its level before; the notice is taken back."""


@transaction.atomic
def ask_for_run(
    *,
    key: str,
    on: dt.date,
    by: Any,
    at: dt.datetime,
    automatic: bool = False,
    customers: Collection[int] | None = None,
    without: Collection[int] = (),
) -> DunningRun:
    """Write down that all who are due are to be reminded, once for each `key`; nothing is sent yet.

    `customers` narrows it to some, `without` leaves some out. Refuses when no level is in use.
    """
    if not policy().levels:
        raise Refusal(_("No dunning level is in use. Set one up first."), code="no_levels")
    run = DunningRun(
        key=key,
        on=on,
        automatic=automatic,
        customers=sorted(customers) if customers is not None else [],
        without=sorted(without),
        by=by,
        at=at,
    )
    insert(run, unless_there=True)
    return run if run.pk else DunningRun.objects.get(key=key)


def start_due_run(*, at: dt.datetime) -> DunningRun | None:
    """The automatic run of today, when its hour has come and the day is not quiet; made once a day, however late.

    A day that was missed is not made up for: today's run tells everybody the highest level that is due now.
    """
    now = timezone.localtime(at)
    rules = policy()
    told = rules.settings
    if not told.automatic or not rules.levels or now.hour < told.hour or now.weekday() in told.quiet_days:
        return None
    return ask_for_run(key=f"auto:{now.date()}", on=now.date(), by=None, at=at, automatic=True)


def go_through(run: DunningRun, *, at: dt.datetime) -> Iterator[None]:
    """Remind everybody a run is for, a stop after each customer. Begun again anywhere, by anybody, at once: it goes on.

    Where it is, is only where to go on: each customer's notice is unique in the run, each claim in the database. One
    customer, one transaction: two accounts are never locked together.
    """
    rules, accounts = policy(), _meant(run)
    while run.state not in (RunState.DONE, RunState.STOPPED):
        keys = candidates(on=run.on, after=run.after, most=STEP, accounts=accounts)
        for planned in plan(keys, on=run.on, by=rules):
            if planned.account.customer_id not in run.without:
                with contextlib.suppress(ToldAlready):
                    remind(planned, run, by=rules, at=at)
                yield
        _come_to(run, keys, at=at)
        yield


def run_now(run: DunningRun, *, at: dt.datetime) -> DunningRun:
    """Work a run to its end."""
    for _step in go_through(run, at=at):
        pass
    return run


@transaction.atomic
def stop_run(run: DunningRun, *, at: dt.datetime) -> DunningRun:
    """It goes no further: its job was cancelled, or failed. What it queued stays."""
    fresh = DunningRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if fresh.state not in (RunState.DONE, RunState.STOPPED):
        fresh.state, fresh.ended_at = RunState.STOPPED, at
        _count(fresh)
        fresh.save()
        live.touch(fresh)
    return fresh


@transaction.atomic
def _come_to(run: DunningRun, keys: Sequence[int], *, at: dt.datetime) -> None:
    fresh = DunningRun.objects.select_for_update(of=("self",)).get(pk=run.pk)
    fresh.looked_at += sum(key > fresh.after for key in keys)
    fresh.after = max([fresh.after, *keys])
    if fresh.state == RunState.WAITING:
        fresh.state = RunState.RUNNING
    if len(keys) < STEP and fresh.state == RunState.RUNNING:
        fresh.state, fresh.ended_at = RunState.DONE, at
    _count(fresh)
    fresh.save()
    live.touch(fresh)
    run.after, run.state, run.ended_at = fresh.after, fresh.state, fresh.ended_at
    run.looked_at, run.queued, run.calls = fresh.looked_at, fresh.queued, fresh.calls
    run.left_out, run.fees = fresh.left_out, fresh.fees


@transaction.atomic
def remind(planned: Planned, run: DunningRun, *, by: Policy, at: dt.datetime) -> DunningNotice | None:
    """Remind one customer, by what is outstanding now, read again under the account's lock. None: nothing is new.

    What was planned is only who to look at. Locks: credit account, then (for a fee) the document number.
    """
    account = planned.account
    lock_account(account.customer_id, on=local_date(at))
    now = plan([account.pk], on=run.on, by=by)
    if not now:
        return None
    fresh = now[0]
    notice = DunningNotice(
        run=run,
        account=account,
        level=fresh.level,
        currency=account.currency,
        amount=fresh.amount,
        invoices=len(fresh.numbers),
        state=fresh.state,
        why=fresh.why[:300],
        at=at,
        settled_at=at if fresh.state in (State.LEFT_OUT, State.CALL) else None,
    )
    if insert(notice, unless_there=True).pk is None:
        return None  # this run has been here
    if fresh.state == State.LEFT_OUT:
        return notice
    channels = _claim(notice, fresh, at=at)
    if not channels:
        raise ToldAlready  # impossible under the lock; the database would refuse it all the same
    if fresh.state == State.QUEUED:
        _write(notice, fresh, channels, by=by, at=at)
    _ask_people(notice, fresh, at=at)
    for level in by.levels.values():
        if level.charges_fee:
            asks = [claim.ask for claim in fresh.verdict.claims if claim.step.key == level.pk]
            charge_for_level(account, asks, level, run=run, at=at)
    return notice


def _claim(notice: DunningNotice, planned: Planned, *, at: dt.datetime) -> list[str]:
    """Claim each part at its own level on each channel; the channels on which something was ours to tell."""
    won = []
    for channel in planned.channels or [DunningItem.CALL]:
        rows = [
            DunningItem(
                notice=notice,
                invoice_id=claim.ask.part.invoice,
                position=claim.ask.part.position,
                level_id=claim.step.key,
                channel=channel,
                amount=claim.ask.amount,
                due_on=claim.ask.part.due_on,
                days=claim.ask.days,
                at=at,
            )
            for claim in planned.verdict.claims
        ]
        ours = [row for row in rows if insert(row, unless_there=True).pk]
        if ours:
            won.append(channel)
    return won


def _write(
    notice: DunningNotice, planned: Planned, channels: Sequence[str], *, by: Policy, at: dt.datetime
) -> None:
    assert planned.level is not None
    queue(
        planned.account.customer,
        planned.level.event,
        context=said(planned, at=at),
        key=notice.message_key,
        about=f"credit.dunningnotice:{notice.pk}",
        channels=channels,
        not_before=may_leave(by.settings, at=at),
        by=notice.run.by,
        at=at,
    )


def said(planned: Planned, *, at: dt.datetime) -> dict[str, str]:
    """What the words of a reminder are filled with, in the customer's language."""
    numbers, account = planned.numbers, planned.account
    only = Invoice.objects.get(number=numbers[0]) if len(numbers) == 1 else None
    return reminder_words(
        account.customer.message_language,
        amount=planned.amount,
        currency=account.currency,
        numbers=numbers,
        due_on=planned.due_on,
        days=planned.days,
        link=make_link(account, only, at=at).url,
    )


def may_leave(told: DunningSettings, *, at: dt.datetime) -> dt.datetime:
    """When a reminder may leave: now, or at the next hour that is not quiet."""
    now = timezone.localtime(at)
    for ahead in range(8):
        day = now.date() + dt.timedelta(days=ahead)
        if day.weekday() in told.quiet_days:
            continue
        opens = timezone.make_aware(dt.datetime.combine(day, dt.time(told.from_hour)))
        closes = opens + dt.timedelta(hours=told.until_hour - told.from_hour)
        if now < closes:
            return max(opens, at)
    return at  # every day is quiet: then nothing is


def _ask_people(notice: DunningNotice, planned: Planned, *, at: dt.datetime) -> None:
    """The representative hears of it, or gets a call to make, when the level says so or no message can be sent."""
    level, account = planned.level, planned.account
    customer = account.customer
    assert level is not None
    owed = format_money(planned.amount, account.currency)
    calls = level.asks_for_call or notice.state == State.CALL
    if notice.state == State.CALL:
        record(
            customer,
            "dunning.call",
            text=_("%(level)s, %(amount)s: %(why)s") % {"level": level, "amount": owed, "why": notice.why},
            about=f"credit.dunningnotice:{notice.pk}",
            url=notice.run.get_absolute_url(),
            by=notice.run.by,
            at=at,
        )
    who = customer.representative if customer.representative and customer.representative.is_active else None
    if calls and who is not None:
        with translation.override(who.language or settings.LANGUAGE_CODE):
            title = _("Call %(customer)s: %(level)s, %(amount)s") % {
                "customer": customer,
                "level": level,
                "amount": owed,
            }
        add_task(
            title,
            assignee=who,
            due_on=local_date(at),
            about=customer,
            idempotency_key=f"dunning:{notice.pk}:call",
            by=notice.run.by,
            at=at,
        )
    if level.tells_representative and who is not None:
        notify(
            [who],
            "dunning.reached",
            format_lazy(
                gettext_lazy("{customer} reached {level}: {amount}."),
                customer=customer,
                level=level,
                amount=owed,
            ),
            key=f"dunning:{notice.pk}",
            url=customer.get_absolute_url(),
            tone="warn",
            at=at,
        )


def _meant(run: DunningRun) -> list[int] | None:
    if not run.customers:
        return None
    return list(CreditAccount.objects.filter(customer_id__in=run.customers).values_list("pk", flat=True))


def _count(run: DunningRun) -> None:
    told = run.notices.aggregate(
        queued=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENT, State.CANCELLED])),
        calls=Count("pk", filter=Q(state=State.CALL)),
        left_out=Count("pk", filter=Q(state=State.LEFT_OUT)),
    )
    run.queued, run.calls, run.left_out = told["queued"], told["calls"], told["left_out"]
    run.fees = run.late_fees.count()


def dunning_day(*, at: dt.datetime) -> None:
    """What the clock asks for: the run of today, the end of runs that nobody works on, and the daily late fees."""
    start_due_run(at=at)
    for run in DunningRun.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING], automatic=True):
        run_now(run, at=at)
    after: int | None = 0
    while after is not None:
        _charged, after = charge_all(on=local_date(at), at=at, after=after)
