"""Who is to be reminded of what, today. Pure: the same facts give the same answer, in a preview and under lock.

Each invoice (each part of it, when it is due in parts) climbs the levels by its own days late; a broken promise takes
it one level further. What is paused, promised, disputed or paid by money that waits is not asked for. Each level is
told once for a part; whoever starts late hears only the highest level that is due, never those before it. The customer
gets one message, at the highest level that is new among its parts, about all that is overdue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from core.money import ZERO

PAUSED, INVOICE_PAUSED, DISPUTED, PAID_AHEAD = "paused", "invoice_paused", "disputed", "ahead"
ANNOUNCED, CHEQUE, PROMISED = "announced", "cheque", "promised"
PENDING, TOO_SOON, TOO_SMALL = "pending", "too_soon", "too_small"


Key = tuple[int, dt.date]


class Step(NamedTuple):
    """A level: its key and its days after the due date."""

    key: int
    days: int


class Part(NamedTuple):
    """What is outstanding of an invoice, or of one part of it (`position` from 1; 0 is the whole)."""

    invoice: int
    position: int
    number: str
    due_on: dt.date
    outstanding: Decimal

    @property
    def key(self) -> Key:
        """The day tells the parts of one invoice from each other, whichever plan they stand in."""
        return self.invoice, self.due_on


class Promise(NamedTuple):
    """A promise of `amount` (what has not come of it yet) for a day, about some invoices; about none is about all."""

    amount: Decimal
    promised_on: dt.date
    invoices: frozenset[int]

    def is_about(self, part: Part) -> bool:
        return part.invoice in self.invoices if self.invoices else part.due_on <= self.promised_on


class Pause(NamedTuple):
    until: dt.date
    reason: str


class Told(NamedTuple):
    """A reminder of a part that stands: the days of its level, and whether its message still waits to be sent."""

    days: int
    waits: bool = False


class Facts(NamedTuple):
    """All that counts about one account.

    `announced` waits for approval, `cheques` are in hand for a later day. `told` is by part; `told_on` the day the
    customer last heard anything.
    """

    parts: Sequence[Part]
    open_promises: Sequence[Promise] = ()
    broken_promises: Sequence[Promise] = ()
    pause: Pause | None = None
    invoice_pauses: Mapping[int, Pause] = {}
    disputed: Mapping[int, Decimal] = {}
    unallocated: Decimal = ZERO
    announced: Decimal = ZERO
    cheques: Decimal = ZERO
    told: Mapping[Key, Sequence[Told]] = {}
    told_on: dt.date | None = None


class Rules(NamedTuple):
    steps: Sequence[Step]
    gap_days: int = 0
    smallest: Decimal = ZERO


class Ask(NamedTuple):
    """So much of a part may be asked for today. `withheld` says why it is less than what is outstanding."""

    part: Part
    amount: Decimal
    days: int
    withheld: tuple[str, ...] = ()


class Claim(NamedTuple):
    """A part that reaches a level it was not told yet."""

    ask: Ask
    step: Step


class Verdict(NamedTuple):
    """What to say to one customer: at `step`, of `asks`, newly about `claims`; or nothing, and `why`.

    `why` is empty when there is nothing new to say at all. `withheld` is what was taken off, by reason.
    """

    step: Step | None
    claims: Sequence[Claim]
    asks: Sequence[Ask]
    why: str = ""
    withheld: Mapping[str, Decimal] = {}

    @property
    def amount(self) -> Decimal:
        return sum((ask.amount for ask in self.asks), ZERO)


def judge(facts: Facts, rules: Rules, *, on: dt.date) -> Verdict:
    """What one customer is to hear on a day."""
    full = [Ask(part, part.outstanding, (on - part.due_on).days) for part in facts.parts]
    wanted = claims_of(full, facts, rules.steps)
    if not wanted:
        waits = any(told.waits for part in facts.parts for told in facts.told.get(part.key, ()))
        return Verdict(None, (), (), PENDING if waits else "")
    asks, withheld = asks_of(facts, on=on)
    claims = claims_of(asks, facts, rules.steps)
    if not claims:
        reasons = [
            why for ask in asks for why in ask.withheld if ask.part.key in {c.ask.part.key for c in wanted}
        ]
        return Verdict(None, (), (), reasons[0] if reasons else PAID_AHEAD, withheld)
    step = max((claim.step for claim in claims), key=lambda each: each.days)
    claims = [claim for claim in claims if step.days < 0 or claim.step.days >= 0]
    new = {claim.ask.part.key for claim in claims}
    said = [
        ask for ask in asks if ask.amount > 0 and (ask.part.key in new or (step.days >= 0 and ask.days > 0))
    ]
    verdict = Verdict(step, claims, said, "", withheld)
    if verdict.amount < rules.smallest:
        return verdict._replace(why=TOO_SMALL)
    if facts.told_on is not None and (on - facts.told_on).days < rules.gap_days:
        return verdict._replace(why=TOO_SOON)
    return verdict


def asks_of(facts: Facts, *, on: dt.date) -> tuple[list[Ask], dict[str, Decimal]]:
    """What may be asked for of each part, the oldest first, and what was taken off in all, by reason."""
    asks = [
        Ask(part, part.outstanding, (on - part.due_on).days)
        for part in sorted(facts.parts, key=lambda part: (part.due_on, part.key))
    ]
    withheld: dict[str, Decimal] = {}

    def take(most: Decimal, why: str, keys: Iterable[Key]) -> None:
        wanted = set(keys)
        for place, ask in enumerate(asks):
            taken = min(ask.amount, most)
            if ask.part.key not in wanted or taken <= 0:
                continue
            most -= taken
            withheld[why] = withheld.get(why, ZERO) + taken
            asks[place] = ask._replace(amount=ask.amount - taken, withheld=(*ask.withheld, why))

    every = [part.key for part in facts.parts]
    whole = sum((part.outstanding for part in facts.parts), ZERO)
    if facts.pause is not None:
        take(whole, PAUSED, every)
    take(whole, INVOICE_PAUSED, [part.key for part in facts.parts if part.invoice in facts.invoice_pauses])
    for invoice, amount in facts.disputed.items():
        take(amount, DISPUTED, [part.key for part in facts.parts if part.invoice == invoice])
    take(facts.unallocated, PAID_AHEAD, every)
    take(facts.announced, ANNOUNCED, every)
    take(facts.cheques, CHEQUE, every)
    for promise in sorted(facts.open_promises, key=lambda each: each.promised_on):
        take(promise.amount, PROMISED, [part.key for part in facts.parts if promise.is_about(part)])
    return asks, withheld


def claims_of(asks: Iterable[Ask], facts: Facts, steps: Sequence[Step]) -> list[Claim]:
    """The parts that stand on a level they were not told yet. A message that still waits holds its part where it is."""
    claims = []
    for ask in asks:
        told = facts.told.get(ask.part.key, ())
        if ask.amount <= 0 or any(each.waits for each in told):
            continue
        broken = sum(promise.is_about(ask.part) for promise in facts.broken_promises) if ask.days > 0 else 0
        step = step_of(ask.days, steps, further=broken)
        if step is not None and step.days > max((each.days for each in told), default=step.days - 1):
            claims.append(Claim(ask, step))
    return claims


def step_of(days: int, steps: Sequence[Step], *, further: int = 0) -> Step | None:
    """The level of a part so many days late (negative: before it is due), `further` levels on for broken promises.

    A friendly reminder is for what is not due yet: once a part is late, the levels before its due date are gone.
    """
    ordered = sorted(steps, key=lambda step: step.days)
    ladder = [step for step in ordered if step.days >= 0] if days > 0 else ordered
    place = sum(step.days <= days for step in ladder) - 1 + further
    return ladder[min(place, len(ladder) - 1)] if ladder and place >= 0 else None
