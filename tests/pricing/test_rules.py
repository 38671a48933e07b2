"""Which price counts."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.rules import RANK, Candidate, Level, Lost, resolve

TODAY = dt.date(2026, 11, 22)


def rule(number=1, kind="base", price="100", **fields):
    return Candidate(number, kind, f"{kind} list", fields.pop("currency", "INR"), Decimal(price), **fields)


def decide(*candidates, quantity=1):
    return resolve(candidates, quantity=quantity, on=TODAY, currency="INR")


ONE_OF_EACH_LEVEL = [
    rule(0, "quoted", "95"),
    rule(1, "base", "80", for_customer=True),
    rule(2, "segment", "85"),
    rule(3, "base", "90", min_quantity=10),
    rule(4, "promotion", "70"),
    rule(5, "base", "100"),
    rule(0, "list_price", "60"),
]


@pytest.mark.parametrize("gone", range(7))
def test_the_strongest_level_wins_however_cheap_the_weaker_ones_are(gone):
    resolution = decide(*reversed(ONE_OF_EACH_LEVEL[gone:]), quantity=10)

    assert resolution.winner == ONE_OF_EACH_LEVEL[gone]
    assert resolution.winner.level == list(Level)[gone]
    assert resolution.unit_price == ONE_OF_EACH_LEVEL[gone].unit_price
    assert [loser.because for loser in resolution.losers] == [Lost.LEVEL] * (6 - gone)


def test_a_break_counts_only_when_it_is_reached():
    base, ten = rule(1, price="100"), rule(2, price="90", min_quantity=10)

    assert decide(base, ten, quantity=9).winner == base
    assert decide(base, ten, quantity=9).losers[0][1:] == (Lost.TOO_FEW, 10)
    assert decide(base, ten, quantity=10).winner == ten


def test_the_highest_break_reached_wins_even_when_it_is_dearer():
    ten, fifty = rule(1, price="90", min_quantity=10), rule(2, price="95", min_quantity=50)

    resolution = decide(ten, fifty, quantity=60)

    assert resolution.winner == fifty
    assert resolution.losers[0][1:] == (Lost.SMALLER_BREAK, 50)


def test_both_days_of_a_validity_count():
    first = rule(1, "promotion", valid_from=TODAY)
    last = rule(1, "promotion", valid_to=TODAY)

    assert decide(first).winner == first
    assert decide(last).winner == last


def test_a_price_counts_neither_before_it_starts_nor_after_it_ended():
    tomorrow, yesterday = TODAY + dt.timedelta(1), TODAY - dt.timedelta(1)

    early = decide(rule(1, valid_from=tomorrow))
    late = decide(rule(1, valid_to=yesterday))

    assert (early.winner, early.losers[0][1:]) == (None, (Lost.NOT_YET, tomorrow))
    assert (late.winner, late.losers[0][1:]) == (None, (Lost.ENDED, yesterday))


def test_the_later_start_wins_inside_a_level_and_no_start_is_the_earliest():
    old = rule(1, "promotion", "80")
    newer = rule(2, "promotion", "90", valid_from=dt.date(2026, 1, 1))
    newest = rule(3, "promotion", "95", valid_from=dt.date(2026, 11, 1))

    resolution = decide(old, newest, newer)

    assert resolution.winner == newest
    assert [loser[1:] for loser in resolution.losers] == [(Lost.OLDER, newest.valid_from)] * 2


def test_equal_rules_go_to_the_lower_price_and_then_to_the_lower_id():
    dear, cheap, twin = rule(1, "segment", "90"), rule(2, "segment", "80"), rule(3, "segment", "80")

    resolution = decide(dear, twin, cheap)

    assert resolution.winner == cheap
    assert [(loser.candidate, loser.because) for loser in resolution.losers] == [
        (twin, Lost.LATER_RULE),
        (dear, Lost.DEARER),
    ]


def test_a_price_in_another_currency_never_counts():
    resolution = decide(rule(1, currency="USD", price="1"))

    assert resolution.unit_price is None
    assert resolution.includes_tax is None
    assert resolution.losers[0][1:] == (Lost.CURRENCY, "USD")


def test_no_candidate_is_no_price():
    assert decide() == (None, (), None, None)


def test_why_is_small_json_with_the_winner_and_the_losers():
    winner = rule(7, for_customer=True, price="95.5000", valid_to=dt.date(2026, 12, 31))
    why = decide(rule(0, "list_price", "120"), winner, rule(3, min_quantity=10, price="90")).why

    assert json.loads(json.dumps(why)) == {
        "won": {
            "level": "customer",
            "price": "95.5000",
            "rule": 7,
            "list": "base list",
            "until": "2026-12-31",
        },
        "lost": [
            {
                "level": "break",
                "price": "90",
                "rule": 3,
                "list": "base list",
                "from": 10,
                "because": "too_few",
                "what": 10,
            },
            {"level": "list_price", "price": "120", "because": "level", "what": "customer"},
        ],
    }


days = st.none() | st.dates(dt.date(2026, 11, 18), dt.date(2026, 11, 26))
candidates = st.lists(
    st.tuples(
        st.integers(0, 99),
        st.sampled_from(["base", "segment", "promotion", "list_price"]),
        st.just("list"),
        st.sampled_from(["INR", "INR", "USD"]),
        st.integers(0, 2000).map(lambda tenths: Decimal(tenths) / 10),
        st.booleans(),
        st.sampled_from([1, 1, 2, 5, 10]),
        days,
        days,
        st.booleans(),
    ).map(lambda one: Candidate(*one)),
    max_size=12,
    unique_by=lambda candidate: candidate.rule,
)


@given(candidates, st.integers(1, 12), st.randoms())
def test_the_order_of_the_candidates_changes_nothing(some, quantity, random):
    shuffled = list(some)
    random.shuffle(shuffled)

    assert decide(*some, quantity=quantity) == decide(*shuffled, quantity=quantity)


@given(candidates, st.integers(1, 12))
def test_the_winner_applies_and_nothing_that_applies_is_stronger(some, quantity):
    """Held against the same precedence written another way: level by level, one criterion after the other."""
    left = [
        c
        for c in some
        if c.currency == "INR"
        and (c.valid_from or dt.date.min) <= TODAY <= (c.valid_to or dt.date.max)
        and c.min_quantity <= quantity
    ]
    for criterion in (
        lambda c: RANK[c.level],
        lambda c: -c.min_quantity,
        lambda c: -(c.valid_from or dt.date.min).toordinal(),
        lambda c: c.unit_price,
        lambda c: c.rule,
    ):
        best = min(map(criterion, left), default=None)
        left = [c for c in left if criterion(c) == best]

    resolution = decide(*some, quantity=quantity)

    assert [resolution.winner] == (left or [None])
    assert len(resolution.losers) + len(left) == len(some)


all_kinds = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(["quoted", "base", "segment", "promotion", "list_price"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["INR", "USD"]),
        st.sampled_from([Decimal(0), Decimal(90), Decimal(100)]),
        st.booleans(),
        st.sampled_from([1, 5]),
        st.sampled_from([None, TODAY - dt.timedelta(1), TODAY, TODAY + dt.timedelta(1)]),
        st.sampled_from([None, TODAY - dt.timedelta(1), TODAY, TODAY + dt.timedelta(1)]),
        st.booleans(),
    ).map(lambda one: Candidate(*one)),
    max_size=8,
)


@given(all_kinds, st.integers(1, 12), st.randoms())
def test_any_candidates_give_one_winner_or_a_reason_for_each(some, quantity, random):
    """Total, pure and the same in any order, also for prices that no id tells apart."""
    shuffled = list(some)
    random.shuffle(shuffled)

    resolution = decide(*some, quantity=quantity)

    assert resolution == decide(*some, quantity=quantity) == decide(*shuffled, quantity=quantity)
    counted = [*filter(None, [resolution.winner]), *(loser.candidate for loser in resolution.losers)]
    assert sorted(map(repr, counted)) == sorted(map(repr, some))
    assert all(loser.because in Lost for loser in resolution.losers)
    assert (resolution.winner is None) == (resolution.unit_price is None)
    if resolution.winner is None:
        barred = {Lost.CURRENCY, Lost.ENDED, Lost.NOT_YET, Lost.TOO_FEW}
        assert all(loser.because in barred for loser in resolution.losers)
