"""Lines priced for a customer, in one round trip."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection

from core.errors import Refusal
from inventory.models import Product, ProductCost
from pricing.models import PriceRule
from pricing.queries import quote
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory, SegmentFactory
from tests.factories.pricing import (
    PricedProductFactory,
    PriceListFactory,
    PriceRuleFactory,
    TaxRateFactory,
    base_list,
)

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 22)


@pytest.fixture(autouse=True)
def standard_rate():
    return TaxRateFactory()


@pytest.fixture
def customer():
    return CustomerFactory()


def price(customer, *items, currency="INR", **rest):
    return quote(
        customer, [(product.pk, pieces) for product, pieces in items], on=TODAY, currency=currency, **rest
    )


def refusal(customer, *items, **rest):
    with pytest.raises(Refusal) as refused:
        price(customer, *items, **rest)
    return refused.value


def test_a_line_without_any_rule_costs_the_list_price_plus_tax(customer):
    product = PricedProductFactory(list_price="149.50")

    (line,) = price(customer, (product, 3))

    assert line.unit_price == Decimal("149.5")
    assert line[:8] == (
        product.pk,
        3,
        Decimal("149.5"),
        False,
        Decimal(18),
        Decimal("448.50"),
        Decimal("80.73"),
        Decimal("529.23"),
    )
    assert line.why == {"won": {"level": "list_price", "price": "149.5000"}, "lost": []}


def test_lines_come_back_in_the_order_asked_for(customer):
    products = PricedProductFactory.create_batch(4)

    lines = price(customer, *[(product, 1) for product in reversed(products)])

    assert [line.product_id for line in lines] == [product.pk for product in reversed(products)]


@pytest.mark.parametrize("count", [1, 40])
def test_all_lines_are_one_round_trip(customer, count, django_assert_num_queries):
    rules = PriceRuleFactory.create_batch(count)

    with django_assert_num_queries(1):
        lines = price(customer, *[(rule.product, 1) for rule in rules])

    assert {line.unit_price for line in lines} == {Decimal(90)}


def test_the_statement_is_planned_once_and_not_at_every_quote(customer):
    """In a catalogue of some size: in an empty one every plan costs the same."""
    products, base = PricedProductFactory.build_batch(2000), base_list()
    Product.objects.bulk_create(products)
    PriceRule.objects.bulk_create(
        PriceRule(price_list=base, product=product, unit_price=90) for product in products
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inventory_product, pricing_pricerule")

    for product in products[:20]:
        price(customer, (product, 1))

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(generic_plans) FROM pg_prepared_statements WHERE statement LIKE %s",
            ["%FROM pricing_pricerule r%"],
        )
        assert cursor.fetchone()[0] > 0


def test_each_level_is_found_and_the_strongest_counts(customer):
    product = PricedProductFactory(list_price="100")
    wholesale = PriceListFactory(segment=SegmentFactory(customers=[customer]))
    for fields in (
        {"price_list": base_list(), "unit_price": "99"},
        {"price_list": PriceListFactory(), "unit_price": "98"},
        {"price_list": base_list(), "unit_price": "97", "min_quantity": 10},
        {"price_list": wholesale, "unit_price": "96"},
        {"price_list": base_list(), "unit_price": "95", "customer": customer},
    ):
        PriceRuleFactory(product=product, **fields)

    (line,) = price(customer, (product, 10))

    assert line.unit_price == Decimal(95)
    assert [lost["level"] for lost in line.why["lost"]] == [
        "segment",
        "break",
        "promotion",
        "base",
        "list_price",
    ]


def test_the_price_of_another_customer_stays_with_it(customer):
    rule = PriceRuleFactory(customer=CustomerFactory(), unit_price="1")

    (line,) = price(customer, (rule.product, 1))

    assert line.unit_price == Decimal(100)
    assert line.why["lost"] == []


@pytest.mark.parametrize(
    ("entered_on", "expires_on", "unit_price"),
    [
        ("2026-11-22", None, "80"),
        ("2026-11-23", None, "100"),
        ("2026-01-01", "2026-11-22", "80"),
        ("2026-01-01", "2026-11-21", "100"),
    ],
)
def test_a_segment_price_needs_a_membership_that_holds_on_the_day(
    customer, entered_on, expires_on, unit_price
):
    segment = SegmentFactory()
    segment.memberships.create(customer=customer, entered_on=entered_on, expires_on=expires_on)
    rule = PriceRuleFactory(price_list=PriceListFactory(segment=segment), unit_price="80")

    (line,) = price(customer, (rule.product, 1))

    assert line.unit_price == Decimal(unit_price)


def test_a_list_out_of_use_does_not_count(customer):
    rule = PriceRuleFactory(price_list=PriceListFactory(is_active=False))

    assert price(customer, (rule.product, 1))[0].unit_price == Decimal(100)


def test_a_line_keeps_the_prices_that_ended_lately_but_not_all_of_history(customer):
    product = PricedProductFactory()
    PriceRuleFactory(product=product, unit_price="70", valid_to=dt.date(2026, 10, 31))
    PriceRuleFactory(product=product, unit_price="60", valid_to=dt.date(2026, 9, 30))

    (line,) = price(customer, (product, 1))

    assert [(lost["because"], lost["what"]) for lost in line.why["lost"]] == [("ended", "2026-10-31")]


def test_prices_with_tax_inside_are_what_the_customer_pays(customer):
    rule = PriceRuleFactory(price_list=PriceListFactory(prices_include_tax=True), unit_price="118")

    (line,) = price(customer, (rule.product, 3))

    assert (line.net, line.tax, line.gross) == (Decimal("300.00"), Decimal("54.00"), Decimal("354.00"))
    assert line.price_includes_tax is True


def test_the_list_price_includes_tax_when_the_base_list_says_so(customer):
    base = base_list()
    base.prices_include_tax = True
    base.save()

    (line,) = price(customer, (PricedProductFactory(list_price="118"), 1))

    assert (line.net, line.gross) == (Decimal("100.00"), Decimal("118.00"))


def test_a_discount_is_taken_off_before_the_line_is_rounded(customer):
    product = PricedProductFactory(list_price="33.3333")

    (line,) = price(customer, (product, 3), discounts={product.pk: Decimal("0.0050")})

    assert (line.net, line.tax, line.gross) == (Decimal("99.99"), Decimal("18.00"), Decimal("117.99"))
    assert line.discount == Decimal("0.0050")


@pytest.mark.parametrize("discount", ["-0.01", "100.01"])
def test_a_discount_outside_the_line_is_refused(customer, discount):
    product = PricedProductFactory(name="Redmi Note 10 combo")

    refused = refusal(customer, (product, 1), discounts={product.pk: Decimal(discount)})

    assert refused.code == "bad_discount"
    assert refused.text == "The discount on Redmi Note 10 combo must be between nothing and 100.00."


def test_tax_follows_product_and_customer_and_day(customer):
    TaxRateFactory(product_category="reduced", rate="12", valid_to=dt.date(2026, 11, 21))
    TaxRateFactory(product_category="reduced", rate="5", valid_from=dt.date(2026, 11, 22))
    TaxRateFactory(customer_treatment="exempt", rate="0")
    product, reduced = PricedProductFactory(), PricedProductFactory(tax_category="reduced")

    lines = price(customer, (product, 1), (reduced, 1))
    exempt = price(CustomerFactory(tax_treatment="exempt"), (product, 1))

    assert [line.tax for line in lines] == [Decimal("18.00"), Decimal("5.00")]
    assert exempt[0].gross == Decimal("100.00")


def test_a_missing_tax_rate_is_refused_with_what_to_set_up(customer):
    product = PricedProductFactory(tax_category="zero")

    refused = refusal(customer, (product, 1))

    assert refused.code == "no_tax_rate"
    assert refused.text == (
        "There is no tax rate for “Zero” products and “Standard” customers on 22 Nov 2026."
        " Add it under Prices, Tax rates."
    )


def test_a_product_without_a_price_is_refused_by_name(customer):
    product = PricedProductFactory(name="Redmi Note 10 combo", list_price=None)

    refused = refusal(customer, (product, 1))

    assert (refused.code, refused.text) == ("no_price", "Redmi Note 10 combo has no price in INR.")
    assert refused.details["products"] == [product.pk]


def test_products_without_a_price_in_the_currency_are_all_named(customer):
    first, second = PricedProductFactory(name="A"), PricedProductFactory(name="B")

    refused = refusal(customer, (first, 1), (second, 1), currency="USD")

    assert refused.text == "A, B have no price in USD."


def test_products_no_longer_sold_and_unknown_ones_are_refused(customer):
    gone = PricedProductFactory(name="iPhone 4 glass", is_active=False)

    assert refusal(customer, (gone, 1)).text == "iPhone 4 glass is no longer sold."
    with pytest.raises(Refusal, match="There is no product with the number 0"):
        quote(customer, [(0, 1)], on=TODAY, currency="INR")


@pytest.mark.parametrize("pieces", [0, -3])
def test_a_line_needs_a_piece(customer, pieces):
    assert refusal(customer, (PricedProductFactory(), pieces)).code == "no_pieces"


def test_an_amount_that_can_not_be_booked_is_refused(customer):
    assert refusal(customer, (PricedProductFactory(list_price="999999999999"), 2)).code == "amount_too_large"


def test_nothing_asked_is_nothing_priced(customer):
    assert price(customer) == []


def test_margin_is_what_is_left_of_the_net(customer):
    product = PricedProductFactory()
    ProductCost.objects.create(product=product, average="60.1234")

    (line,) = price(customer, (product, 3))

    assert (line.unit_cost, line.margin, line.margin_percent) == (
        Decimal("60.1234"),
        Decimal("119.63"),
        Decimal("39.88"),
    )
    assert not line.below_cost


def test_a_price_below_cost_is_seen(customer):
    product = PricedProductFactory()
    ProductCost.objects.create(product=product, average="100.01")

    assert price(customer, (product, 1))[0].below_cost


def test_an_unknown_cost_is_no_margin_rather_than_all_of_it(customer):
    product = PricedProductFactory()
    ProductCost.objects.create(product=product, average=0)

    (line,) = price(customer, (product, 1))

    assert (line.unit_cost, line.margin, line.margin_percent, line.below_cost) == (None, None, None, False)


def test_cost_in_the_base_currency_is_not_held_against_another(customer):
    rule = PriceRuleFactory(price_list=PriceListFactory(currency="USD"))
    ProductCost.objects.create(product=rule.product, average="60")

    assert price(customer, (rule.product, 1), currency="USD")[0].margin is None


def test_cost_is_shown_only_to_people_who_may_see_it(customer):
    product = PricedProductFactory()
    ProductCost.objects.create(product=product, average="60")
    (line,) = price(customer, (product, 1))

    assert line.shown_to(UserFactory(role="Sales manager")).margin == Decimal("40.00")
    assert line.shown_to(UserFactory(role="Sales representative")).margin is None
