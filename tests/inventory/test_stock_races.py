"""Stock under real concurrency: threads with connections of their own, let loose at one barrier.

Each of these fails when its guard is taken out; which one that is stands in the docstring.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from core.errors import Refusal
from inventory.models import Location, ProductCost, Reservation, StockLevel, StockMove
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    receive_goods,
    release,
    reserve,
    return_goods,
    ship,
    transfer,
)
from inventory.queries import check_books
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    return race(jobs)


def test_many_orders_for_the_last_piece_promise_it_once():
    """Guards: FOR UPDATE in RESERVE, or else the constraint reserved_within_on_hand (an error, not a refusal)."""
    level = stocked(1)
    results = at_once(
        *(
            lambda number=number: reserve(
                [StockLine(f"order:{number}:line:1", level.product_id, 1)],
                location=level.location_id,
                at=now(),
            )
            for number in range(8)
        )
    )
    assert sorted(type(result).__name__ for result in results) == ["Refusal"] * 7 + ["list"]
    assert Reservation.objects.count() == 1
    assert list(check_books()) == []


def test_many_partial_orders_share_what_is_there():
    """Guard: FOR UPDATE in RESERVE."""
    level = stocked(10)
    results = at_once(
        *(
            lambda number=number: (
                reserve(
                    [StockLine(f"order:{number}:line:1", level.product_id, 3)],
                    location=level.location_id,
                    partial=True,
                    at=now(),
                )[0].reserved
            )
            for number in range(6)
        )
    )
    assert sorted(results) == [0, 0, 1, 3, 3, 3]
    assert list(check_books()) == []


@pytest.mark.parametrize("partial", [True, False])
def test_the_same_line_at_once_is_reserved_once(partial):
    """Guard: the unique reference, and the second look of `reserve`."""
    level = stocked(3)
    line = StockLine("order:1:line:1", level.product_id, 3)
    results = at_once(
        *(
            lambda: reserve([line], location=level.location_id, partial=partial, at=now())[0].reserved
            for _ in range(6)
        )
    )
    assert results == [3] * 6
    level.refresh_from_db()
    assert (level.on_hand, level.reserved) == (3, 3)


def test_lines_in_opposite_order_do_not_deadlock():
    """Guard: ORDER BY product_id in RESERVE."""
    location = LocationFactory()
    products = [stocked(1000, location=location).product_id for _ in range(6)]

    def order(number: int) -> object:
        ordered = products if number % 2 else products[::-1]
        for round_number in range(15):
            lines = [StockLine(f"order:{number}:{round_number}:{pk}", pk, 1) for pk in ordered]
            reserve(lines, location=location, at=now())
        return "done"

    assert at_once(*(lambda n=n: order(n) for n in range(4))) == ["done"] * 4
    assert list(check_books()) == []


def test_reserve_against_adjust_never_promises_what_is_gone():
    """Guard: lock_levels before adjust looks, FOR UPDATE in RESERVE."""
    for number in range(10):
        level = stocked(5)
        taken, adjusted = at_once(
            partial(
                reserve,
                [StockLine(f"order:{number}", level.product_id, 4)],
                location=level.location_id,
                at=now(),
            ),
            partial(
                adjust,
                level.product_id,
                location=level.location_id,
                difference=-3,
                reason="broken",
                reference=f"count:{number}",
                by=None,
                at=now(),
            ),
        )
        assert sorted(isinstance(result, Refusal) for result in (taken, adjusted)) == [False, True]
    assert list(check_books()) == []


def test_transfers_both_ways_do_not_deadlock_and_lose_nothing():
    """Guard: lock_levels orders by product, then location."""
    here, there = LocationFactory(), LocationFactory()
    products = [stocked(50, location=here).product_id for _ in range(4)]
    receive_goods(there, [ReceiptLine(pk, 50, Decimal(1)) for pk in products], by=None, at=now())

    def carry(number: int) -> object:
        source, destination, ordered = (
            (here, there, products) if number % 2 else (there, here, products[::-1])
        )
        for round_number in range(10):
            lines = [StockLine(str(pk), pk, 1) for pk in ordered]
            transfer(
                lines,
                source=source,
                destination=destination,
                reference=f"t:{number}:{round_number}",
                by=None,
                at=now(),
            )
        return "done"

    assert at_once(*(lambda n=n: carry(n) for n in range(4))) == ["done"] * 4
    assert set(StockLevel.objects.values_list("on_hand", flat=True)) == {50}
    assert list(check_books()) == []


def test_release_and_ship_at_once_close_a_reservation_once():
    """Guard: the reservation's own state is looked at again when it is written."""
    for number in range(10):
        level = stocked(5)
        reference = f"order:{number}"
        reserve([StockLine(reference, level.product_id, 2)], location=level.location_id, at=now())
        freed, shipped = at_once(
            partial(release, [reference], at=now()),
            partial(ship, [reference], document="D", by=None, at=now()),
        )
        assert (freed, len(shipped)) in {(1, 0), (0, 1)}
    assert list(check_books()) == []


def test_ship_twice_at_once_sells_once():
    level = stocked(5)
    reserve([StockLine("order:1", level.product_id, 2)], location=level.location_id, at=now())
    results = at_once(*(lambda: ship(["order:1"], document="D", by=None, at=now()) for _ in range(4)))
    assert all(result == results[0] for result in results)
    assert StockMove.objects.filter(kind="sale").count() == 1
    assert list(check_books()) == []


def test_receipts_at_once_move_the_average_as_one_after_the_other():
    """Guard: lock_levels and the locked cost."""
    product, location = ProductFactory(), LocationFactory()
    results = at_once(
        *(
            lambda: (
                receive_goods(
                    location, [ReceiptLine(product.pk, 10, Decimal("100"))], by=None, at=now()
                ).number
            )
            for _ in range(3)
        ),
        *(
            lambda: (
                receive_goods(
                    location, [ReceiptLine(product.pk, 10, Decimal("200"))], by=None, at=now()
                ).number
            )
            for _ in range(3)
        ),
    )
    assert len(set(results)) == 6
    assert ProductCost.objects.get().average == Decimal("150")
    assert list(check_books()) == []


def test_the_same_receipt_and_the_same_return_at_once_are_one():
    product, location = ProductFactory(), LocationFactory()
    lines = [ReceiptLine(product.pk, 10, Decimal("100"))]
    receipts = at_once(
        *(lambda: receive_goods(location, lines, reference="form:7", by=None, at=now()).pk for _ in range(4))
    )
    assert len(set(receipts)) == 1
    back = [StockLine("line:1", product.pk, 2)]
    at_once(
        *(lambda: return_goods(back, location=location, reference="R1", by=None, at=now()) for _ in range(4))
    )
    assert StockLevel.objects.get().on_hand == 12
    assert list(check_books()) == []


def test_an_order_that_fails_later_gives_its_reservation_back():
    level = stocked(3)

    @transaction.atomic
    def order():
        reserve([StockLine("order:1", level.product_id, 2)], location=level.location_id, at=now())
        raise RuntimeError("the invoice could not be issued")

    with pytest.raises(RuntimeError):
        order()
    level.refresh_from_db()
    assert (level.reserved, Reservation.objects.count(), Location.objects.count()) == (0, 0, 1)
