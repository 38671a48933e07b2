"""What was asked for and not sold is counted: once per want and day, the last words only, after the answer."""

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from inventory.models import UnmetDemand
from inventory.operations import Want, forget_demand, record_demand, record_search
from inventory.queries import demand, most_wanted, search_products, unmet_search, what_fits
from inventory.queries.demand import unmet_fit
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.inventory import DeviceModelFactory, ProductFactory, stocked

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
Why = UnmetDemand.Why


def rows(*fields):
    return sorted(UnmetDemand.objects.values_list(*fields))


@pytest.fixture
def clerk():
    return UserFactory()


def test_the_same_want_of_a_day_is_one_row(clerk):
    product, customer = ProductFactory(), CustomerFactory()
    for minutes, pieces in ((0, 5), (10, 8), (20, 2)):
        at = NOON + dt.timedelta(minutes=minutes)
        record_demand([Want(product.pk, pieces=pieces)], Why.DROPPED, by=clerk, at=at, customer=customer)
    assert rows("product", "pieces", "times", "customer", "by") == [(product.pk, 8, 3, customer.pk, clerk.pk)]
    record_demand(
        [Want(product.pk)], Why.DROPPED, by=clerk, at=NOON + dt.timedelta(days=1), customer=customer
    )
    record_demand([Want(product.pk)], Why.DROPPED, by=clerk, at=NOON)
    assert UnmetDemand.objects.count() == 3


def test_a_page_drawn_anew_is_not_asked_again(clerk):
    for seconds in (0, 5, 59):
        record_demand([Want(words="mi 20")], Why.NOT_FOUND, by=clerk, at=NOON + dt.timedelta(seconds=seconds))
    assert rows("times") == [(1,)]


def test_wants_that_say_nothing_are_passed_over(clerk):
    assert record_demand([Want(), Want(words=" \0 ")], Why.NOT_FOUND, by=clerk, at=NOON) == 0


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (["moon", "moonphone", "moonphone 7"], ["moonphone 7"]),
        (["moonphone 7", "moonphone"], ["moonphone"]),
        (["moonphone", "sunphone"], ["moonphone", "sunphone"]),
        (["mo"], []),
    ],
)
def test_only_the_last_words_of_typing_count(clerk, typed, kept):
    for second, words in enumerate(typed):
        at = NOON + dt.timedelta(seconds=second)
        record_search(words, Want(words=words), Why.NOT_FOUND, by=clerk, at=at)
    assert [words for (words,) in rows("words")] == kept


def test_what_was_found_in_the_end_forgets_what_was_typed_before(clerk):
    other = UserFactory()
    record_search("moonpho", Want(words="moonpho"), Why.NOT_FOUND, by=other, at=NOON)
    record_search("moonpho", Want(words="moonpho"), Why.NOT_FOUND, by=clerk, at=NOON)
    record_search("moonphone", None, "", by=clerk, at=NOON + dt.timedelta(seconds=2))
    assert rows("by") == [(other.pk,)]
    record_search("moonphone", None, "", by=other, at=NOON + dt.timedelta(minutes=5))
    assert rows("by") == [(other.pk,)]


def test_a_search_says_what_was_not_met():
    here, gone = DeviceModelFactory(name="Luna 5"), DeviceModelFactory(name="Luna 6", codes=["LN600"])
    bare = DeviceModelFactory(name="Luna 9")
    stocked(3, name="Combo A", fits=[here])
    display = ProductFactory(name="Combo B", fits=[gone])
    assert unmet_search("luna 5", search_products("luna 5")) is None
    assert unmet_search("ln600", search_products("ln600")) == (Why.OUT_OF_STOCK, display.pk, gone.pk)
    assert unmet_search("luna 9", search_products("luna 9")) == (Why.NOT_FOUND, None, bare.pk)
    assert unmet_search("zzz", search_products("zzz")) == (Why.NOT_FOUND, None, None)
    assert unmet_fit(what_fits("luna 5")) is None
    assert unmet_fit(what_fits("luna 6")) == (Why.OUT_OF_STOCK, display.pk, gone.pk)
    assert unmet_fit(what_fits("luna 9")) == (Why.NOT_FOUND, None, bare.pk)
    assert unmet_fit(what_fits("zzz")) == (Why.NOT_FOUND, None, None)


def test_lost_value_is_pieces_at_list_price(clerk):
    dear, cheap = ProductFactory(list_price="900"), ProductFactory(list_price="10")
    unpriced = ProductFactory(list_price=None)
    device = DeviceModelFactory()
    for product, pieces in ((dear, 2), (cheap, 7), (unpriced, 4)):
        record_demand([Want(product.pk, pieces=pieces)], Why.SHORT, by=clerk, at=NOON)
    record_demand(
        [Want(device_id=device.pk), Want(words="sun 3", pieces=6)], Why.NOT_FOUND, by=clerk, at=NOON
    )
    rows: Any = demand()
    assert {row.product_id: row.lost for row in rows if row.product_id} == {
        dear.pk: 1800, cheap.pk: 70, unpriced.pk: None
    }  # fmt: skip
    top = most_wanted(since=NOON.date(), until=NOON.date())
    named = [row.get("product_id") or row.get("device_model_id") or row["words"] for row in top]
    assert named == [dear.pk, cheap.pk, "sun 3", unpriced.pk, device.pk]
    assert (
        most_wanted(since=NOON.date() + dt.timedelta(days=1), until=NOON.date() + dt.timedelta(days=2)) == []
    )


def test_old_demand_is_forgotten(clerk):
    record_demand([Want(words="old")], Why.NOT_FOUND, by=clerk, at=NOON - dt.timedelta(days=800))
    record_demand([Want(words="new")], Why.NOT_FOUND, by=clerk, at=NOON)
    assert forget_demand(at=NOON) == 1
    assert rows("words") == [("new",)]


def test_pages_count_what_they_do_not_find(admin_client):
    admin_client.get(reverse("inventory:what_fits"), {"q": "Sunphone 12"})
    admin_client.get(reverse("inventory:product_search"), {"q": "moonphone"})
    assert rows("why", "words") == [("not_found", "moonphone"), ("not_found", "sunphone 12")]


def test_pages_of_unmet_demand_cost_a_fixed_number_of_queries(
    admin_client, clerk, django_assert_max_num_queries
):
    for number in range(12):
        product = ProductFactory(list_price="5")
        record_demand(
            [Want(product.pk), Want(words=f"sun {number}")], Why.SHORT, by=clerk, at=dt.datetime.now(dt.UTC)
        )
    for page in ("demand_list", "demand_top"):
        admin_client.get(reverse(f"inventory:{page}"))
        with django_assert_max_num_queries(14):
            said = admin_client.get(reverse(f"inventory:{page}")).content.decode()
        assert "sun 11" in said
