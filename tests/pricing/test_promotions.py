"""Promotions: proposed over many products, shown with their margins by right, never two for one product at a time."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from inventory.models import ProductCost
from pricing.models import PriceChange, PriceList, PriceRule
from pricing.operations import copy_list, propose_promotion, set_change, set_price
from pricing.queries import price_course
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import PricedProductFactory, PriceListFactory, PriceRuleFactory, base_list

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def today():
    return timezone.localdate()


def promote(name, products, first, last, **told):
    asked: dict[str, Any] = {"value": Decimal(-10), "reference": f"{name}:{first}"} | told
    return propose_promotion(
        name,
        [product.pk for product in products],
        starts_on=first,
        ends_on=last,
        by=None,
        at=timezone.now(),
        **asked,
    )


def put(change):
    return set_change(change, by=None, at=timezone.now())


@pytest.mark.parametrize(
    ("asked", "price"),
    [
        ({}, "90"),
        ({"value": Decimal("-12.5"), "ending": "1"}, "88"),
        ({"method": "set", "value": Decimal(75)}, "75"),
    ],
)
def test_a_promotion_is_a_price_for_a_while(today, asked, price):
    product = PricedProductFactory()
    put(promote("Diwali", [product], today, today + 5 * DAY, **asked))
    rule = PriceRule.objects.get()
    assert (rule.unit_price, rule.valid_from, rule.valid_to) == (Decimal(price), today, today + 5 * DAY)
    assert (rule.price_list.name, rule.price_list.kind) == ("Diwali", "promotion")


def test_another_promotion_on_the_same_days_is_refused_by_its_name(today):
    products = [PricedProductFactory(name="Display A"), PricedProductFactory(name="Display B")]
    put(promote("Diwali", products, today, today + 5 * DAY))
    with pytest.raises(Refusal) as refused:
        promote("Clearance", products, today + 5 * DAY, today + 9 * DAY)
    assert "is in “Diwali” already, from" in refused.value.text
    assert "So is 1 more product." in refused.value.text
    assert promote("Clearance", products, today + 6 * DAY, today + 9 * DAY).lines.count() == 2


def test_two_drafts_for_the_same_days_are_not_both_set(today):
    product = PricedProductFactory()
    first, second = (promote(name, [product], today, today + DAY) for name in ("One", "Two"))
    put(first)
    with pytest.raises(Refusal, match="is in “One” already"):
        put(second)
    assert PriceRule.objects.count() == 1


def test_a_name_that_is_no_promotion_is_refused(today):
    base = base_list()
    with pytest.raises(Refusal, match="no promotion in use"):
        promote(base.name, [PricedProductFactory()], today, today)


def test_told_twice_it_is_one(today):
    product = PricedProductFactory()
    assert promote("Diwali", [product], today, today) == promote("Diwali", [product], today, today)
    assert PriceList.objects.filter(name="Diwali").count() == PriceChange.objects.count() == 1


def test_a_copy_has_the_prices_for_everybody_that_still_count(today):
    source = PriceListFactory(name="Summer")
    over, now, later, own = (
        PriceRuleFactory(price_list=source, valid_to=today - DAY),
        PriceRuleFactory(price_list=source, valid_from=today - DAY, valid_to=today + 9 * DAY),
        PriceRuleFactory(price_list=source, valid_from=today + 5 * DAY),
        PriceRuleFactory(price_list=source, customer=CustomerFactory()),
    )
    made = copy_list(source, "Autumn", on=today, by=None)
    told = made.rules.order_by("valid_from").values_list("product", "valid_from", "valid_to")
    assert list(told) == [(now.product_id, today, today + 9 * DAY), (later.product_id, today + 5 * DAY, None)]
    assert source.rules.count() == len([over, now, later, own])


def text_of(answer):
    return (b"".join(answer) if answer.streaming else answer.content).decode("utf-8-sig")


# --- on screen -------------------------------------------------------------------------------------------------------
def test_a_promotion_goes_from_the_form_to_its_preview(client, today):
    client.force_login(UserFactory(role="Sales manager"))
    PricedProductFactory(name="Display A")
    asked = {
        "name": "Diwali", "method": "percent", "value": "-10", "ending": "0.01", "direction": "nearest",
        "starts_on": today.isoformat(), "ends_on": (today + DAY).isoformat(), "words": "display",
    }  # fmt: skip
    answer = client.post(reverse("pricing:promotion_new"), asked)
    change = PriceChange.objects.get()
    assert answer.url == change.get_absolute_url()
    assert "90.00" in client.get(answer.url).content.decode()
    put(change)
    page = client.get(reverse("pricing:promotion_list") + "?tab=running").content.decode()
    assert "Diwali" in page
    assert client.post(reverse("pricing:promotion_new"), asked | {"name": "Other"}).status_code == 422


@pytest.mark.parametrize(
    ("tab", "found"),
    [("now", {"Now"}), ("later", {"Later"}), ("ended", {"Over"}), ("live", {"Now", "Later"})],
)
def test_a_list_is_seen_by_what_counts_when(client, today, tab, found):
    client.force_login(UserFactory(role="Sales representative"))
    of = PriceListFactory()
    days = {"Now": {}, "Later": {"valid_from": today + DAY}, "Over": {"valid_to": today - DAY}}
    for name, validity in days.items():
        PriceRuleFactory(price_list=of, product=PricedProductFactory(name=name), **validity)
    page = client.get(f"{of.get_absolute_url()}?tab={tab}")
    assert {row.record.product.name for row in page.context["table"]} == found


@pytest.mark.parametrize(("role", "sees"), [("Sales manager", True), ("Sales representative", False)])
def test_cost_and_margin_are_in_no_page_nor_file_without_the_right(client, today, role, sees):
    person = UserFactory(role=role)
    client.force_login(person)
    product = PricedProductFactory(name="Display A")
    ProductCost.objects.create(product=product, average=Decimal("43.21"), last=Decimal("43.21"))
    customer = CustomerFactory(representative=person)
    set_price(base_list(), product, Decimal(80), customer=customer, by=person)
    change = promote("Diwali", [product], today, today)
    betrayed = {"43.21", "45.99", "45.98"}
    pages = [
        reverse("pricing:customerprice_list"),
        reverse("pricing:customerprice_list") + "?export=csv",
        reverse("pricing:customerprice_list") + "?cols=margin",
        reverse("pricing:customerprice_list") + "?sort=margin",
        reverse("pricing:price_history_panel", args=[product.pk]),
        base_list().get_absolute_url() + "?tab=all",
        base_list().get_absolute_url() + "?tab=all&export=csv",
        reverse("pricing:promotion_list"),
    ]
    seen = {path: any(word in text_of(client.get(path)) for word in betrayed) for path in pages}
    assert any(seen.values()) == sees, seen
    preview = client.get(change.get_absolute_url())
    assert (preview.status_code == 200) == sees
    form = client.get(reverse("pricing:promotion_new"))
    assert (form.status_code == 200) == sees


def test_the_course_of_a_price_says_what_counted_on_each_day(today):
    product = PricedProductFactory(list_price="100")
    set_price(
        base_list(), product, Decimal(95), valid_from=today - 20 * DAY, valid_to=today - 5 * DAY, by=None
    )
    set_price(base_list(), product, Decimal(97), valid_from=today - 4 * DAY, by=None)
    set_price(
        PriceListFactory(name="Sale"), product, Decimal(80), valid_from=today - DAY, valid_to=today, by=None
    )
    course = price_course(
        product,
        [today - 10 * DAY, today - 2 * DAY, today],
        currency="INR",
        costs=[(today - 2 * DAY, Decimal(60))],
    )
    assert course.base == [95, 97, 97]
    assert course.promotion == [None, None, 80]
    assert course.promotions == ["Sale"]
    assert course.list_price == [None, None, 100]
    assert course.cost == [None, 60, 60]
    assert price_course(product, [today], currency="INR").cost == [None]


def test_customers_prices_are_those_of_customers_a_person_may_see(client):
    person = UserFactory(role="Sales representative")
    client.force_login(person)
    mine, theirs = CustomerFactory(representative=person, name="Mine"), CustomerFactory(name="Hidden")
    for customer in (mine, theirs):
        set_price(base_list(), PricedProductFactory(), Decimal(80), customer=customer, by=None)
    page = client.get(reverse("pricing:customerprice_list")).content.decode()
    assert "Mine" in page
    assert "Hidden" not in page
