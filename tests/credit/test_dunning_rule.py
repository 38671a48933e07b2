"""Who is reminded of what, day by day: the rule alone, with figures one can count in the head."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credit.dunning import (
    DISPUTED,
    INVOICE_PAUSED,
    PAID_AHEAD,
    PAUSED,
    PENDING,
    PROMISED,
    TOO_SMALL,
    TOO_SOON,
    Facts,
    Part,
    Pause,
    Promise,
    Rules,
    Step,
    Told,
    judge,
    step_of,
)

D = Decimal
DUE = dt.date(2026, 11, 1)
FIRST, SECOND, LAST = Step(1, 5), Step(2, 20), Step(3, 40)
STEPS = [FIRST, SECOND, LAST]
RULES = Rules(STEPS)


def day(late: int) -> dt.date:
    return DUE + dt.timedelta(days=late)


def part(amount="100", *, invoice=1, late_by=0, position=0):
    return Part(invoice, position, f"INV-{invoice}", DUE + dt.timedelta(days=late_by), D(amount))


def verdict(late, *parts, rules=RULES, **facts):
    return judge(Facts(parts=parts or [part()], **facts), rules, on=day(late))


def told(days, *, waits=False, of=None):
    return {(of or part()).key: [Told(days, waits)]}


@pytest.mark.parametrize(
    ("late", "step"),
    [(4, None), (5, FIRST), (19, FIRST), (20, SECOND), (39, SECOND), (40, LAST), (400, LAST)],
)
def test_an_invoice_stands_on_the_last_level_its_days_reach(late, step):
    assert step_of(late, STEPS) == step


def test_a_reminder_before_the_due_date_is_for_what_is_not_due_yet():
    steps = [Step(0, -3), *STEPS]
    assert [step_of(days, steps) for days in (-4, -3, 0)] == [None, Step(0, -3), Step(0, -3)]
    assert step_of(1, steps) is None, "the day after, it would be untrue"


def test_a_level_that_waits_to_be_sent_holds_the_invoice_there():
    held = verdict(30, told=told(5, waits=True))
    assert (held.step, held.why) == (None, PENDING)
    assert verdict(30, told=told(5)).step == SECOND


def test_each_level_is_told_once():
    assert verdict(12, told=told(5)) == verdict(4)
    assert verdict(50, told=told(40)).step is None


def test_a_late_start_tells_only_the_highest_level_that_is_due():
    late = verdict(45)
    assert [(claim.ask.part.invoice, claim.step) for claim in late.claims] == [(1, LAST)]


def test_one_message_speaks_of_all_that_is_overdue_at_the_highest_new_level():
    found = verdict(
        21, part("100", invoice=1), part("40", invoice=2, late_by=15), part("9", invoice=3, late_by=30)
    )
    assert (found.step, found.amount) == (SECOND, D(140))
    assert [(claim.ask.part.invoice, claim.step) for claim in found.claims] == [(1, SECOND), (2, FIRST)]


def test_parts_of_one_invoice_climb_by_their_own_days():
    found = verdict(22, part("30", position=1), part("30", position=2, late_by=15))
    assert [(claim.ask.part.position, claim.step) for claim in found.claims] == [(1, SECOND), (2, FIRST)]


def test_paused_customers_and_invoices_are_left_out_and_say_why():
    pause = Pause(day(60), "In hospital")
    assert verdict(21, pause=pause).why == PAUSED
    one = verdict(21, part(), part("40", invoice=2), invoice_pauses={1: pause})
    assert (one.amount, one.withheld) == (D(40), {INVOICE_PAUSED: D(100)})


def test_a_dispute_stops_that_part_only():
    assert verdict(21, disputed={1: D(30)}).amount == D(70)
    assert verdict(21, disputed={1: D(100)}).why == DISPUTED


def test_a_promise_pauses_what_was_promised_until_its_day():
    promise = Promise(D(100), day(25), frozenset())
    assert verdict(21, open_promises=[promise]).why == PROMISED
    assert verdict(21, open_promises=[promise._replace(amount=D(60))]).amount == D(40)
    about_another = Promise(D(100), day(25), frozenset({2}))
    assert verdict(21, open_promises=[about_another]).amount == D(100)


def test_a_broken_promise_takes_the_invoice_one_level_further():
    broken = Promise(D(100), day(9), frozenset())
    assert verdict(10, broken_promises=[broken]).step == SECOND
    assert verdict(10, broken_promises=[broken], told=told(5)).step == SECOND
    assert verdict(10, broken_promises=[broken], told=told(20)).step is None
    assert verdict(50, broken_promises=[broken]).step == LAST
    assert verdict(10, broken_promises=[Promise(D(1), day(-2), frozenset())]).step == FIRST, (
        "made about older ones"
    )


def test_money_that_waits_pays_the_oldest_first():
    found = verdict(21, part("100"), part("40", invoice=2, late_by=1), unallocated=D(110))
    assert [(ask.part.invoice, ask.amount) for ask in found.asks] == [(2, D(30))]
    assert verdict(21, unallocated=D(100)).why == PAID_AHEAD


def test_too_little_and_too_soon_are_left_out():
    assert verdict(21, rules=Rules(STEPS, smallest=D(101))).why == TOO_SMALL
    assert verdict(21, rules=Rules(STEPS, gap_days=3), told_on=day(19)).why == TOO_SOON
    assert verdict(22, rules=Rules(STEPS, gap_days=3), told_on=day(19)).why == ""


@given(
    days=st.lists(st.integers(0, 90), min_size=1, max_size=12, unique=True),
    broken_on=st.none() | st.integers(0, 60),
    levels=st.lists(st.integers(-10, 80), min_size=1, max_size=5, unique=True),
)
def test_whatever_days_it_runs_no_level_is_told_twice_and_none_after_a_higher_one(days, broken_on, levels):
    rules = Rules([Step(number, at) for number, at in enumerate(levels)])
    heard: list[int] = []
    for late in sorted(days):
        broken = broken_on is not None and late > broken_on
        promises = [Promise(D(1), day(broken_on), frozenset())] if broken else []
        facts = Facts([part()], broken_promises=promises, told={part().key: [Told(each) for each in heard]})
        for _again in range(2):
            found = judge(facts, rules, on=day(late))
            heard += [claim.step.days for claim in found.claims]
            facts = facts._replace(told={part().key: [Told(each) for each in heard]})
    assert heard == sorted(set(heard))
