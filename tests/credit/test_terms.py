"""When invoices are due: by terms of one date, and in parts that add up to the cent."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from credit.models import PaymentTerms, TermsLine
from credit.terms import Share, by_amount, check_shares, due_on, in_equal_parts, percent_of, split
from tests.factories.credit import AccountFactory, bill

D = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("kind", "numbers", "expected"),
    [
        ("net", {}, {"2026-03-01": "2026-03-01", "2026-03-31": "2026-03-31"}),
        ("net", {"days": 30}, {"2024-02-10": "2024-03-11", "2025-02-10": "2025-03-12"}),
        (
            "end_of_month",
            {"days": 45},
            {"2026-03-01": "2026-05-15", "2026-03-15": "2026-05-15", "2026-03-31": "2026-05-15"},
        ),
        (
            "then_day",
            {"days": 31, "day_of_month": 15},
            {"2027-01-01": "2027-02-15", "2027-01-15": "2027-02-15", "2027-01-31": "2027-03-15"},
        ),
        (
            "then_day",
            {"days": 0, "day_of_month": 31},
            {"2026-04-30": "2026-04-30", "2026-05-01": "2026-05-31"},
        ),
        ("last_day", {}, {"2026-03-01": "2026-03-31", "2026-03-31": "2026-03-31"}),
        ("last_day", {"months": 1}, {"2024-01-22": "2024-02-29", "2025-01-22": "2025-02-28"}),
        ("first_day", {"months": 1}, {"2026-03-01": "2026-04-01", "2026-03-31": "2026-04-01"}),
        ("months", {"months": 1}, {"2026-01-31": "2026-02-28", "2026-12-15": "2027-01-15"}),
    ],
)
def test_terms_of_one_date(kind, numbers, expected):
    for issued, due in expected.items():
        assert due_on(kind, D(issued), **numbers) == D(due), issued


QUARTERS = [
    Share("percent", Decimal(25), days=30),
    Share("percent", Decimal(25), months=1),
    Share("fixed", Decimal("210.09"), months=1, days=30),
    Share("remainder", months=2, days=30, day_of_month=15),
]


def said(parts):
    return [(part.due_on.isoformat(), str(part.amount)) for part in parts]


def test_parts_by_percentage_amount_and_the_rest_add_up_to_the_cent():
    # A quarter of 840.35 is 210.0875. The last day: two months on is the 1st, its 15th, and thirty days more.
    assert said(split(Decimal("840.35"), QUARTERS, D("2026-10-01"))) == [
        ("2026-10-31", "210.09"),
        ("2026-11-01", "210.09"),
        ("2026-12-01", "210.09"),
        ("2027-01-14", "210.08"),
    ]


def test_what_is_given_back_is_cut_like_what_is_billed():
    shares = [*QUARTERS[:2], Share("fixed", Decimal("8"), months=1, days=30), QUARTERS[3]]
    assert [str(part.amount) for part in split(Decimal("-20.00"), shares, D("2026-10-01"))] == [
        "-5.00",
        "-5.00",
        "-8",
        "-2.00",
    ]


def test_of_nothing_there_is_one_part_of_nothing():
    assert said(split(Decimal(0), QUARTERS, D("2026-10-01"))) == [("2027-01-14", "0.00")]


def test_a_fixed_part_takes_no_more_than_there_is():
    shares = [Share("fixed", Decimal(400)), Share("remainder", days=30)]
    assert said(split(Decimal(100), shares, D("2026-10-01"))) == [("2026-10-01", "100")]


def test_a_percentage_must_be_the_fraction_beside_it():
    with pytest.raises(Refusal, match=r"50\.000000 percent, not 40"):
        check_shares([Share("percent", Decimal(40), divisor=2), Share("remainder")])
    third = Share("percent", percent_of(3), divisor=3)
    assert str(third.value) == "33.333333"
    assert [str(p.amount) for p in split(Decimal(100), [third, third, third], D("2026-10-01"))] == [
        "33.33",
        "33.33",
        "33.34",
    ]


@pytest.mark.parametrize(
    ("shares", "code"),
    [
        ([Share("percent", Decimal(60)), Share("percent", Decimal(30))], "no_remainder"),
        ([Share("fixed", Decimal(60)), Share("percent", Decimal(100))], "no_remainder"),
        ([Share("percent", Decimal(60)), Share("percent", Decimal(50))], "more_than_the_whole"),
        ([Share("percent", Decimal(100)), Share("remainder")], "more_than_the_whole"),
        ([Share("remainder"), Share("percent", Decimal(10))], "remainder_not_last"),
        ([Share("remainder"), Share("remainder")], "two_remainders"),
        ([], "no_remainder"),
    ],
)
def test_terms_that_cannot_add_up_are_refused(shares, code):
    with pytest.raises(Refusal) as refused:
        check_shares(shares)
    assert refused.value.code == code


@given(
    cents=st.integers(-(10**9), 10**9),
    percents=st.lists(st.integers(1, 30), max_size=3),
    fixed=st.integers(0, 10**6),
)
def test_parts_always_add_up(cents, percents, fixed):
    amount = Decimal(cents) / 100
    shares = [Share("percent", Decimal(each)) for each in percents]
    shares += [Share("fixed", Decimal(fixed) / 100)] * bool(fixed)
    parts = split(amount, [*shares, Share("remainder")], D("2026-10-01"))
    assert sum(part.amount for part in parts) == amount
    assert all(part.amount * amount >= 0 for part in parts)


def test_equal_parts_a_month_apart():
    assert said(in_equal_parts(Decimal("200.00"), 3, D("2026-01-31"))) == [
        ("2026-01-31", "66.67"),
        ("2026-02-28", "66.67"),
        ("2026-03-31", "66.66"),
    ]
    assert [str(part.amount) for part in in_equal_parts(Decimal("100.00"), 3, D("2026-01-31"))] == [
        "33.33",
        "33.33",
        "33.34",
    ]


def test_parts_of_an_amount_every_second_month_and_the_rest():
    assert said(by_amount(Decimal("100.00"), Decimal(30), D("2026-01-05"), every=2)) == [
        ("2026-01-05", "30"),
        ("2026-03-05", "30"),
        ("2026-05-05", "30"),
        ("2026-07-05", "10.00"),
    ]


def test_weeks_between_parts():
    parts = in_equal_parts(Decimal(40), 2, D("2026-01-05"), every=2, unit="week")
    assert [part.due_on for part in parts] == [D("2026-01-05"), D("2026-01-19")]


def test_more_parts_than_cents_are_refused():
    with pytest.raises(Refusal, match="too little"):
        in_equal_parts(Decimal("0.02"), 3, D("2026-01-05"))
    with pytest.raises(Refusal, match="more than 120"):
        by_amount(Decimal(100), Decimal("0.5"), D("2026-01-05"))


@pytest.mark.django_db
def test_an_invoice_on_instalment_terms_is_due_in_parts():
    terms = PaymentTerms.objects.create(name="30/50/20", kind="instalments")
    for position, (percent, days) in enumerate([(30, 30), (50, 60), (None, 90)], start=1):
        kind = "percent" if percent else "remainder"
        TermsLine.objects.create(terms=terms, position=position, kind=kind, percent=percent, days=days)
    account = AccountFactory(terms=terms)
    invoice = bill(account.customer, total="100.00", at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    assert invoice.in_parts
    assert invoice.due_on == D("2026-05-30")
    rows = invoice.instalments.order_by("position").values_list("position", "due_on", "amount", "later")
    assert list(rows) == [
        (1, D("2026-03-31"), Decimal(30), Decimal(70)),
        (2, D("2026-04-30"), Decimal(50), Decimal(20)),
        (3, D("2026-05-30"), Decimal(20), Decimal(0)),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "numbers", "due"),
    [
        ("months", {"months": 2}, "2026-05-01"),
        ("then_day", {"days": 31, "day_of_month": 15}, "2026-04-15"),
        ("last_day", {"months": 1}, "2026-04-30"),
    ],
)
def test_an_invoice_takes_its_due_date_from_the_terms(kind, numbers, due):
    terms = PaymentTerms.objects.create(name="Agreed", kind=kind, **numbers)
    invoice = bill(AccountFactory(terms=terms).customer, at=dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC))
    assert (invoice.due_on, invoice.in_parts) == (D(due), False)
