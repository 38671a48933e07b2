"""Goods that arrive, come back, are carried elsewhere or counted anew."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.errors import Refusal
from inventory.models import GoodsReceipt, ProductCost, Reservation, StockLevel, StockMove
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    receive_goods,
    reserve,
    return_goods,
    transfer,
)
from inventory.queries import Availability, availability, check_books
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked

pytestmark = pytest.mark.django_db


def receive(product, quantity, cost, location, **options):
    return receive_goods(
        location, [ReceiptLine(product.pk, quantity, Decimal(cost))], by=None, at=now(), **options
    )


def test_receive_goods_books_moves_levels_and_costs():
    product, location = ProductFactory(), LocationFactory()
    receipt = receive(product, 10, "812.5", location, supplier=" Shenzhen Co ", document="INV 7")
    assert (receipt.supplier.name, receipt.document, receipt.lines.get().quantity) == (
        "Shenzhen Co",
        "INV 7",
        10,
    )
    move = StockMove.objects.get()
    assert (move.kind, move.quantity, move.unit_cost, move.document) == (
        "receipt",
        10,
        Decimal("812.5"),
        receipt.number,
    )
    assert availability([product.pk], location) == {product.pk: Availability(10, 0, 10, 0)}
    assert ProductCost.objects.get().last == Decimal("812.5")


def test_the_average_cost_moves_with_each_receipt_over_all_locations():
    product, shop, store = ProductFactory(), LocationFactory(), LocationFactory()
    receive(product, 10, "100", shop)
    receive(product, 5, "130", store)
    assert ProductCost.objects.get().average == Decimal("110")
    receive_goods(
        shop,
        [ReceiptLine(product.pk, 1, Decimal("10")), ReceiptLine(product.pk, 2, Decimal("0.0001"))],
        by=None,
        at=now(),
    )
    # (15 × 110 + 10) ÷ 16 = 103.75; (16 × 103.75 + 2 × 0.0001) ÷ 18 = 92.22223…
    assert ProductCost.objects.get().average == Decimal("92.2222")


def test_goods_for_an_empty_shelf_take_the_new_cost():
    level = stocked(2, cost="100")
    adjust(
        level.product, location=level.location, difference=-2, reason="lost", reference="a", by=None, at=now()
    )
    receive(level.product, 3, "70", level.location)
    assert ProductCost.objects.get().average == 70


def test_the_same_receipt_twice_is_one():
    product, location = ProductFactory(), LocationFactory()
    first = receive(product, 10, "1", location, reference="form:1")
    assert receive(product, 10, "1", location, reference="form:1") == first
    assert (GoodsReceipt.objects.count(), StockLevel.objects.get().on_hand) == (1, 10)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ((0, "1"), "0 pieces can't be booked"),
        ((-3, "1"), "-3 pieces can't be booked"),
        ((2_000_000, "1"), "can't be booked"),
        ((1, "-1"), "no cost of one piece"),
        ((1, "0.00001"), "no cost of one piece"),
        ((1, "1e12"), "no cost of one piece"),
    ],
)
def test_absurd_receipts_are_refused_naming_the_product(line, words):
    product, location = ProductFactory(name="A12 combo"), LocationFactory()
    with pytest.raises(Refusal, match=f"A12 combo: .*{words}"):
        receive(product, line[0], line[1], location)
    assert not StockMove.objects.exists()


def test_receipts_of_nothing_or_of_unknown_products_are_refused():
    location = LocationFactory()
    with pytest.raises(Refusal, match="at least one product"):
        receive_goods(location, [], by=None, at=now())
    with pytest.raises(Refusal, match="does not exist"):
        receive_goods(location, [ReceiptLine(999, 1, Decimal(1))], by=None, at=now())


def test_returned_goods_are_back_on_the_shelf_at_the_average_cost():
    level = stocked(5, cost="90")
    damaged = LocationFactory(kind="damaged")
    lines = [StockLine("line:1", level.product_id, 2)]
    (move,) = return_goods(lines, location=damaged, reference="RET-1", by=None, at=now())
    assert (move.kind, move.quantity, move.unit_cost) == ("return", 2, Decimal("90.0000"))
    assert return_goods(lines, location=damaged, reference="RET-1", by=None, at=now()) == []
    assert availability([level.product_id], damaged)[level.product_id].on_hand == 2
    assert availability([level.product_id])[level.product_id].on_hand == 5


def test_adjust_needs_a_reason_and_is_booked_once():
    level = stocked(5)
    options: dict[str, Any] = {
        "location": level.location,
        "difference": 2,
        "reference": "count:1",
        "by": None,
        "at": now(),
    }
    with pytest.raises(Refusal, match="Say why"):
        adjust(level.product, reason="  ", **options)
    assert adjust(level.product, reason="found", **options).quantity == 2
    assert adjust(level.product, reason="found", **options) is None
    level.refresh_from_db()
    assert level.on_hand == 7


def test_transfer_carries_only_what_is_free():
    level = stocked(5, name="A12 combo")
    store = LocationFactory()
    reserve([StockLine("order:1", level.product_id, 3)], location=level.location, at=now())
    lines = [StockLine("1", level.product_id, 3)]
    options: dict[str, Any] = {
        "source": level.location,
        "destination": store,
        "reference": "T1",
        "by": None,
        "at": now(),
    }
    with pytest.raises(Refusal, match="A12 combo: 2 free here, 3 asked"):
        transfer(lines, **options)
    moves = transfer([StockLine("1", level.product_id, 2)], **options)
    assert [(move.quantity, move.location_id) for move in moves] == [(-2, level.location_id), (2, store.pk)]
    assert transfer([StockLine("1", level.product_id, 2)], **options) == []
    with pytest.raises(Refusal, match="two different locations"):
        transfer(lines, **{**options, "destination": level.location})


def test_the_database_refuses_to_change_what_happened():
    stocked(5)
    with pytest.raises(DatabaseError), transaction.atomic():
        StockMove.objects.update(quantity=6)
    with pytest.raises(DatabaseError), transaction.atomic():
        StockMove.objects.all().delete()


@pytest.mark.parametrize("wrong", [{"reserved": 6}, {"reserved": -1}, {"on_hand": -1}])
def test_the_database_refuses_levels_that_can_not_be(wrong):
    level = stocked(5)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockLevel.objects.filter(pk=level.pk).update(**wrong)


def test_books_that_do_not_add_up_are_found():
    level, other = stocked(5), stocked(3)
    reserve([StockLine("order:1", level.product_id, 2)], location=level.location, at=now())
    assert list(check_books()) == []
    StockLevel.objects.filter(pk=level.pk).update(on_hand=9, reserved=1)
    Reservation.objects.create(
        product=other.product, location=LocationFactory(), quantity=4, reference="x", at=now()
    )
    found = [(each.check, each.stored, each.expected) for each in check_books()]
    assert sorted(found) == [("stock on hand", 9, 5), ("stock reserved", 0, 4), ("stock reserved", 1, 2)]


def test_availability_counts_only_places_we_sell_from():
    level = stocked(5)
    receive(level.product, 4, "1", LocationFactory())
    receive(level.product, 8, "1", LocationFactory(kind="quarantine"))
    reserve([StockLine("order:1", level.product_id, 3)], location=level.location, at=now())
    unknown = ProductFactory()
    assert availability([level.product_id, unknown.pk]) == {
        level.product_id: Availability(9, 3, 6, 0),
        unknown.pk: Availability(0, 0, 0, 0),
    }
