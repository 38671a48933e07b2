"""Costs on screen: the valuation of a day, a receipt's charges and corrections, a product's layers; by right only."""

import csv
import datetime as dt
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.models import CostVariance, LandedCharge, StockMove
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    charge_receipt,
    receive_goods,
    transfer,
)
from inventory.queries.worth import Question, all_worth, worth_by, worth_page, worth_total
from tests.factories.accounts import UserFactory
from tests.factories.inventory import CategoryFactory, LocationFactory, ProductFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def goods():
    """A display with two layers, one day apart, some of it carried to the store; a cable without a category."""
    now = timezone.now()
    shop, store = LocationFactory(name="Shop", is_default=True), LocationFactory(name="Store")
    display = ProductFactory(name="A12 combo", sku="A12", category=CategoryFactory(path="Displays > Samsung"))
    cable = ProductFactory(name="Cable", sku="CAB", category=None)

    def receive(product, pieces, cost, days):
        line = ReceiptLine(product.pk, pieces, Decimal(cost))
        return receive_goods(shop, [line], by=None, at=now - dt.timedelta(days=days))

    old = receive(display, 4, "100", 10)
    receive(display, 6, "150", 5)
    receive(cable, 3, "7", 5)
    said: dict[str, Any] = {"reason": "broken", "by": None, "at": now - dt.timedelta(days=2)}
    adjust(display, location=shop, difference=-3, reference="scrap", **said)
    carried = [StockLine("1", display.pk, 2)]
    transfer(carried, source=shop, destination=store, reference="T", by=None, at=now - dt.timedelta(days=1))
    return {"display": display, "cable": cable, "shop": shop, "store": store, "old": old}


def days_ago(days):
    return TODAY() - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "lines", "total"),
    [
        (0, [("A12", 7, 910, 1000), ("CAB", 3, 21, 21)], (10, 931, 1021)),
        (3, [("A12", 10, 1300, 1300), ("CAB", 3, 21, 21)], (13, 1321, 1321)),
        (7, [("A12", 4, 400, 400)], (4, 400, 400)),
        (20, [], (0, 0, 0)),
    ],
)  # fmt: skip
def test_stock_is_worth_what_it_was_on_that_day(goods, days, lines, total):
    question = Question(days_ago(days))
    found, after = worth_page(question)
    assert [(line.sku, line.pieces, line.average, line.fifo) for line in found] == lines
    assert after == 0
    summed = worth_total(question)
    assert (summed.pieces, summed.average, summed.fifo) == total


def test_sums_by_category_and_location_add_up_and_pages_follow_each_other(goods):
    question = Question(TODAY())
    assert [tuple(row[1:]) for row in worth_by(question, "category")] == [
        ("Displays > Samsung", 1, 7, Decimal(910), Decimal(1000)),
        ("", 1, 3, 21, 21),
    ]
    places = worth_by(question, "location")
    assert [(row.name, row.pieces, row.average, row.fifo) for row in places] == [
        ("Shop", 8, 671, Decimal("735.29")),
        ("Store", 2, 260, Decimal("285.71")),
    ]
    before = worth_by(Question(days_ago(2)), "location")
    assert [(row.name, row.pieces) for row in before] == [("Shop", 10)]
    there = Question(TODAY(), category="Displays", location=goods["store"].pk)
    assert [(line.sku, line.pieces, line.average) for line in all_worth(there, most=1)] == [("A12", 2, 260)]
    first, after = worth_page(question, most=1)
    second, end = worth_page(question, after=after, most=1)
    assert ([line.sku for line in first + second], end) == (["A12", "CAB"], 0)


def test_the_valuation_page_and_its_file(client, goods, django_assert_max_num_queries):
    client.force_login(UserFactory(role="Accountant"))
    address = reverse("inventory:stock_valuation")
    with django_assert_max_num_queries(16):
        page = client.get(address).content.decode()
    assert "A12 combo" in page
    assert "1,000.00" in page
    assert "931.00" in page
    for query in ({"group": "category"}, {"group": "location", "on": str(days_ago(3))}, {"category": "0"}):
        assert client.get(address, query).status_code == 200
    answer = client.get(address, {"export": "csv", "location": goods["store"].pk})
    rows = list(csv.reader(StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert rows[1][0] == "A12"
    assert [Decimal(cell) for cell in rows[1][3:]] == [130, 2, 260, Decimal("285.71")]
    told = client.get(address, {"on": str(TODAY() + dt.timedelta(days=3))}).content.decode()
    assert "Nobody knows yet" in told
    assert client.get(address, {"after": "9" * 30, "product": "\0", "group": "x"}).status_code == 200


def test_a_charge_is_put_on_and_taken_back_on_screen(client, goods):
    person = UserFactory(role="Sales manager")
    client.force_login(person)
    record = reverse("inventory:receipt_detail", args=[goods["old"].pk])
    typed = {"kind": "freight", "amount": "40", "share_by": "value", "document": "DHL 7"}
    answer = client.post(reverse("inventory:receipt_charge", args=[goods["old"].pk]), typed)
    assert answer.status_code == 302
    charge = LandedCharge.objects.get()
    assert (charge.amount, charge.by, charge.document) == (40, person, "DHL 7")
    page = client.get(record).content.decode()
    assert "110.00" in page
    assert "DHL 7" in page
    assert "440.00" in page
    answer = client.post(reverse("inventory:charge_back", args=[charge.pk]), {"note": "Wrong receipt"})
    assert answer.status_code == 302
    assert "Wrong receipt" in client.get(record).content.decode()
    back = LandedCharge.objects.get(reverses=charge)
    assert client.get(reverse("inventory:charge_back", args=[back.pk])).status_code == 404


def test_a_line_is_corrected_on_screen_and_a_refusal_keeps_what_was_typed(client, goods):
    client.force_login(UserFactory(role="Sales manager"))
    address = reverse("inventory:receipt_line_correct", args=[goods["old"].lines.get().pk])
    assert 'value="4"' in client.get(address).content.decode()
    refused = client.post(address, {"quantity": "4", "unit_cost": "abc", "reason": "Bill"})
    assert refused.status_code == 422
    assert "abc" in refused.content.decode()
    answer = client.post(address, {"quantity": "5", "unit_cost": "90", "reason": "Bill says so"})
    assert answer.status_code == 302
    page = client.get(reverse("inventory:receipt_detail", args=[goods["old"].pk])).content.decode()
    assert "Bill says so" in page
    assert "450.00" in page
    variances = client.get(reverse("inventory:costvariance_list")).content.decode()
    assert "A12 combo" in variances
    assert "Corrected receipt" in variances


def test_a_products_costs_stand_on_its_record(client, goods):
    client.force_login(UserFactory(role="Sales manager"))
    charge_receipt(goods["old"], kind="duty", amount=Decimal(20), reference="b", by=None, at=timezone.now())
    page = client.get(reverse("inventory:product_detail", args=[goods["display"].pk])).content.decode()
    for words in (
        "Layers that are left",
        "1 / 4",
        "105.00",
        "Turned out to have cost something else",
        "Show as table",
    ):
        assert words in page


DOORS = ["stock_valuation", "costvariance_list", "receipt_charge", "receipt_cost_panel",
         "receipt_line_correct", "product_cost_panel"]  # fmt: skip


@pytest.mark.parametrize("name", DOORS)
def test_nobody_sees_costs_without_the_right(client, goods, name):
    client.force_login(UserFactory(role="Storekeeper"))
    lists = {"stock_valuation", "costvariance_list"}
    pks = {"receipt_line_correct": goods["old"].lines.get().pk, "product_cost_panel": goods["display"].pk}
    arguments = [] if name in lists else [pks.get(name, goods["old"].pk)]
    assert client.get(reverse(f"inventory:{name}", args=arguments)).status_code == 403
    for record in (goods["old"], goods["display"]):
        page = client.get(record.get_absolute_url()).content.decode()
        assert "Landed cost" not in page
        assert "Layers that are left" not in page
    assert not CostVariance.objects.exists()
    assert StockMove.objects.count() == 6
