"""Reserving, releasing and shipping: the SQL held against the plain rule, and the rule's corners by name."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from inventory.models import Reservation, StockLevel, StockMove
from inventory.operations import (
    ReceiptLine,
    Shipped,
    StockLine,
    Taken,
    adjust,
    receive_goods,
    release,
    reserve,
    ship,
)
from inventory.queries import availability, check_books
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked

from .reservation_rule import Shelf

pytestmark = pytest.mark.django_db


def line(level, quantity, reference="order:1:line:1"):
    return StockLine(reference, level.product_id, quantity)


def figures(level):
    return StockLevel.objects.values_list("on_hand", "reserved").get(pk=level.pk)


def test_reserve_takes_what_is_asked():
    level = stocked(5)
    taken = reserve([line(level, 3)], location=level.location, at=now())
    assert taken == [Taken("order:1:line:1", level.product_id, 3, 3)]
    assert figures(level) == (5, 3)


def test_reserve_is_one_round_trip(django_assert_num_queries):
    lines = [line(stocked(9), 2, f"order:1:line:{number}") for number in range(5)]
    location = StockLevel.objects.first().location_id
    with django_assert_num_queries(1):
        reserve(lines, location=location, at=now())


def test_reserve_twice_is_once():
    level = stocked(5)
    first = reserve([line(level, 3)], location=level.location, at=now())
    assert reserve([line(level, 3)], location=level.location, at=now()) == first
    assert figures(level) == (5, 3)
    assert Reservation.objects.count() == 1


def test_partial_takes_what_is_there_and_says_what_is_short():
    level = stocked(5)
    missing = ProductFactory()
    lines = [line(level, 7), StockLine("order:1:line:2", missing.pk, 2)]
    taken = reserve(lines, location=level.location, partial=True, at=now())
    assert [(got.asked, got.reserved, got.short) for got in taken] == [(7, 5, 2), (2, 0, 2)]
    assert Reservation.objects.get().quantity == 5


def test_lines_of_the_same_product_share_in_their_order():
    level = stocked(6)
    lines = [line(level, 5, "a"), line(level, 2, "b"), line(level, 1, "c")]
    taken = reserve(lines, location=level.location, partial=True, at=now())
    assert [got.reserved for got in taken] == [5, 1, 0]


def test_without_partial_a_shortage_is_refused_by_name_and_changes_nothing():
    enough, short = stocked(9), stocked(2, name="Redmi Note 10 combo")
    with pytest.raises(Refusal) as refusal:
        reserve([line(enough, 1, "a"), line(short, 6, "b")], location=enough.location, at=now())
    assert refusal.value.text == "Redmi Note 10 combo: 2 here, 6 asked."
    assert [taken.product_id for taken in refusal.value.details["short"]] == [short.product_id]
    assert (figures(enough), figures(short), Reservation.objects.count()) == ((9, 0), (2, 0), 0)


def test_other_locations_are_not_touched():
    level = stocked(5)
    elsewhere = LocationFactory()
    taken = reserve([line(level, 1)], location=elsewhere, partial=True, at=now())
    assert taken[0].reserved == 0
    assert figures(level) == (5, 0)


@pytest.mark.parametrize("quantity", [0, -1, 1_000_001])
def test_absurd_quantities_are_refused(quantity):
    level = stocked(5)
    with pytest.raises(Refusal, match="can't be booked"):
        reserve([line(level, quantity)], location=level.location, at=now())


def test_a_reference_given_twice_is_a_bug():
    level = stocked(5)
    with pytest.raises(ValueError, match="reference of its own"):
        reserve([line(level, 1), line(level, 1)], location=level.location, at=now())


def test_release_gives_back_and_the_line_can_be_reserved_again():
    level = stocked(5)
    reserve([line(level, 3)], location=level.location, at=now())
    assert release(["order:1:line:1", "unknown"], at=now()) == 1
    assert release(["order:1:line:1"], at=now()) == 0
    assert figures(level) == (5, 0)
    reserve([line(level, 4)], location=level.location, at=now())
    assert figures(level) == (5, 4)
    assert Reservation.objects.get().closed_at is None


def test_ship_turns_the_reservation_into_a_sale_at_its_cost():
    level = stocked(5, cost="812.5")
    reserve([line(level, 3)], location=level.location, at=now())
    shipped = ship(["order:1:line:1"], document="INV-2026-00001", by=None, at=now())
    assert shipped == [Shipped("order:1:line:1", level.product_id, 3, Decimal("812.5000"))]
    assert figures(level) == (2, 0)
    move = StockMove.objects.get(kind=StockMove.Kind.SALE)
    assert (move.quantity, move.reference, move.document) == (-3, "sale:order:1:line:1", "INV-2026-00001")


def test_ship_twice_is_once_and_answers_the_same():
    level = stocked(5)
    reserve([line(level, 3)], location=level.location, at=now())
    first = ship(["order:1:line:1"], document="D", by=None, at=now())
    assert ship(["order:1:line:1"], document="D", by=None, at=now()) == first
    assert figures(level) == (2, 0)


def test_what_is_shipped_can_neither_be_released_nor_reserved_again():
    level = stocked(5)
    reserve([line(level, 3)], location=level.location, at=now())
    ship(["order:1:line:1"], document="D", by=None, at=now())
    assert release(["order:1:line:1"], at=now()) == 0
    assert reserve([line(level, 3)], location=level.location, at=now())[0].reserved == 3
    assert figures(level) == (2, 0)


def test_ship_without_a_reservation_moves_nothing():
    assert ship(["order:9:line:1"], document="D", by=None, at=now()) == []


def test_promised_pieces_can_not_be_adjusted_away():
    level = stocked(5, name="A12 combo")
    reserve([line(level, 3)], location=level.location, at=now())
    with pytest.raises(Refusal, match="A12 combo: 5 here, 3 of them promised; at most 2 can be taken off"):
        adjust(
            level.product,
            location=level.location,
            difference=-3,
            reason="lost",
            reference="x",
            by=None,
            at=now(),
        )


REFERENCES = [f"order:{n}" for n in range(4)]
lines_of = st.lists(
    st.tuples(st.sampled_from(REFERENCES), st.integers(0, 2), st.integers(1, 6)),
    max_size=4,
    unique_by=lambda x: x[0],
)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("reserve"), lines_of, st.booleans()),
        st.tuples(st.just("release"), st.lists(st.sampled_from(REFERENCES), max_size=3), st.none()),
        st.tuples(st.just("ship"), st.lists(st.sampled_from(REFERENCES), max_size=3, unique=True), st.none()),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(on_hand=st.lists(st.integers(0, 8), min_size=3, max_size=3), steps=steps)
def test_the_sql_follows_the_plain_rule(on_hand, steps):
    location = LocationFactory()
    products = [ProductFactory().pk for _pieces in on_hand]
    received = [
        ReceiptLine(pk, pieces, Decimal(1)) for pk, pieces in zip(products, on_hand, strict=True) if pieces
    ]
    if received:
        receive_goods(location, received, by=None, at=now())
    shelf = Shelf(dict(zip(products, on_hand, strict=True)))
    unique = location.pk
    for verb, given_lines, partial in steps:
        if verb == "reserve":
            lines = [
                StockLine(f"{ref}:{unique}", products[which], asked) for ref, which, asked in given_lines
            ]
            expected = shelf.reserve(lines, partial=partial)
            try:
                taken = reserve(lines, location=location, partial=partial, at=now())
            except Refusal:
                assert expected is None
            else:
                assert [(got.asked, got.reserved) for got in taken] == expected
        else:
            references = [f"{ref}:{unique}" for ref in given_lines]
            closed = shelf.close(references, "released" if verb == "release" else "shipped")
            if verb == "release":
                assert release(references, at=now()) == len(closed)
            else:
                done = [
                    (ref, product, pieces)
                    for ref, (state, product, pieces) in shelf.reserved.items()
                    if state == "shipped" and ref in references
                ]
                answer = ship(references, document="D", by=None, at=now())
                assert sorted(got[:3] for got in answer) == sorted(done)
        for product in products:
            here = availability([product], location)[product]
            assert (here.on_hand, here.available) == (shelf.on_hand[product], shelf.free(product))
    assert list(check_books()) == []
