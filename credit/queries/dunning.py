"""Who is due to be reminded, of what, and why not: the facts of many accounts at once, judged by `credit.dunning`."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Max, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.dates import local_date
from core.money import ZERO, format_money
from credit import dunning as rule
from credit.dunning import Facts, Key, Part, Pause, Promise, Rules, Step, Told, Verdict, judge
from credit.models import (
    Cheque,
    CreditAccount,
    DunningItem,
    DunningLevel,
    DunningNotice,
    DunningPause,
    DunningSettings,
    Invoice,
    PaymentNotice,
    PromiseToPay,
)
from customers.models import Customer
from customers.models.choices import Channel
from messaging.models import OutboundMessage
from messaging.queries import reach

from .disputes import disputed
from .parts import open_parts

State = DunningNotice.State
BATCH = 500


class Policy(NamedTuple):
    """The levels in use by key, and the settings, read once for many accounts."""

    levels: Mapping[int, DunningLevel]
    settings: DunningSettings

    @property
    def rules(self) -> Rules:
        steps = [Step(level.pk, level.days) for level in self.levels.values()]
        return Rules(steps, self.settings.gap_days, self.settings.smallest)


class Planned(NamedTuple):
    """What a run would come to for one customer: a message on `channels`, a call, or nothing; `why` in words."""

    account: CreditAccount
    verdict: Verdict
    level: DunningLevel | None
    state: str
    channels: Sequence[str]
    why: str
    facts: Facts

    @property
    def currency(self) -> str:
        return self.account.currency

    @property
    def amount(self) -> Decimal:
        return self.verdict.amount

    @property
    def after_broken_promise(self) -> bool:
        """Whether a broken promise took it further than its days do."""
        return self.level is not None and self.level.days >= 0 and self.days < self.level.days

    @property
    def channel_names(self) -> list[str]:
        return [str(Channel(channel).label) for channel in self.channels]

    @property
    def withheld(self) -> Decimal:
        return sum(self.verdict.withheld.values(), ZERO)

    @property
    def numbers(self) -> list[str]:
        """The invoices the message is about, the oldest due first, each once."""
        return list(dict.fromkeys(ask.part.number for ask in self.verdict.asks))

    @property
    def days(self) -> int:
        """How late the oldest of them is; negative before it is due."""
        return max((ask.days for ask in self.verdict.asks), default=0)

    @property
    def due_on(self) -> dt.date | None:
        return min((ask.part.due_on for ask in self.verdict.asks), default=None)


def policy() -> Policy:
    """The levels and settings that count now. Two queries."""
    found = DunningSettings.objects.filter(pk=1).first() or DunningSettings(pk=1)
    return Policy({level.pk: level for level in DunningLevel.objects.in_force()}, found)


def candidates(
    *,
    on: dt.date,
    after: int = 0,
    most: int = BATCH,
    accounts: Collection[int] | None = None,
    level: int | None = None,
) -> list[int]:
    """The next account keys that may have something new to be told on a day, in their order. One statement.

    `level` asks for those that are new at one level. A superset of those `plan` has a message for: pauses, promises and
    disputes are looked at there.
    """
    values: dict[str, Any] = {
        "on": on,
        "after": after,
        "most": most,
        "accounts": None if accounts is None else list(accounts),
        "level": level,
    }
    with connection.cursor() as cursor:
        cursor.execute(CANDIDATES, values)
        return [row[0] for row in cursor.fetchall()]


def plan(account_ids: Iterable[int], *, on: dt.date, by: Policy) -> list[Planned]:
    """What a run on `on` would come to for these accounts; those with nothing new to be told are left out of it."""
    keys = list(account_ids)
    facts = facts_of(keys, on=on)
    accounts = (
        CreditAccount.objects.filter(pk__in=keys).select_related("customer__representative").order_by("pk")
    )
    rules = by.rules
    judged = [
        (account, verdict, facts[account.pk])
        for account in accounts
        if (verdict := judge(facts[account.pk], rules, on=on)).step or verdict.why not in ("", rule.PENDING)
    ]
    ways = _ways([(account, verdict) for account, verdict, _facts in judged if not verdict.why], by)
    return [_planned(account, verdict, known, by, ways, on) for account, verdict, known in judged]


def whole_plan(*, on: dt.date, by: Policy, user: Any, most: int = 5000) -> list[Planned]:
    """The plan for everybody in sight of a person, highest level and most money first; at most so many customers."""
    visible = Customer.objects.visible_to(user)
    accounts = None
    if visible.query.where or visible.query.is_empty():
        accounts = list(CreditAccount.objects.filter(customer__in=visible).values_list("pk", flat=True))
    planned: list[Planned] = []
    after = 0
    while len(planned) < most and (keys := candidates(on=on, after=after, accounts=accounts)):
        planned += plan(keys, on=on, by=by)
        after = keys[-1]
    return sorted(
        planned,
        key=lambda row: (row.state == State.LEFT_OUT, -(row.level.days if row.level else -99), -row.amount),
    )


def facts_of(account_ids: Collection[int], *, on: dt.date, besides: int | None = None) -> dict[int, Facts]:
    """All that counts about these accounts, in nine queries however many. Without the claims of notice `besides`."""
    keys = list(account_ids)
    found = open_parts(keys, on=on)
    invoice_ids = {part.invoice_id for part in found}
    numbers = dict(Invoice.objects.filter(pk__in=invoice_ids).values_list("pk", "number"))
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in found:
        parts[row.account_id].append(
            Part(row.invoice_id, row.position, numbers[row.invoice_id], row.due_on, row.outstanding)
        )
    open_promises, broken = _promises(keys, on)
    pauses, invoice_pauses = _pauses(keys, on)
    under_dispute = disputed(invoice_ids)
    told = _told(invoice_ids, besides)
    told_on = {
        pk: local_date(at)
        for pk, at in DunningNotice.objects.filter(account_id__in=keys)
        .exclude(state__in=[State.LEFT_OUT, State.CANCELLED])
        .exclude(pk=besides or 0)
        .order_by()
        .values_list("account_id")
        .annotate(last=Max("at"))
    }
    announced = _sums(PaymentNotice.objects.waiting(), keys)
    cheques = _sums(Cheque.objects.in_hand(), keys)
    money = dict(CreditAccount.objects.filter(pk__in=keys).values_list("pk", "unallocated"))
    return {
        pk: Facts(
            parts=parts[pk],
            open_promises=open_promises[pk],
            broken_promises=broken[pk],
            pause=pauses.get(pk),
            invoice_pauses={
                p.invoice: invoice_pauses[p.invoice] for p in parts[pk] if p.invoice in invoice_pauses
            },
            disputed={p.invoice: under_dispute[p.invoice] for p in parts[pk] if p.invoice in under_dispute},
            unallocated=money.get(pk, ZERO),
            announced=announced.get(pk, ZERO),
            cheques=cheques.get(pk, ZERO),
            told={part.key: told[part.key] for part in parts[pk] if part.key in told},
            told_on=told_on.get(pk),
        )
        for pk in keys
    }


def level_of(account_ids: Collection[int], *, on: dt.date) -> dict[int, tuple[DunningLevel, dt.date]]:
    """`{account: (level, day)}`: the highest level at which something still open was told, and when. Two queries."""
    rows = (
        DunningItem.objects.filter(
            invoice__account_id__in=list(account_ids),
            invoice__outstanding__gt=0,
            dropped_at=None,
            at__date__lte=on,
        )
        .order_by("invoice__account_id", "-level__days", "-at")
        .distinct("invoice__account_id")
        .select_related("level", "invoice")
    )
    return {row.invoice.account_id: (row.level, local_date(row.at)) for row in rows}


def in_words(why: str, facts: Facts, verdict: Verdict, by: Policy, currency: str) -> str:
    """Why a customer is left out, for the person who looks at the preview."""
    if why == rule.PAUSED and facts.pause:
        said = {"day": _day(facts.pause.until), "reason": facts.pause.reason}
        return _("Paused until %(day)s: %(reason)s") % said
    if why == rule.INVOICE_PAUSED and facts.invoice_pauses:
        pause = next(iter(facts.invoice_pauses.values()))
        return _("Invoice paused until %(day)s: %(reason)s") % {
            "day": _day(pause.until),
            "reason": pause.reason,
        }
    if why == rule.PROMISED and facts.open_promises:
        promise = max(facts.open_promises, key=lambda each: each.promised_on)
        said = {"amount": format_money(promise.amount, currency), "day": _day(promise.promised_on)}
        return _("Promised %(amount)s for %(day)s") % said
    if why == rule.DISPUTED:
        return _("Disputed: %(amount)s") % {"amount": format_money(verdict.withheld[rule.DISPUTED], currency)}
    if why == rule.ANNOUNCED:
        return _("A payment of %(amount)s waits for approval") % {
            "amount": format_money(facts.announced, currency)
        }
    if why == rule.CHEQUE:
        return _("Cheques of %(amount)s are in hand") % {"amount": format_money(facts.cheques, currency)}
    if why == rule.PAID_AHEAD:
        return _("%(amount)s unallocated covers it") % {"amount": format_money(facts.unallocated, currency)}
    if why == rule.TOO_SMALL:
        return _("Less than %(amount)s") % {"amount": format_money(by.settings.smallest, currency)}
    if why == rule.TOO_SOON and facts.told_on:
        again = facts.told_on + dt.timedelta(days=by.settings.gap_days)
        return _("Was reminded on %(day)s, again from %(again)s") % {
            "day": _day(facts.told_on),
            "again": _day(again),
        }
    return _("The last reminder still waits to be sent")


def _planned(
    account: CreditAccount,
    verdict: Verdict,
    facts: Facts,
    by: Policy,
    ways: Mapping[int, Sequence[str]],
    on: dt.date,
) -> Planned:
    level = by.levels[verdict.step.key] if verdict.step else None
    if verdict.why:
        words = in_words(verdict.why, facts, verdict, by, account.currency)
        return Planned(account, verdict, level, State.LEFT_OUT, (), words, facts)
    assert level is not None  # a verdict without a reason has its step
    customer = account.customer
    if not customer.can_order:
        why = _("%(status)s: call") % {"status": customer.get_status_display()}
        return Planned(account, verdict, level, State.CALL, (), why, facts)
    channels = list(ways[customer.pk])
    if not channels:
        return Planned(account, verdict, level, State.CALL, (), _("Can't be reached by message: call"), facts)
    return Planned(
        account, verdict, level, State.QUEUED, channels if level.channels else channels[:1], "", facts
    )


def _ways(judged: Sequence[tuple[CreditAccount, Verdict]], by: Policy) -> dict[int, Sequence[str]]:
    """The channels of each customer for the words of its level; two queries a level."""
    groups: dict[int, list[Customer]] = defaultdict(list)
    for account, verdict in judged:
        assert verdict.step is not None
        groups[verdict.step.key].append(account.customer)
    found: dict[int, Sequence[str]] = {}
    for key, people in groups.items():
        level = by.levels[key]
        found |= reach(people, level.event, level.channels)
    return found


def _promises(keys: list[int], on: dt.date) -> tuple[dict[int, list[Promise]], dict[int, list[Promise]]]:
    """Open and broken ones. One whose day is over counts as broken, also before the night has said so."""
    living: dict[int, list[Promise]] = defaultdict(list)
    broken: dict[int, list[Promise]] = defaultdict(list)
    wanted = [PromiseToPay.State.OPEN, PromiseToPay.State.BROKEN]
    rows = PromiseToPay.objects.filter(account_id__in=keys, state__in=wanted).prefetch_related("invoices")
    for row in rows:
        about = frozenset(invoice.pk for invoice in row.invoices.all())
        promise = Promise(row.amount - row.received, row.promised_on, about)
        is_open = row.state == PromiseToPay.State.OPEN and row.promised_on >= on
        (living if is_open else broken)[row.account_id].append(promise)
    return living, broken


def _pauses(keys: list[int], on: dt.date) -> tuple[dict[int, Pause], dict[int, Pause]]:
    whole, one = {}, {}
    for row in DunningPause.objects.living(on=on).filter(account_id__in=keys):
        if row.invoice_id is None:
            whole[row.account_id] = Pause(row.until, row.reason)
        else:
            one[row.invoice_id] = Pause(row.until, row.reason)
    return whole, one


def _told(invoice_ids: Collection[int], besides: int | None) -> dict[Key, list[Told]]:
    rows = list(
        DunningItem.objects.filter(invoice_id__in=invoice_ids, dropped_at=None)
        .exclude(notice_id=besides or 0)
        .values_list("invoice_id", "due_on", "level__days", "notice_id", "notice__state")
    )
    waiting = _waiting({notice for *_rest, notice, state in rows if state == State.QUEUED})
    told = defaultdict(list)
    for invoice, due_on, days, notice, _state in rows:
        told[invoice, due_on].append(Told(days, notice in waiting))
    return told


def _waiting(notices: Collection[int]) -> set[int]:
    """Those of the notices whose message has not left yet."""
    abouts = {f"credit.dunningnotice:{pk}": pk for pk in notices}
    waiting = [OutboundMessage.State.QUEUED, OutboundMessage.State.SENDING]
    found = OutboundMessage.objects.filter(about__in=list(abouts), state__in=waiting)
    return {abouts[about] for about in found.values_list("about", flat=True)}


def _sums(rows: Any, keys: list[int]) -> dict[int, Decimal]:
    found = rows.filter(account_id__in=keys).order_by().values_list("account_id")
    return dict(found.annotate(sum=Sum("amount")))


def _day(day: dt.date) -> str:
    return date_format(day, "j M Y")


# Parts that stand on a level nobody told them of. A part that is late has no level before its due date any more.
CANDIDATES = """
WITH part AS (
    SELECT account_id, id AS invoice_id, due_on FROM credit_invoice WHERE outstanding > 0 AND NOT in_parts
    UNION ALL
    SELECT i.account_id, i.id, t.due_on
    FROM credit_invoice i
    JOIN credit_instalmentplan p ON p.invoice_id = i.id AND p.until_on IS NULL
    JOIN credit_instalment t ON t.plan_id = p.id AND t.later < i.outstanding
    WHERE i.outstanding > 0 AND i.in_parts
), told AS (
    SELECT d.invoice_id, d.due_on, max(l.days) AS days
    FROM credit_dunningitem d JOIN credit_dunninglevel l ON l.id = d.level_id
    WHERE d.dropped_at IS NULL GROUP BY d.invoice_id, d.due_on
)
SELECT DISTINCT part.account_id
FROM part LEFT JOIN told ON told.invoice_id = part.invoice_id AND told.due_on = part.due_on
WHERE part.account_id > %(after)s::bigint
  AND (%(accounts)s::bigint[] IS NULL OR part.account_id = ANY (%(accounts)s::bigint[]))
  AND EXISTS (
    SELECT FROM credit_dunninglevel l
    WHERE l.is_active AND (%(level)s::bigint IS NULL OR l.id = %(level)s::bigint)
      AND l.days > coalesce(told.days, l.days - 1) AND (
        (part.due_on + l.days <= %(on)s::date AND (l.days >= 0 OR part.due_on >= %(on)s::date))
        OR (l.days >= 0 AND part.due_on < %(on)s::date AND EXISTS (
            SELECT FROM credit_promisetopay b
            WHERE b.account_id = part.account_id AND b.promised_on < %(on)s::date
              AND b.state IN ('open', 'broken')))))
ORDER BY part.account_id
LIMIT %(most)s
"""
