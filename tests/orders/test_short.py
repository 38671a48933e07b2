"""What a line does where pieces are missing: chosen beforehand, and honoured when it is confirmed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import Refusal
from orders.operations import Item, confirm_order, create_order, preview_order
from orders.operations.short import resolve_short
from tests.books import wrong_books
from tests.factories.orders import customer_with_credit, now, sellable_product, shelf

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("item", "here", "left", "dropped", "substituted"),
    [
        (Item(1, 5), {1: 2}, [Item(1, 5)], 0, 0),
        (Item(1, 5, Decimal(5), "here"), {1: 2}, [Item(1, 2, Decimal("2.00"), "here")], 3, 0),
        (Item(1, 5, Decimal(0), "here"), {}, [], 5, 0),
        (Item(1, 5, Decimal(0), "drop"), {1: 4}, [], 5, 0),
        (Item(1, 5, Decimal(0), "drop"), {1: 5}, [Item(1, 5, Decimal(0), "drop")], 0, 0),
        (
            Item(1, 5, Decimal(0), "substitute", 9),
            {1: 2},
            [Item(1, 2, Decimal(0), "substitute", 9), Item(9, 3)],
            0,
            3,
        ),
    ],
)
def test_each_choice_does_what_it_says(item, here, left, dropped, substituted):
    assert resolve_short([item], here) == (left, dropped, substituted)


def test_a_substitute_that_stands_on_the_order_gets_more_pieces():
    items = [Item(1, 5, Decimal(0), "substitute", 2), Item(2, 4)]
    assert resolve_short(items, {2: 10}).items == [Item(2, 9)]


def test_choices_are_kept_on_the_line_previewed_and_honoured_at_confirm():
    short, other, gone = sellable_product(on_hand=2), sellable_product(on_hand=9), sellable_product(on_hand=1)
    customer = customer_with_credit()
    items = [
        Item(short.pk, 5, Decimal(0), "substitute", other.pk),
        Item(gone.pk, 3, Decimal(0), "drop"),
    ]
    seen = preview_order(customer, items, location=shelf(), at=now())
    order = create_order(customer, items, by=None, at=now())
    assert list(order.lines.values_list("when_short", "substitute_id")) == [
        ("substitute", other.pk),
        ("drop", None),
    ]
    order = confirm_order(order, by=None, at=now(), seen_total=seen.total)
    assert order.status == "confirmed"
    assert list(order.lines.values_list("product_id", "quantity", "reserved")) == [
        (short.pk, 2, 2),
        (other.pk, 3, 3),
    ]
    assert (seen.dropped, seen.substituted, seen.reserves) == (3, 3, 5)
    assert wrong_books() == []


def test_an_order_of_which_nothing_is_left_is_refused():
    items = [Item(sellable_product(on_hand=0).pk, 3, Decimal(0), "here")]
    order = create_order(customer_with_credit(), items, by=None, at=now())
    with pytest.raises(Refusal, match="Nothing of this order"):
        confirm_order(order, by=None, at=now())
    assert order.lines.get().quantity == 3
