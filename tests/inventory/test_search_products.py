"""Finding goods the way people ask for them."""

from typing import Any

import pytest

from inventory.models import DeviceModel
from inventory.queries import search_products, substitutes, substitutes_of, what_fits
from tests.factories.inventory import (
    BrandFactory,
    CategoryFactory,
    DeviceModelFactory,
    ProductFactory,
    stocked,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def note_10():
    return DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"], aliases=["Note 10 4G"])


@pytest.fixture
def shelf(note_10):
    """Five products of two phones."""
    a12 = DeviceModelFactory(
        brand=BrandFactory(name="Samsung"), name="A12", codes=["A125F"], aliases=["Galaxy A12"]
    )
    displays = CategoryFactory(path="Displays > Xiaomi")
    return {
        "incell": ProductFactory(sku="LCD-N10-IN", name="Combo incell", grade="incell", colour="black", fits=[note_10],
                                 category=displays),
        "amoled": ProductFactory(sku="LCD-N10-AM", name="Combo AMOLED", grade="amoled", fits=[note_10],
                                 category=displays, barcode="8901234567890"),
        "cover": ProductFactory(sku="BTC-N10", name="Back cover Redmi Note 10 green", fits=[note_10],
                                category=CategoryFactory(path="Covers")),
        "a12": ProductFactory(sku="LCD-A12", name="Samsung A12 combo", fits=[a12]),
        "old": ProductFactory(sku="OLD", name="Old combo", fits=[a12], is_active=False),
    }  # fmt: skip


def found(text, **options):
    return [hit.product.sku for hit in search_products(text, **options)]


@pytest.mark.parametrize(
    ("text", "skus"),
    [
        ("lcd-n10-in", ["LCD-N10-IN"]),
        ("8901234567890", ["LCD-N10-AM"]),
        ("galaxy a12", ["LCD-A12"]),
        ("A125F", ["LCD-A12"]),
        ("samsung a12 combo", ["LCD-A12"]),
        ("redmi note 10 incell", ["LCD-N10-IN"]),
        ("note10 amoled", ["LCD-N10-AM"]),
        ("m2101k7ag black", ["LCD-N10-IN"]),
        ("smasung a12", ["LCD-A12"]),
        ("redmy note 10 incell", ["LCD-N10-IN"]),
        ("M2101K7AH amoled", ["LCD-N10-AM"]),
        ("old combo", []),
        ("nokia 3310", []),
        ("", []),
        ("  %_\\ '\" \x00 ", []),
    ],
)
def test_search_finds(shelf, text, skus):
    assert found(text) == skus


def test_a_phone_finds_all_that_fits_it(shelf):
    assert sorted(found("Redmi Note 10")) == ["BTC-N10", "LCD-N10-AM", "LCD-N10-IN"]
    hit = search_products("M2101K7AG")[0]
    assert hit.via == "Xiaomi Redmi Note 10"


def test_the_exact_sku_comes_first(shelf):
    ProductFactory(sku="A12", name="Something else")
    assert found("A12")[0] == "A12"


def test_what_is_here_comes_before_what_is_not():
    device = DeviceModelFactory(name="Poco F3")
    ProductFactory(sku="GONE", name="Combo", fits=[device])
    stocked(3, sku="HERE", name="Combo", fits=[device])
    assert found("poco f3") == ["HERE", "GONE"]
    assert [hit.product.available for hit in search_products("poco f3")] == [3, 0]


def test_the_plain_model_comes_before_its_longer_brothers():
    for name in (
        "Redmi Note 10 Pro",
        "Redmi Note 10",
        "Redmi Note 100",
        "Redmi Note 8 (10 pcs)",
        "Redmi Note 210",
    ):
        ProductFactory(name=f"{name} combo", sku=name)
    assert found("redmi note 10") == ["Redmi Note 10", "Redmi Note 10 Pro", "Redmi Note 8 (10 pcs)"]


def test_a_digit_is_no_typo(shelf):
    assert found("samsung a13") == []


def test_search_costs_a_fixed_number_of_queries(shelf, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        search_products("redmi note 10 combo")


def test_what_fits_answers_by_name_and_by_code(shelf):
    for text in ("Redmi Note 10", "m2101k7ag", "xiaomi note10", "remdi note 10"):
        (fit,) = what_fits(text)
        assert str(fit.device) == "Xiaomi Redmi Note 10"
        assert sorted(product.sku for product in fit.products) == ["BTC-N10", "LCD-N10-AM", "LCD-N10-IN"]
    assert what_fits("iPhone 99") == []


def test_substitutes_share_a_phone_and_a_kind(shelf):
    assert list(substitutes(shelf["incell"])) == [shelf["amoled"]]
    assert list(substitutes(shelf["cover"])) == []


def test_search_text_follows_every_change(note_10):
    DeviceModel.objects.filter(pk=note_10.pk).update(name="Redmi Note 11")
    assert [fit.device.name for fit in what_fits("note 11")] == ["Redmi Note 11"]
    assert what_fits("note 10 4g")[0].device.pk == note_10.pk


def test_the_nearest_grade_takes_the_place_then_the_cheaper():
    phone, displays = DeviceModelFactory(), CategoryFactory(path="Displays")
    short = ProductFactory(grade="incell", fits=[phone], category=displays)
    for sku, grade, price, pieces in (
        ("FAR", "original", "10", 90),
        ("DEAR", "oled_hard", "300", 50),
        ("CHEAP", "oled_hard", "200", 1),
        ("NONE", "incell", "5", 0),
        ("UNKNOWN", "", "1", 9),
    ):
        product: dict[str, Any] = {
            "sku": sku,
            "grade": grade,
            "list_price": price,
            "fits": [phone],
            "category": displays,
        }
        if pieces:
            location = stocked(pieces, **product).location
        else:
            ProductFactory(**product)
    found = substitutes_of([short], location, each=9)[short.pk]
    assert [other.sku for other, _shelf in found] == ["CHEAP", "DEAR", "FAR", "UNKNOWN"]
