"""The scorecard: points, rating, proposal, and that an assessment can be made again from what it kept."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from core.attachments import attach
from core.models import Attachment
from credit.models import Assessment, CreditAccount
from credit.operations import assess, assess_due, record_promise, settle_due
from credit.queries.scorecard import score_inputs
from credit.scorecard import RULES, ScoreInputs, falling, rising, round_down, score
from tests.factories.credit import AccountFactory, bill, pay, take_back

NOW = timezone.now()
TODAY = timezone.localdate()

GOOD = ScoreInputs(
    on="2026-11-20",
    currency="INR",
    invoices=24,
    days_late=Decimal(0),
    on_time=Decimal(100),
    promises_kept=2,
    promises_broken=0,
    bounced=0,
    billed=Decimal(240_000),
    returned=Decimal(0),
    months=36,
    sold_lately=Decimal(66_000),
    sold_before=Decimal(60_000),
    late_lately=Decimal(0),
    late_before=Decimal(0),
    limit=Decimal(50_000),
    exposure=Decimal(20_000),
    term_days=30,
    years_in_business=None,
    references=None,
    kyc=False,
    starting_limit=Decimal(10_000),
)


def days_ago(days):
    return NOW - dt.timedelta(days=days)


def test_a_customer_without_a_fault_has_all_points():
    found = score(GOOD)
    assert (found.points, found.rating) == (100, "A")
    assert sum(part.most for part in found.parts) == 100


def test_an_a_may_owe_twice_a_months_purchases_over_its_terms_and_at_most_twice_its_limit():
    # 20,000 a month, a month and 30 days to pay, twice for an A: 80,000.
    assert score(GOOD).amount == Decimal(80_000)
    held_down = score(replace(GOOD, limit=Decimal(30_000)))
    assert held_down.amount == Decimal(60_000)
    assert "At most twice the limit of now is proposed at once." in held_down.reasons


@pytest.mark.parametrize(
    ("worse", "part", "points"),
    [
        ({"days_late": Decimal(9)}, "days_late", 20),
        ({"on_time": Decimal("57.5")}, "on_time", 10),
        ({"promises_broken": 2}, "promises", 2),
        ({"bounced": 1}, "bounced", 5),
        ({"returned": Decimal(24_000)}, "returns", 2),
        ({"months": 6}, "time", 2),
        ({"sold_lately": Decimal(30_000)}, "sales", 0),
        ({"late_lately": Decimal(8)}, "lateness", 2),
        ({"exposure": Decimal(50_000)}, "use", 2),
    ],
)
def test_each_figure_takes_its_points(worse, part, points):
    found = score(replace(GOOD, **worse))
    assert {each.code: each.points for each in found.parts}[part] == points
    assert found.points == 100 - {each.code: each.most for each in found.parts}[part] + points


def test_who_pays_very_late_gets_cash_only_and_reads_why():
    bad = replace(
        GOOD,
        days_late=Decimal(60),
        on_time=Decimal(10),
        bounced=2,
        promises_broken=3,
        sold_lately=Decimal(20_000),
    )
    found = score(bad)
    assert (found.rating, found.kind, found.amount) == ("E", "cash_only", None)
    assert "Rating E: nothing more is lent until it pays better." in found.reasons


@pytest.mark.parametrize(
    ("known", "kind", "amount"),
    [
        ({}, "cash_only", None),
        ({"years_in_business": 9, "references": 4}, "cash_only", None),
        ({"kyc": True}, "cash_only", None),
        ({"kyc": True, "years_in_business": 2}, "amount", Decimal(10_000)),
        ({"kyc": True, "references": 2}, "amount", Decimal(10_000)),
        ({"kyc": True, "years_in_business": 2, "references": 2}, "amount", Decimal(20_000)),
    ],
)
def test_a_new_customer_starts_with_what_is_known_of_it(known, kind, amount):
    new = replace(GOOD, invoices=2, **known)
    found = score(new)
    assert (found.rating, found.kind, found.amount) == ("", kind, amount)
    assert found.reasons[0].startswith("New: 2 invoices have come due")


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("48200", "45000"),
        ("7130", "7000"),
        ("96", "95"),
        ("100", "100"),
        ("9.99", "9"),
        ("1234567", "1000000"),
    ],
)
def test_a_proposal_is_a_sensible_figure(amount, rounded):
    assert round_down(Decimal(amount)) == Decimal(rounded)


def test_points_fall_evenly_between_the_best_and_the_worst():
    assert [falling(Decimal(v), Decimal(0), Decimal(10), 10) for v in (-1, 0, 5, 10, 11)] == [10, 10, 5, 0, 0]
    assert [rising(Decimal(v), Decimal(0), Decimal(10), 10) for v in (-1, 0, 5, 10, 11)] == [0, 0, 5, 10, 10]


money = st.decimals(0, 10**7, places=2)
share = st.decimals(0, 100, places=2)
late = st.none() | st.decimals(0, 365, places=2)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # how fast is the machine's affair
@given(
    st.builds(
        ScoreInputs,
        on=st.just("2026-11-20"),
        currency=st.just("INR"),
        invoices=st.integers(0, 50),
        days_late=late,
        on_time=st.none() | share,
        promises_kept=st.integers(0, 5),
        promises_broken=st.integers(0, 9),
        bounced=st.integers(0, 5),
        billed=money,
        returned=money,
        months=st.integers(0, 90),
        sold_lately=money,
        sold_before=money,
        late_lately=late,
        late_before=late,
        limit=st.none() | money,
        exposure=st.decimals(-1000, 10**7, places=2),
        term_days=st.integers(0, 90),
        years_in_business=st.none() | st.integers(0, 50),
        references=st.none() | st.integers(0, 9),
        kyc=st.booleans(),
        starting_limit=st.just(Decimal(10_000)),
    )
)
def test_any_figures_give_an_answer_that_their_stored_form_gives_again(inputs):
    for rule in RULES:
        found = score(inputs, rule)
        assert score(ScoreInputs.from_json(inputs.as_json()), rule) == found
        assert all(0 <= part.points <= part.most for part in found.parts)
        assert (found.amount is not None) == (found.kind == "amount")
        assert found.amount is None or found.amount > 0


def test_the_figures_are_those_of_the_documents(db):
    shop = AccountFactory(limit_kind="amount", credit_limit=Decimal(10_000)).customer
    for ago, paid_ago in ((150, 130), (140, 120), (60, 50), (50, 30)):
        bill(shop, total="1000", at=days_ago(ago))
        pay(shop, "1000", at=days_ago(paid_ago))
    take_back(bill(shop, total="500", at=days_ago(10)))
    bill(shop, total="300")
    record_promise(shop.pk, Decimal(100), promised_on=TODAY, reference="p", by=None, at=NOW)
    settle_due(at=NOW + dt.timedelta(days=2))
    inputs = score_inputs(CreditAccount.objects.get(customer=shop), on=TODAY + dt.timedelta(days=2))
    assert (inputs.promises_kept, inputs.promises_broken) == (0, 1)
    inputs = score_inputs(CreditAccount.objects.get(customer=shop), on=TODAY)
    assert (inputs.invoices, inputs.billed, inputs.returned) == (4, Decimal(4_800), Decimal(500))
    assert (inputs.sold_lately, inputs.sold_before) == (Decimal(2_800), Decimal(2_000))
    assert inputs.exposure == Decimal(300)
    assert inputs.late_before == Decimal(5)  # due after 15 days, paid after 20
    assert inputs.late_lately == Decimal("2.50")


def test_papers_on_the_customer_count(db):
    shop = AccountFactory(years_in_business=4, trade_references=3).customer
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    scan = SimpleUploadedFile("gst.png", picture.getvalue())
    attach(shop, scan, kind=Attachment.Kind.KYC, by=None, at=NOW)
    assessment = assess(shop.pk, by=None, at=NOW)
    assert (assessment.limit_kind, assessment.credit_limit) == ("amount", Decimal(20_000))


def test_an_assessment_is_kept_for_good_and_gives_the_same_again(db):
    shop = AccountFactory().customer
    bill(shop, total="1000", at=days_ago(40))
    assessment = assess(shop.pk, by=None, at=NOW)
    found = score(ScoreInputs.from_json(assessment.inputs), assessment.rule)
    assert (found.points, found.rating, found.kind, found.amount) == (
        assessment.points,
        assessment.rating,
        assessment.limit_kind,
        assessment.credit_limit,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(points=1)


def test_accounts_to_review_are_assessed_once_a_week(db):
    soon = AccountFactory(review_on=TODAY + dt.timedelta(days=5))
    AccountFactory(review_on=TODAY + dt.timedelta(days=30))
    assert [assess_due(at=NOW), assess_due(at=NOW)] == [1, 0]
    assert soon.assessments.count() == 1
