"""The margin of an order: what left costs what it left at, the rest what it costs today."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.operations import confirm_order, deliver_order
from orders.queries.pages import margin_of, shown_lines
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("method", "left_at", "margin"), [("average", 280, 190), ("fifo", 240, 230)])
def test_what_was_delivered_costs_what_it_left_at_and_the_rest_the_average_of_today(
    settings, method, left_at, margin
):
    settings.COST_OF_SALES = method
    product = sellable_product(on_hand=4, cost="60")
    receive(product, 4, "80")
    order = confirm_order(draft(customer_with_credit("5000"), (product, 8)), by=None, at=now())
    (line,) = order.lines.all()
    deliver_order(order, pieces={line.pk: 4}, by=None, at=now())  # average 70 each; the oldest four cost 60
    receive(product, 4, "95")
    (shown,) = shown_lines(order, costs=True)
    # Today (4 × 70 + 4 × 95) ÷ 8 = 82.50, and four are still to go: 330.
    assert tuple(shown.margin or ()) == (800, 4, left_at, 4, Decimal("330.00"))
    assert margin_of([shown]).margin == margin
    assert margin_of(shown_lines(order)) is None


def test_the_costs_of_many_lines_take_as_many_queries_as_of_one(django_assert_num_queries):
    products = [sellable_product(on_hand=3) for _ in range(4)]
    unknown = sellable_product(on_hand=0)
    lines = [(product, 3) for product in products]
    order = confirm_order(draft(customer_with_credit("9000"), *lines, (unknown, 1)), by=None, at=now())
    deliver_order(order, by=None, at=now())
    with django_assert_num_queries(5):
        shown = shown_lines(order, costs=True)
    assert [each.margin and each.margin.percent for each in shown] == [*[Decimal("40.00")] * 4, None]
    assert margin_of(shown) is None  # of one nobody knows the cost
