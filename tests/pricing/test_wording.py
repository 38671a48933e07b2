"""Reasons in words."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from pricing import wording
from pricing.rules import Candidate, Lost, resolve

TODAY = dt.date(2026, 11, 22)


def rule(number=1, kind="base", price="100", **fields):
    return Candidate(number, kind, "Diwali", fields.pop("currency", "INR"), Decimal(price), **fields)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)):
        yield


def why(*candidates, quantity=1):
    return resolve(candidates, quantity=quantity, on=TODAY, currency="INR").why


@pytest.mark.parametrize(
    ("candidate", "said"),
    [
        (rule(for_customer=True, valid_to=dt.date(2026, 12, 31)), "Customer price until 31 Dec"),
        (rule(kind="segment"), "Segment price “Diwali”"),
        (rule(min_quantity=10), "Quantity price from 10 pieces"),
        (
            rule(kind="promotion", min_quantity=5, valid_to=TODAY),
            "Promotion “Diwali” from 5 pieces until today",
        ),
        (rule(), "Base price"),
        (rule(0, "list_price"), "List price"),
    ],
)
def test_a_winner_in_words(candidate, said):
    assert wording.winner(why(candidate, quantity=10)) == said


@pytest.mark.parametrize(
    ("loser", "because"),
    [
        (rule(2, min_quantity=10), "needs 10 pieces"),
        (rule(2, valid_to=dt.date(2026, 10, 31)), "ended 31 Oct"),
        (rule(2, valid_from=dt.date(2027, 1, 1)), "starts 1 Jan 2027"),
        (rule(2, currency="USD"), "is in USD"),
        (rule(2, kind="promotion"), "segment price wins"),
        (rule(2, kind="segment", price="120"), "a lower price wins"),
        (rule(2, kind="segment"), "the same price stands in an older rule"),
        (rule(2, kind="segment", valid_from=dt.date(2026, 1, 1)), "a newer price wins"),
    ],
)
def test_a_loser_says_why(loser, because):
    winner = rule(1, kind="segment", valid_from=TODAY if because == "a newer price wins" else None)

    (said,) = wording.losers(why(winner, loser))

    assert (said.because, said.price) == (because, loser.unit_price)


def test_a_smaller_break_says_why():
    (said,) = wording.losers(why(rule(1, min_quantity=10), rule(2, min_quantity=5), quantity=10))

    assert (said.name, said.because) == ("Quantity price from 5 pieces", "a higher quantity is reached")


def test_every_level_has_words_for_winning():
    for because in {wording.because({"because": Lost.LEVEL, "what": level}) for level in wording.Level}:
        assert because.endswith("wins")


@pytest.mark.parametrize("nothing", [None, {}, {"won": None, "lost": []}])
def test_a_line_without_reasons_says_nothing(nothing):
    assert (wording.winner(nothing), wording.losers(nothing)) == ("", [])
