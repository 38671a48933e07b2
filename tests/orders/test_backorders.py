"""Who gets what of the goods that come, what the waiting customer hears, and whose turn it is."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import Refusal
from inventory.expecting import Coming, Days, Part, Record, arrival, serve
from inventory.models import Waiting
from inventory.queries import figures
from messaging.models import OutboundMessage
from orders import operations
from orders.models import Backorder, OrderLine
from tests.factories.accounts import UserFactory
from tests.factories.orders import (
    ConfirmedOrderFactory,
    customer_with_credit,
    receive,
    sellable_product,
    shelf,
)
from tests.inventory.test_watch_stock import on_order
from tests.racing import race

NOVEMBER = dt.date(2026, 11, 1)


def day(number: int) -> dt.date:
    return NOVEMBER + dt.timedelta(days=number)


def waiting(product, pieces, *, priority=5, **fields):
    """A confirmed order of another shop that waits for these pieces."""
    order = ConfirmedOrderFactory(
        customer=customer_with_credit(), lines=[(product, pieces)], priority=priority, **fields
    )
    assert order.status == "backordered"
    return order


def fill(*products):
    return operations.fill_backorders([each.pk for each in products], at=timezone.now())


def look(**later):
    return operations.review_backorders(at=timezone.now() + dt.timedelta(**later))


def said(event):
    return list(OutboundMessage.objects.filter(event=event).order_by("pk").values_list("key", flat=True))


def left():
    return dict(OrderLine.objects.values_list("order_id", "backordered"))


@pytest.mark.parametrize(
    ("promised", "record", "expected"),
    [
        (None, None, None),
        (day(12), None, Days(day(12), day(12))),
        (None, Record(6.5, 9.0), Days(day(12), day(14))),
        (day(20), Record(6.5, 9.0), Days(day(20), day(20))),  # they say themselves that it takes longer
        (day(11), Record(6.5, 9.0), Days(day(12), day(14))),
        (day(7), None, Days(day(10), day(10))),  # late: at the earliest today
        (None, Record(2.0, 7.0), Days(day(12), day(12))),  # late, but four of five are here in two days
    ],
)
def test_the_day_follows_the_supplier_s_own_record(promised, record, expected):
    assert arrival(day(5), promised, record, today=day(10)) == expected


def piece_by_piece(waiting, coming, otherwise):
    """The same told slowly: a heap of single pieces, the earliest on top."""
    heap = [each for each in coming for _piece in range(each.pieces)]
    heap.sort(key=lambda each: (each.days is None, each.days or Days(day(0), day(0)), each.order_id))
    answer = []
    for wanted in waiting:
        got = [(heap.pop(0) if heap else None) for _piece in range(wanted)]
        answer.append([(each.days, True, each.order_id) if each else (otherwise, False, 0) for each in got])
    return answer


days = st.none() | st.integers(0, 9).map(lambda n: Days(day(n), day(n + 1)))


@given(
    st.lists(st.integers(0, 7), max_size=6),
    st.lists(st.tuples(st.integers(0, 9), days, st.integers(1, 3)).map(lambda row: Coming(*row)), max_size=5),
    days,
)
@hypothesis_settings(deadline=None)
def test_the_first_in_the_queue_get_what_comes_first(queue, coming, otherwise):
    served = serve(queue, coming, otherwise)
    told = [
        [(part.days, part.ordered, part.order_id) for part in parts for _piece in range(part.pieces)]
        for parts in served
    ]
    assert told == piece_by_piece(queue, coming, otherwise)


@pytest.mark.django_db
def test_who_waits_is_served_by_priority_then_age():
    product = sellable_product(on_hand=0)
    old, young = waiting(product, 4), waiting(product, 4)
    urgent = waiting(product, 2, priority=1)
    assert figures([product.pk])[product.pk].projected == -10
    receive(product, 5)
    assert fill(product) == 5
    assert left() == {old.pk: 1, young.pk: 4, urgent.pk: 0}
    assert dict(Waiting.objects.values_list("turn", "pieces")) == {old.pk: 1, young.pk: 4}


@pytest.mark.django_db
def test_a_new_order_does_not_take_what_others_wait_for():
    product = sellable_product(on_hand=0)
    first = waiting(product, 4)
    receive(product, 5)  # and the worker that gives it out is late
    second = waiting(product, 3)
    assert left() == {first.pk: 4, second.pk: 2}
    assert fill(product) == 4
    assert left() == {first.pk: 0, second.pk: 2}


@pytest.mark.django_db(transaction=True)
def test_two_receipts_at_once_fill_the_queue_in_its_order():
    product = sellable_product(on_hand=0)
    orders = [waiting(product, 4, priority=priority) for priority in (5, 2, 5)]

    def arrive(pieces):
        receive(product, pieces)
        return fill(product)

    race([lambda: arrive(3), lambda: arrive(4), lambda: fill(product)])
    fill(product)
    assert left() == {orders[0].pk: 1, orders[1].pk: 0, orders[2].pk: 4}
    assert figures([product.pk])[product.pk][:3] == (7, 7, 5)


@pytest.mark.django_db
def test_the_customer_hears_the_day_once_and_again_when_it_moves_by_days():
    product = sellable_product(name="Note 10", on_hand=0)
    order = waiting(product, 3)
    assert (look(), said("backorder_expected")) == (0, [])  # nobody knows yet
    line = on_order(product, 2, location=shelf(), expected_in=6)
    assert look() == 0  # of one piece nobody knows
    line.quantity = 9
    line.save()
    assert [look() for _ in range(5)] == [1, 0, 0, 0, 0]
    line.expected_on += dt.timedelta(days=3)
    line.save()
    assert look() == 0  # a wobble; the page knows it all the same
    row = Backorder.objects.get()
    assert (row.expected_on, row.told_on) == (line.expected_on, line.expected_on - dt.timedelta(days=3))
    line.expected_on += dt.timedelta(days=1)
    line.save()
    assert [look() for _ in range(2)] == [1, 0]
    assert said("backorder_expected") == [f"order:{order.pk}:1:expected:{n}" for n in (1, 2)]
    receive(product, 3)
    assert (fill(product), fill(product)) == (3, 0)
    assert said("backorder_arrived") == [f"order:{order.pk}:1:arrived:3"]
    assert "3 × Note 10" in OutboundMessage.objects.get(event="backorder_arrived").body


@pytest.mark.django_db
def test_a_priority_changes_the_turn_and_says_why():
    boss = UserFactory(role="Sales manager")
    product = sellable_product(on_hand=0)
    first, second = waiting(product, 2), waiting(product, 2)
    with pytest.raises(Refusal, match="Say why"):
        operations.prioritise_order(second, 1, reason=" ", by=boss, at=timezone.now())
    operations.prioritise_order(second, 1, reason="Hospital phone", by=boss, at=timezone.now())
    assert list(Waiting.objects.in_turn().values_list("turn", flat=True)) == [second.pk, first.pk]
    receive(product, 2)
    fill(product)
    assert left() == {first.pk: 2, second.pk: 0}


@pytest.mark.django_db
def test_an_order_that_is_taken_back_waits_for_nothing():
    product = sellable_product(on_hand=0)
    order = waiting(product, 2)
    operations.reopen_order(order, reason="changed", by=None, at=timezone.now())
    assert not Waiting.objects.exists()
    again = operations.confirm_order(order, by=order.created_by, at=timezone.now())
    operations.cancel_order(again, reason="gone", by=None, at=timezone.now())
    assert not Waiting.objects.exists()


def test_parts_say_their_order():
    coming = [Coming(5, Days(day(3), day(4)), 7)]
    assert serve([2, 4], coming, None) == [
        [Part(2, coming[0].days, True, 7)],
        [Part(3, coming[0].days, True, 7), Part(1, None, False)],
    ]
