"""The SQL that gathers candidates, held against the same question asked of the ORM."""

import datetime as dt
import random

import pytest
from django.db.models import Q

from pricing.models import PriceRule
from pricing.queries.candidates import NEAR, gather
from pricing.rules import Candidate
from tests.factories.customers import CustomerFactory, SegmentFactory
from tests.factories.pricing import PricedProductFactory, PriceListFactory, PriceRuleFactory, base_list

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


def by_the_orm(customer, product, *, currency, all_rules):
    """The candidates of one product, the plain way."""
    segments = customer.memberships.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=TODAY), entered_on__lte=TODAY
    ).values("segment")
    rules = (
        PriceRule.objects.filter(product=product, price_list__is_active=True)
        .filter(
            Q(customer=customer)
            | Q(customer__isnull=True, price_list__segment__isnull=True)
            | Q(customer__isnull=True, price_list__segment__in=segments)
        )
        .select_related("price_list")
    )
    if not all_rules:
        rules = rules.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=TODAY - NEAR),
            Q(valid_from__isnull=True) | Q(valid_from__lte=TODAY + NEAR),
            price_list__currency=currency,
        )
    found = {
        Candidate(
            rule.pk,
            rule.price_list.kind,
            rule.price_list.name,
            rule.price_list.currency,
            rule.unit_price,
            rule.price_list.prices_include_tax,
            rule.min_quantity,
            rule.valid_from,
            rule.valid_to,
            rule.customer_id is not None,
        )
        for rule in rules
    }
    if product.list_price is not None:
        found.add(Candidate(0, "list_price", "", "INR", product.list_price))
    return found


@pytest.fixture
def market():
    """Two customers, lists of every kind, and rules of every sort at random but always the same."""
    chance = random.Random(22)
    customers = CustomerFactory.create_batch(2)
    lists = [
        base_list(),
        PriceListFactory(),
        PriceListFactory(currency="USD"),
        PriceListFactory(is_active=False),
    ]
    for entered, expires in (
        ("2026-01-01", None),
        ("2026-01-01", "2026-11-21"),
        ("2026-11-22", "2026-11-22"),
        ("2026-11-23", None),
    ):
        segment = SegmentFactory()
        segment.memberships.create(customer=customers[0], entered_on=entered, expires_on=expires)
        lists.append(PriceListFactory(segment=segment))
    products = [PricedProductFactory(list_price=None if number == 0 else "100.0000") for number in range(6)]
    for product in products:
        product.refresh_from_db()
        for price_list in lists:
            for quantity in chance.sample([1, 5, 10, 20], 2):
                start = TODAY + dt.timedelta(chance.randint(-60, 60))
                PriceRuleFactory(
                    price_list=price_list,
                    product=product,
                    min_quantity=quantity,
                    customer=chance.choice([None, None, *customers]),
                    unit_price=chance.randint(50, 99),
                    valid_from=chance.choice([None, start]),
                    valid_to=chance.choice([None, start + dt.timedelta(chance.randint(0, 60))]),
                )
    return customers, products


@pytest.mark.parametrize("all_rules", [False, True])
@pytest.mark.parametrize("currency", ["INR", "USD"])
def test_the_statement_finds_what_the_orm_finds(market, currency, all_rules):
    customers, products = market
    compared = 0

    for customer in customers:
        facts = gather(customer, [p.pk for p in products], on=TODAY, currency=currency, all_rules=all_rules)
        for product in products:
            expected = by_the_orm(customer, product, currency=currency, all_rules=all_rules)
            candidates = facts[product.pk].candidates
            assert (set(candidates), len(candidates)) == (expected, len(expected))
            compared += len(expected)

    assert compared > 20
