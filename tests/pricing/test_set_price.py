"""Prices set and ended."""

import datetime as dt
from decimal import Decimal

import pytest
from django.apps import apps

from core.errors import Refusal
from pricing import operations
from pricing.models import PriceRule
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import PricedProductFactory, PriceListFactory, PriceRuleFactory, base_list

pytestmark = pytest.mark.django_db


def november(day):
    return dt.date(2026, 11, day)


@pytest.fixture
def by():
    return UserFactory(role="Sales manager")


def test_set_price_adds_a_rule(by):
    product, customer = PricedProductFactory(), CustomerFactory()

    rule = operations.set_price(
        base_list(),
        product,
        Decimal("99.99995"),
        by=by,
        customer=customer,
        min_quantity=5,
        valid_from=november(1),
    )

    rule.refresh_from_db()
    assert (rule.product, rule.customer, rule.min_quantity, rule.unit_price) == (
        product,
        customer,
        5,
        Decimal(100),
    )
    assert (rule.valid_from, rule.valid_to) == (november(1), None)


@pytest.mark.parametrize(("first", "last"), [(None, None), (1, 30), (10, 10), (None, 10), (20, None)])
def test_another_price_for_the_same_days_is_refused_with_the_clash_named(by, first, last):
    there = PriceRuleFactory(
        price_list=PriceListFactory(name="Diwali"),
        product=PricedProductFactory(name="Redmi Note 10 combo"),
        valid_from=november(10),
        valid_to=november(20),
    )

    with pytest.raises(Refusal) as refused:
        operations.set_price(
            there.price_list,
            there.product,
            Decimal(80),
            by=by,
            valid_from=first and november(first),
            valid_to=last and november(last),
        )

    assert refused.value.text == (
        "“Diwali” already has a price of ₹90.00 for Redmi Note 10 combo, from 10 Nov 2026 until 20 Nov 2026."
        " End that one first."
    )
    assert refused.value.details["clash"] == there.pk
    assert PriceRule.objects.count() == 1


def test_the_day_after_the_last_is_free_again(by):
    there = PriceRuleFactory(valid_from=november(10), valid_to=november(20))

    operations.set_price(there.price_list, there.product, Decimal(80), by=by, valid_from=november(21))
    operations.set_price(there.price_list, there.product, Decimal(80), by=by, valid_to=november(9))

    assert PriceRule.objects.count() == 3


def test_another_customer_break_or_list_is_another_rule(by):
    there = PriceRuleFactory()

    operations.set_price(there.price_list, there.product, Decimal(80), by=by, customer=CustomerFactory())
    operations.set_price(there.price_list, there.product, Decimal(80), by=by, min_quantity=10)
    operations.set_price(base_list(), there.product, Decimal(80), by=by)

    assert PriceRule.objects.count() == 4


def test_set_price_told_twice_is_one_rule(by):
    product, customer = PricedProductFactory(), CustomerFactory()
    told = {"by": by, "customer": customer, "valid_from": november(1)}

    first = operations.set_price(base_list(), product, Decimal(80), **told)
    second = operations.set_price(base_list(), product, Decimal(80), **told)

    assert first == second
    assert PriceRule.objects.count() == 1


@pytest.mark.parametrize(
    ("price", "fields", "code"),
    [
        ("-0.01", {}, "bad_price"),
        ("1000000000000", {}, "bad_price"),
        ("1", {"min_quantity": 0}, "no_pieces"),
        ("1", {"valid_from": november(2), "valid_to": november(1)}, "ends_before_start"),
    ],
)
def test_absurd_prices_are_refused(by, price, fields, code):
    with pytest.raises(Refusal) as refused:
        operations.set_price(base_list(), PricedProductFactory(), Decimal(price), by=by, **fields)

    assert refused.value.code == code
    assert not PriceRule.objects.exists()


def test_end_price_makes_a_day_its_last(by):
    rule = PriceRuleFactory(valid_to=november(30))

    operations.end_price(rule, on=november(22), by=by)

    rule.refresh_from_db()
    assert rule.valid_to == november(22)


def test_a_price_that_would_not_have_started_is_taken_away_and_its_history_stays(by):
    rule = PriceRuleFactory(valid_from=november(30))

    operations.end_price(rule, on=november(22), by=by)

    assert not PriceRule.objects.exists()
    assert apps.get_model("pricing", "PriceRuleEvent").objects.filter(id=rule.pk).count() == 2


@pytest.mark.parametrize("last", [22, 1])
def test_a_price_that_ends_anyway_is_not_ended_again(by, last):
    rule = PriceRuleFactory(valid_to=november(last))

    with pytest.raises(Refusal, match=f"This price ends on {last} Nov 2026 already"):
        operations.end_price(rule, on=november(22), by=by)
