"""Pages of prices."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from customers.models import TimelineEntry
from inventory.models import ProductCost
from pricing.models import PriceList, PriceRule, TaxRate
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import (
    PricedProductFactory,
    PriceListFactory,
    PriceRuleFactory,
    TaxRateFactory,
    base_list,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    user = UserFactory(role="Sales manager")
    client.force_login(user)
    return user


@pytest.fixture
def seller(client):
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    return user


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def test_the_lists_count_the_prices_that_hold_today(client, manager):
    rule = PriceRuleFactory(price_list=PriceListFactory(name="Diwali"))
    PriceRuleFactory(price_list=rule.price_list, valid_to=dt.date(2020, 1, 1))

    page = client.get(reverse("pricing:pricelist_list"))

    assert "Diwali" in text(page)
    assert [cell.html for cell in page.context["table"][1].cells][4] == "1"


@pytest.mark.parametrize("count", [1, 20])
def test_a_list_costs_the_same_number_of_queries_however_long(
    client, manager, count, django_assert_max_num_queries
):
    PriceRuleFactory.create_batch(count, price_list=base_list())

    with django_assert_max_num_queries(11):
        page = client.get(base_list().get_absolute_url())

    assert len(page.context["table"]) == count


def test_prices_of_other_peoples_customers_are_not_shown(client, seller):
    PriceRuleFactory(price_list=base_list(), customer=CustomerFactory(name="Not mine"), unit_price="11")
    PriceRuleFactory(price_list=base_list(), customer=CustomerFactory(name="Mine", representative=seller))

    page = text(client.get(base_list().get_absolute_url()))
    files = client.get(base_list().get_absolute_url(), {"export": "csv"})

    assert "Mine" in page
    assert "Not mine" not in page
    assert "Not mine" not in b"".join(files).decode("utf-8-sig")


def test_ended_prices_stand_under_all(client, manager):
    rule = PriceRuleFactory(price_list=base_list(), valid_to=dt.date(2020, 1, 1))

    assert rule.product.name not in text(client.get(base_list().get_absolute_url()))
    assert rule.product.name in text(client.get(base_list().get_absolute_url(), {"tab": "all"}))


def test_set_a_price_for_a_customer(client, manager):
    product, customer = PricedProductFactory(sku="ABC-1"), CustomerFactory(representative=manager)
    customer.refresh_from_db()

    response = client.post(
        reverse("pricing:price_set", args=[base_list().pk]),
        {
            "product": "abc-1",
            "unit_price": "1,234.5",
            "min_quantity": "5",
            "customer": customer.code.lower(),
            "valid_to": "2026-12-31",
        },
    )

    rule = PriceRule.objects.get()
    assert response["Location"] == base_list().get_absolute_url()
    assert (rule.product, rule.customer, rule.min_quantity) == (product, customer, 5)
    assert (rule.unit_price, rule.valid_to) == (Decimal("1234.5"), dt.date(2026, 12, 31))
    told = TimelineEntry.objects.get(customer=customer)
    assert (told.event, told.by) == ("price.set", manager)
    assert told.text == f"Price of ₹1,234.50 for {product}, until 31 Dec 2026"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"product": "nothing"}, "There is no product with the SKU “nothing”."),
        ({"customer": "C-99999"}, "There is no customer with the code “C-99999”."),
        ({"unit_price": "-1"}, "A price can’t be negative"),
        ({"unit_price": "cheap"}, "“cheap” is not an amount."),
        ({"min_quantity": "0"}, "greater than or equal to 1"),
    ],
)
def test_a_bad_price_comes_back_with_a_sentence(client, manager, typed, error):
    PricedProductFactory(sku="ABC-1")
    asked = {"product": "ABC-1", "unit_price": "10", "min_quantity": "1", **typed}

    page = text(client.post(reverse("pricing:price_set", args=[base_list().pk]), asked), 422)

    assert error in page.replace("&#x27;", "’").replace("can't", "can’t")
    assert not PriceRule.objects.exists()


def test_a_clash_comes_back_with_its_name(client, manager):
    rule = PriceRuleFactory(price_list=base_list())

    response = client.post(
        reverse("pricing:price_set", args=[base_list().pk]),
        {"product": rule.product.sku, "unit_price": "10", "min_quantity": "1"},
    )

    assert "already has a price of ₹90.00" in text(response, 422)


def test_end_a_price(client, manager):
    rule = PriceRuleFactory(price_list=base_list())

    response = client.post(reverse("pricing:price_end", args=[rule.pk]), {"on": "2030-01-31"})

    rule.refresh_from_db()
    assert response["Location"] == base_list().get_absolute_url()
    assert rule.valid_to == dt.date(2030, 1, 31)


def test_sellers_read_prices_and_set_none(client, seller):
    rule = PriceRuleFactory(price_list=base_list())

    assert "Set a price" not in text(client.get(base_list().get_absolute_url()))
    for name, args in (
        ("price_set", [base_list().pk]),
        ("price_end", [rule.pk]),
        ("pricelist_new", []),
        ("taxrate_set", []),
    ):
        assert client.get(reverse(f"pricing:{name}", args=args)).status_code == 403


def test_a_new_list(client, manager):
    typed = {"name": "Diwali", "kind": "promotion", "currency": "INR"}

    client.post(reverse("pricing:pricelist_new"), typed)
    again = text(client.post(reverse("pricing:pricelist_new"), typed), 422)

    assert PriceList.objects.get(name="Diwali").kind == "promotion"
    assert "There is already a list called “Diwali”." in again


def test_set_a_tax_rate(client):
    client.force_login(UserFactory(role="Accountant"))
    url = reverse("pricing:taxrate_list")

    assert "Without a tax rate nothing can be sold" in text(client.get(url))
    response = client.post(
        reverse("pricing:taxrate_set"),
        {"product_category": "standard", "customer_treatment": "standard", "rate": "18"},
    )

    assert response["Location"] == url
    assert TaxRate.objects.get().rate == Decimal(18)
    assert "18.0" in text(client.get(url))


def ask_why(client, customer, product, **more):
    customer.refresh_from_db()
    asked = {"customer": customer.code, "product": product.sku, "quantity": "2", **more}
    return client.get(reverse("pricing:price_explain"), asked)


def test_why_this_price(client, manager):
    TaxRateFactory()
    rule = PriceRuleFactory(price_list=PriceListFactory(name="Diwali"), valid_to=dt.date(2030, 12, 31))
    PriceRuleFactory(price_list=base_list(), product=rule.product, min_quantity=10, unit_price="80")
    PriceRuleFactory(
        price_list=base_list(), product=rule.product, unit_price="95", valid_to=dt.date(2020, 1, 31)
    )
    ProductCost.objects.create(product=rule.product, average="60")

    page = ask_why(client, CustomerFactory(representative=manager), rule.product)

    assert "Promotion “Diwali” until 31 Dec 2030" in text(page)
    assert [(said.name, said.because) for said in page.context["losers"]] == [
        ("Quantity price from 10 pieces", "needs 10 pieces"),
        ("Base price until 31 Jan 2020", "ended 31 Jan 2020"),
        ("List price", "promotion wins"),
    ]
    assert page.context["line"].gross == Decimal("212.40")
    assert "60.00 · 33.3" in text(page)


def test_why_says_what_is_missing(client, manager):
    page = ask_why(client, CustomerFactory(representative=manager), PricedProductFactory())

    assert "There is no tax rate for “Standard” products" in text(page)
    assert "List price" in text(page)


def test_why_shows_no_margin_to_those_who_may_not_see_costs(client, seller):
    TaxRateFactory()
    product = PricedProductFactory()
    ProductCost.objects.create(product=product, average="60")

    page = ask_why(client, CustomerFactory(representative=seller), product)

    assert "Margin" not in text(page)
    assert page.context["line"].unit_cost is None


def test_why_does_not_know_other_peoples_customers(client, seller):
    page = ask_why(client, CustomerFactory(), PricedProductFactory())

    assert "There is no customer with the code" in text(page)


def test_why_asks_when_it_was_told_only_the_product(client, seller):
    page = client.get(reverse("pricing:price_explain"), {"product": "A&B 1"})

    assert 'value="A&amp;B 1"' in text(page)
    assert not page.context["form"].is_bound


def test_the_panel_of_a_product_shows_its_prices_in_all_lists(client, manager):
    product = PricedProductFactory(sku="A&B 1")
    PriceRuleFactory(product=product, price_list=PriceListFactory(name="Diwali"), unit_price="88")
    PriceRuleFactory(product=product, price_list=PriceListFactory(name="Holi"), valid_to=timezone.localdate())
    PriceRuleFactory(product=product, price_list=PriceListFactory(name="Over"), valid_to=dt.date(2020, 1, 1))
    PriceRuleFactory(product=product, price_list=PriceListFactory(name="Unused", is_active=False))

    page = client.get(reverse("pricing:product_panel", args=[product.pk]))

    assert [rule.price_list.name for rule in page.context["rules"]] == ["Diwali", "Holi"]
    assert "?product=A%26B+1" in text(page)
    assert "₹88.00" in text(page)
