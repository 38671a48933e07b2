"""Counting, adjusting and carrying against selling, on connections of their own, let loose at one barrier.

Each of these fails when its guard is taken out; which one that is stands in the docstring.
"""

import itertools
import threading
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db.models import Sum

from core.errors import Refusal
from inventory.models import Adjustment, StockCountEntry, StockMove, StockTransfer
from inventory.operations import (
    ReceiptLine,
    StockLine,
    approve_adjustment,
    approve_count,
    close_location,
    count_product,
    counting,
    finish_count,
    movements,
    open_count,
    receive_goods,
    request_adjustment,
    reserve,
    ship,
    transfer_goods,
    transfers,
)
from inventory.queries import check_books
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory, now, stocked
from tests.racing import race, refused

pytestmark = pytest.mark.django_db(transaction=True)
KEYS = itertools.count()


def told():
    return {"reference": f"race:{next(KEYS)}", "by": None, "at": now()}


def sell(level, pieces):
    key = f"sale:{next(KEYS)}"
    reserve([StockLine(key, level.product_id, pieces)], location=level.location_id, at=now())
    return ship([key], document=key, by=None, at=now())


class Meanwhile:
    """Stops whoever first comes through `module.name`, so that somebody else can do something in that very moment.

    Where a lock is held there the other one can't, and after `HELD` seconds the first goes on.
    """

    HELD = 0.3

    def __init__(self, monkeypatch, module, name):
        self.there, self.done = threading.Event(), threading.Event()
        real = getattr(module, name)

        def through(*args, **kwargs):
            result = real(*args, **kwargs)
            if not self.there.is_set():
                self.there.set()
                self.done.wait(self.HELD)
            return result

        monkeypatch.setattr(module, name, through)

    def do(self, what):
        self.there.wait(10)
        try:
            return what()
        finally:
            self.done.set()


def test_approving_a_count_against_a_sale_loses_nothing_and_sells_nothing_twice(monkeypatch):
    """Guard: the level's lock in `adjust`, before it looks what is free; behind it `reserved_within_on_hand`.

    Ten by the books, eight on the shelf. While the two are taken off, somebody wants nine.
    """
    level, approver = stocked(10, cost="1"), UserFactory()
    count = open_count(location=level.location, **told())
    count_product(count, level.product_id, 8, **told())
    finish_count(count, by=None, at=now())
    moment = Meanwhile(monkeypatch, movements, "_standing")
    approved, sale = race(
        [
            lambda: approve_count(count, by=approver, at=now()),
            lambda: moment.do(lambda: sell(level, 9)),
        ]
    )
    assert (approved.state, sale.code) == ("approved", "short_of_stock")
    sell(level, 8)
    level.refresh_from_db()
    assert level.on_hand == 0
    assert list(check_books()) == []


def test_counting_while_pieces_are_sold_expects_what_was_there_at_that_moment(monkeypatch):
    """Guard: the level's lock in `count_product`: what it expected and the moves after it fit together."""
    level = stocked(40, cost="1")
    count = open_count(location=level.location, **told())
    moment = Meanwhile(monkeypatch, counting, "lock_levels")
    race(
        [
            lambda: count_product(count, level.product_id, 40, **told()),
            lambda: moment.do(lambda: sell(level, 3)),
        ]
    )
    line = count.lines.get()
    after = (
        StockMove.objects.filter(kind="sale", pk__gt=line.after_move).aggregate(n=Sum("quantity"))["n"] or 0
    )
    level.refresh_from_db()
    assert level.on_hand == (line.expected or 0) + after == 37


def test_two_people_who_scan_the_same_product_are_both_counted():
    """Guard: the line's lock in `count_product`; without it one scan is written over the other."""
    level = stocked(50)
    count = open_count(location=level.location, **told())
    scans = [
        partial(
            count_product,
            count,
            level.product_id,
            1,
            adds=True,
            reference=f"{who}:{n // 2}",
            by=None,
            at=now(),
        )
        for who in "ab"
        for n in range(6)
    ]
    race(scans)  # every scan is sent twice
    assert count.lines.get().counted == 6
    assert StockCountEntry.objects.count() == 6


def test_two_figures_for_one_product_are_not_written_over_each_other():
    """Guard: `seen` under the line's lock."""
    level = stocked(50)
    count = open_count(location=level.location, **told())
    outcomes = race([partial(count_product, count, level.product_id, n, seen=0, **told()) for n in (7, 8, 9)])
    assert len(refused(outcomes, "counted_meanwhile")) == 2
    assert count.lines.get().rounds == 1


def test_what_is_counted_while_the_counting_ends_is_in_or_refused():
    """Guard: `finish_count` locks the count and its lines; a line is written under its lock, while it is counted."""
    level, other = stocked(5), stocked(5)
    count = open_count(location=level.location, **told())
    count_product(count, level.product_id, 4, **told())
    outcomes = race(
        [
            lambda: finish_count(count, by=None, at=now()),
            *(lambda: count_product(count, other.product_id, 1, adds=True, **told()) for _n in range(4)),
        ]
    )
    kept = sum(not isinstance(outcome, Refusal) for outcome in outcomes[1:])
    assert (count.lines.get(product=other.product).counted or 0) == kept
    assert all(outcome.code == "not_counting" for outcome in refused(outcomes))
    count.refresh_from_db()
    assert count.state == "review"


def test_two_approvals_of_one_adjustment_book_it_once():
    """Guard: the lock of the adjustment; behind it the move's unique reference."""
    level = stocked(20, cost="1000")
    asked = request_adjustment(level.product, location=level.location, quantity=-6, reason="lost", **told())
    people = [UserFactory() for _n in range(4)]
    outcomes = race([partial(approve_adjustment, asked, by=who, at=now()) for who in people])
    assert refused(outcomes) == []
    assert len({outcome.decided_by_id for outcome in outcomes}) == 1
    level.refresh_from_db()
    assert level.on_hand == 14
    assert StockMove.objects.filter(kind="adjustment").count() == 1


def test_transfers_both_ways_at_once_do_not_deadlock():
    """Guard: one `lock_levels` over both ends, in the order of products and places; not first one, then the other."""
    here, there = LocationFactory(), LocationFactory()
    products = [stocked(50, location=here).product_id for _n in range(4)]
    receive_goods(there, [ReceiptLine(pk, 50, Decimal(1)) for pk in products], by=None, at=now())

    def carry(turn: int) -> str:
        way = (here, there) if turn % 2 else (there, here)
        ordered = products if turn % 3 else products[::-1]
        for _round in range(6):
            transfer_goods([(pk, 1) for pk in ordered], source=way[0], destination=way[1], **told())
        return "done"

    assert race([partial(carry, n) for n in range(4)]) == ["done"] * 4
    assert StockTransfer.objects.count() == 24
    assert list(check_books()) == []


def test_a_location_that_closes_while_goods_come_stays_open(monkeypatch):
    """Guard: FOR KEY SHARE OF location in `lock_levels`, against the FOR UPDATE of `close_location`."""
    level, place = stocked(20), LocationFactory()
    moment = Meanwhile(monkeypatch, transfers, "lock_levels")
    carry = {"source": level.location, "destination": place, **told()}
    carried, closed = race(
        [
            lambda: transfer_goods([(level.product_id, 1)], **carry),
            lambda: moment.do(lambda: close_location(place)),
        ]
    )
    assert (carried.destination_id, closed.code) == (place.pk, "busy")
    place.refresh_from_db()
    assert place.is_active


def test_the_same_form_at_once_is_one_adjustment():
    """Guard: the level's lock before the reference is looked for."""
    level = stocked(20, cost="1")
    same: dict[str, Any] = {"reference": "one form", "by": None, "at": now()}
    ask: dict[str, Any] = {"location": level.location, "quantity": -2, "reason": "lost"}
    outcomes = race([lambda: request_adjustment(level.product, **ask, **same) for _n in range(4)])
    assert len({outcome.pk for outcome in outcomes}) == 1
    assert Adjustment.objects.count() == 1
