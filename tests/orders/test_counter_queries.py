"""What the counter reads: how typed words are meant, what is offered, what makes an order fit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from inventory.queries import by_code, substitutes_of
from orders.operations import Item, preview_order
from orders.queries import bought_lately, buyer, fits, offers, read_asked, recent_customers, substitutes_for
from pricing.queries import price_each
from tests.factories.customers import AddressFactory
from tests.factories.inventory import BrandFactory, CategoryFactory, DeviceModelFactory
from tests.factories.orders import (
    ConfirmedOrderFactory,
    customer_with_credit,
    draft,
    now,
    sellable_product,
    shelf,
)
from tests.factories.pricing import PriceRuleFactory, base_list


@pytest.mark.parametrize(
    ("typed", "likeliest"),
    [
        ("5 note 10 incell", (5, "note 10 incell")),
        ("note 10", (1, "note 10")),
        ("12 pro max", (1, "12 pro max")),
        ("12 a50", (12, "a50")),
        ("5x a50", (5, "a50")),
        ("5 x a50", (5, "a50")),
        ("5*a50", (5, "a50")),
        ("a50 *5", (5, "a50")),
        ("poco x3", (1, "poco x3")),
        ("0 a50", (1, "0 a50")),
        ("8901234567890", (1, "8901234567890")),
        ("20000 a50", (1, "20000 a50")),
        ("", (1, "")),
    ],
)
def test_pieces_are_read_before_words_that_name_a_phone(typed, likeliest):
    assert read_asked(typed)[0] == likeliest


def test_number_before_other_words_is_pieces_only_when_nothing_is_called_so():
    assert read_asked("5 poco") == [(1, "5 poco"), (5, "poco")]


@pytest.fixture
def customer(db):
    return customer_with_credit()


def offered(text, customer):
    return offers(text, customer, location=shelf(), on=timezone.localdate(), currency="INR")


def test_offer_says_pieces_price_for_them_stock_and_what_was_bought(customer):
    product = sellable_product("LCD-N10", name="Redmi Note 10 combo", price="100", cost="60", on_hand=20)
    PriceRuleFactory(price_list=base_list(), product=product, unit_price="90", min_quantity=5)
    ConfirmedOrderFactory(customer=customer, lines=[(product, 2)])

    (few,), (many,) = offered("note 10", customer), offered("5 note 10", customer)

    assert (few.pieces, few.price, few.here, few.bought) == (1, 100, 18, 2)
    assert (many.pieces, many.price) == (5, 90)
    assert many.line.margin_percent == Decimal("33.33")
    assert not few.exact
    assert offered("lcd-n10", customer)[0].exact


def test_offer_names_the_typed_code_of_the_phone(customer):
    device = DeviceModelFactory(
        brand=BrandFactory(name="Xiaomi"), name="Redmi Note 10", codes=["M2101K7AG", "M2101K7AI"]
    )
    sellable_product(name="Display 77").compatibilities.create(device_model=device)

    (offer,) = offered("m2101k7ai", customer)

    assert offer.via == "Xiaomi Redmi Note 10"
    assert offer.codes == ("M2101K7AI",)


def test_product_without_a_price_is_offered_without_one(customer):
    sellable_product(name="Unpriced display", list_price=None)

    assert offered("unpriced", customer)[0].price is None


def test_what_others_bought_or_what_was_cancelled_is_not_bought_lately(customer):
    product = sellable_product(on_hand=50)
    ConfirmedOrderFactory(lines=[(product, 3)])
    draft(customer, (product, 4))

    assert bought_lately(customer, [product.pk]) == {}


def test_code_names_a_product_exactly_or_not_at_all(db):
    product = sellable_product("LCD-a1", barcode="890123")
    sellable_product("LCD-A10")
    sellable_product("OLD-1", is_active=False)

    assert by_code(["lcd-A1", "890123", "LCD-A", "OLD-1", "", "\0"]) == {"lcd-A1": product, "890123": product}


def priced(customer, *items):
    asked = [Item(product.pk, *rest) for product, *rest in items]
    return preview_order(customer, asked, location=shelf(), at=now())


def found_fits(customer, preview, excess):
    given: dict[str, Any] = {"on": timezone.localdate(), "currency": "INR"}
    return [
        (fit.product_id, fit.pieces, fit.less)
        for fit in fits(customer, preview.lines, preview.shelf, Decimal(excess), **given)
    ]


def test_smallest_cut_that_fits_is_found_for_each_line(customer):
    dear, cheap = sellable_product(price="1000"), sellable_product(price="100")
    preview = priced(customer, (dear, 3), (cheap, 10))

    assert found_fits(customer, preview, "250") == [(cheap.pk, 3, 300), (dear.pk, 1, 1000)]


def test_cut_that_loses_the_quantity_price_counts_what_is_really_saved(customer):
    product = sellable_product(price="100", on_hand=50)
    PriceRuleFactory(price_list=base_list(), product=product, unit_price="80", min_quantity=10)
    preview = priced(customer, (product, 10))  # 800; nine would cost 900

    assert found_fits(customer, preview, "50") == [(product.pk, 3, 100)]


def test_what_waits_for_stock_is_taken_off_first(customer):
    here, short = sellable_product(price="100"), sellable_product(price="150", on_hand=0)
    preview = priced(customer, (here, 5), (short, 5))

    assert [product for product, *_ in found_fits(customer, preview, "100")] == [short.pk, here.pk]


def test_nothing_is_offered_when_no_single_line_would_do(customer):
    preview = priced(customer, (sellable_product(price="100"), 1), (sellable_product(price="100"), 1))

    assert found_fits(customer, preview, "150") == []
    assert found_fits(customer, preview, "0") == []


def test_substitutes_fit_the_same_phone_are_of_the_same_kind_and_here(customer, django_assert_num_queries):
    device, displays = DeviceModelFactory(), CategoryFactory()
    made = {"category": displays}
    short = sellable_product("SHORT", on_hand=0, **made)
    good = sellable_product("GOOD", price="120", on_hand=7, **made)
    products = [
        short,
        good,
        sellable_product("GONE", on_hand=0, **made),
        sellable_product("BATTERY", category=CategoryFactory(path="Batteries")),
        sellable_product("STOPPED", is_active=False, **made),
        sellable_product("UNPRICED", list_price=None, **made),
    ]
    for product in products:
        product.compatibilities.create(device_model=device)
    sellable_product("OTHER PHONE", **made)

    location = shelf()
    with django_assert_num_queries(4):
        found = substitutes_for(
            customer, [(short, 3)], location=location, on=timezone.localdate(), currency="INR"
        )

    assert [(each.product, each.here, each.line.gross) for each in found[short.pk]] == [
        (good, 7, Decimal(360))
    ]


def test_substitutes_of_many_products_take_as_many_queries(db, django_assert_num_queries):
    device = DeviceModelFactory()
    products = [sellable_product(on_hand=n) for n in range(6)]
    for product in products:
        product.compatibilities.create(device_model=device)

    location = shelf()
    with django_assert_num_queries(3):
        found = substitutes_of(products, location)

    assert [other.pk for other, _shelf in found[products[0].pk]] == [
        product.pk for product in (products[5], products[4], products[3])
    ]


def test_prices_of_many_quantities_take_one_query_and_refuse_nothing(customer, django_assert_num_queries):
    product, unpriced = sellable_product(price="100"), sellable_product(list_price=None)

    with django_assert_num_queries(1):
        one, three, none, unknown = price_each(
            customer,
            [(product.pk, 1), (product.pk, 3), (unpriced.pk, 1), (10**9, 1)],
            on=timezone.localdate(),
            currency="INR",
        )

    assert (one.gross, three.gross) == (100, 300)
    assert none is None
    assert unknown is None


def test_customers_served_last_come_first_and_only_those_in_sight(customer):
    seller = customer.representative
    second = customer_with_credit(representative=seller)
    stranger = customer_with_credit()
    for shop in (customer, stranger, second, customer):
        draft(shop, (sellable_product(), 1), by=seller)

    assert [hit.id for hit in recent_customers(seller)] == [customer.pk, second.pk]


def test_seller_without_orders_is_offered_its_own_customers_that_bought(customer):
    ConfirmedOrderFactory(customer=customer, by=customer_with_credit().representative)
    customer_with_credit(representative=customer.representative)  # never bought

    assert [hit.id for hit in recent_customers(customer.representative)] == [customer.pk]


def test_chosen_customer_is_said_in_one_line(customer, django_assert_max_num_queries):
    AddressFactory(customer=customer, city="Pune")
    ConfirmedOrderFactory(customer=customer)

    with django_assert_max_num_queries(5):
        line = buyer(customer, on=timezone.localdate())

    assert line.city == "Pune"
    assert line.last_order_at is not None
    assert line.standing.limit == 100000
