"""Costs under real concurrency, and the command that works them out again.

Each race fails when its guard is taken out; which one that is stands in the docstring.
"""

import datetime as dt
from decimal import Decimal
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from inventory.models import LandedCharge, ProductCost, StockIssue, StockLayer
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    charge_receipt,
    correct_receipt_line,
    receive_goods,
    recompute_costs,
    reserve,
    ship,
)
from inventory.queries import check_books, issue_costs
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def receive(product, location, pieces, cost):
    line = ReceiptLine(product.pk, pieces, Decimal(cost))
    return receive_goods(location, [line], by=None, at=now())


def find(product, location, pieces):
    said: dict[str, Any] = {"reason": "found", "reference": f"found:{location.pk}", "by": None, "at": now()}
    return adjust(product, location=location, difference=pieces, **said)


def test_goods_at_many_locations_at_once_are_layers_one_after_the_other():
    """Guard: lock_costs before anything is counted: their levels are different rows, what is found has no number."""
    for _round in range(4):
        product = stocked(10, cost="100").product
        places = [LocationFactory() for _ in range(6)]
        race(
            [partial(receive, product, place, 10, 100) for place in places[:2]]
            + [partial(find, product, place, 10) for place in places[2:]]
        )
        cost = ProductCost.objects.get(product=product)
        assert (cost.average, cost.received) == (100, 70)
        begins = (
            StockLayer.objects.filter(product=product).order_by("begins").values_list("begins", flat=True)
        )
        assert list(begins) == list(range(0, 70, 10))
        assert recompute_costs([product.pk], at=now()) == []
    assert list(check_books()) == []


def test_sales_at_two_locations_and_a_receipt_at_once_take_one_piece_after_the_other():
    """Guard: `priced` locks the costs in CLOSE."""
    for number in range(4):
        here = stocked(6, cost="10")
        there = LocationFactory()
        receive(here.product, there, 6, 40)
        references = [f"order:{number}:{n}" for n in range(4)]
        for n, reference in enumerate(references):
            line = StockLine(reference, here.product_id, 2)
            reserve([line], location=there if n % 2 else here.location, at=now())
        sell = [partial(ship, [reference], document="D", by=None, at=now()) for reference in references]
        done = race([*sell, partial(receive, here.product, LocationFactory(), 4, 70)])
        assert not [each for each in done if isinstance(each, BaseException)]
        issues = StockIssue.objects.filter(product=here.product).order_by("begins")
        assert list(issues.values_list("begins", "ends")) == [(0, 2), (2, 4), (4, 6), (6, 8)]
        costs = issue_costs([f"sale:{reference}" for reference in references])
        assert sorted(cost.fifo for cost in costs.values()) == [20, 20, 20, 80]
        assert recompute_costs([here.product_id], at=now()) == []
    assert list(check_books()) == []


def test_a_charge_and_a_correction_of_one_receipt_at_once_are_both_counted():
    """Guard: the receipt's own row is locked before its charges are shared."""
    product, location = ProductFactory(), LocationFactory()
    receipt = receive(product, location, 10, 50)
    line = receipt.lines.get()
    charge = partial(charge_receipt, receipt, kind="freight", amount=Decimal(20), by=None, at=now())
    said: dict[str, Any] = {
        "quantity": 8,
        "unit_cost": Decimal(60),
        "reason": "bill",
        "by": None,
        "at": now(),
    }
    done = race(
        [
            partial(charge, reference="bill:1"),
            partial(charge, reference="bill:1"),
            partial(charge, reference="bill:2"),
            partial(correct_receipt_line, line, reference="fix", **said),
            partial(correct_receipt_line, line, reference="fix", **said),
        ]
    )
    assert not [each for each in done if isinstance(each, BaseException)]
    assert LandedCharge.objects.count() == 2
    assert ProductCost.objects.get().average == 65
    assert list(check_books()) == []


def test_the_command_finds_and_mends_costs_that_somebody_broke():
    level = stocked(5, cost="10", sku="A12")
    stocked(3, cost="7")
    assert "2 products are right" in told("--check")
    ProductCost.objects.filter(product=level.product).update(average="9")
    StockLayer.objects.filter(product=level.product).update(at=now() - dt.timedelta(days=1), unit_cost="8")
    assert {each.check for each in check_books()} == {"average cost", "cost of a receipt's layer"}
    with pytest.raises(CommandError, match="1 of 2 products differ"):
        told("--check")
    assert ProductCost.objects.get(product=level.product).average == 9
    assert "A12: 1 layers, 0 issues, the average" in told("--product", "a12")
    assert ProductCost.objects.get(product=level.product).average == 10
    assert list(check_books()) == []
    with pytest.raises(CommandError, match="no product B7"):
        told("--product", "B7")


def told(*arguments):
    out = StringIO()
    call_command("recompute_costs", *arguments, stdout=out)
    return out.getvalue()
