"""What a customer bought: every line, what came back of it, and its habits."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from credit.models import Invoice
from orders.models import Purchase
from orders.operations import cancel_order, confirm_order, deliver_order
from orders.queries.purchases import habits
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, billed, pay, take_back
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return customer_with_credit("100000", name="Corner Phones")


@pytest.fixture
def display():
    return sellable_product("RN10", price="100", on_hand=50)


def buy(customer, display, pieces=3):
    order = draft(customer, (display, pieces))
    confirm_order(order, by=None, at=now())
    order.refresh_from_db()
    return order


def line_of(order):
    return Purchase.objects.get(document=order.code)


def test_an_order_is_pending_then_completed(customer, display):
    order = draft(customer, (display, 3))
    assert (line_of(order).status, line_of(order).counts) == ("pending", False)
    confirm_order(order, by=None, at=now())
    assert line_of(order).counts
    order.refresh_from_db()
    deliver_order(order, by=UserFactory(), at=now())
    row = line_of(order)
    assert (row.status, row.quantity, row.sku, row.kept) == ("completed", 3, "RN10", row.gross)


def test_a_cancelled_order_counts_for_nothing(customer, display):
    order = draft(customer, (display, 3))
    cancel_order(order, reason="A mistake", by=UserFactory(), at=now())
    row = line_of(order)
    assert (row.status, row.kept, row.counts) == ("cancelled", Decimal(0), False)


def test_what_came_back_is_told(customer, display):
    order = buy(customer, display)
    invoice = Invoice.objects.get(order_number=order.code)
    line = invoice.lines.get()
    take_back(invoice, {line.pk: 1})
    row = line_of(order)
    assert (row.returned, row.status, row.kept) == (1, "pending", row.gross - line.gross / 3)
    take_back(invoice)
    assert (line_of(order).returned, line_of(order).status, line_of(order).kept) == (3, "returned", 0)


def test_how_it_was_paid_is_told(customer, display):
    order = buy(customer, display)
    pay(customer, "100", method="cash")
    assert line_of(order).paid_by == "cash"


def test_an_invoice_without_an_order_is_a_purchase_too(customer):
    bill(customer, billed(quantity=2), order_number="")
    row = Purchase.objects.get(customer=customer)
    assert (row.order, row.quantity, row.status, row.pk < 0) == (None, 2, "completed", True)


def test_habits_leave_out_what_came_back_and_know_the_season(customer, display):
    with time_machine.travel(dt.datetime(2025, 11, 10, 9, tzinfo=dt.UTC), tick=False):
        bill(customer, total="600.00")
    with time_machine.travel(dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC), tick=False):
        bill(customer, total="200.00")
        take_back(bill(customer, total="50.00"))
    known = habits(customer, at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    assert (known.orders, known.spent, known.average) == (3, Decimal("800.00"), Decimal("266.67"))
    assert (known.months[10][2], known.months[2][2], known.best_month) == (
        Decimal("600.00"),
        Decimal("200.00"),
        "Nov",
    )
    assert known.favourites[0].times == 3


def test_a_month_of_two_years_is_their_mean(customer):
    for year, total in ((2024, "100.00"), (2025, "300.00")):
        with time_machine.travel(dt.datetime(year, 12, 5, 9, tzinfo=dt.UTC), tick=False):
            bill(customer, total=total)
    known = habits(customer, at=dt.datetime(2026, 11, 20, tzinfo=dt.UTC))
    assert known.months[11][2:] == (Decimal("200.00"), 2)


def test_the_list_is_of_one_customer_and_costs_the_same_for_many(
    client, customer, display, django_assert_max_num_queries
):
    client.force_login(UserFactory(role="Credit controller"))
    other = customer_with_credit("100000", name="Other")
    buy(other, display)
    url = f"/orders/of/{customer.pk}/purchases/"
    for _more in range(4):
        buy(customer, display, 1)
    with django_assert_max_num_queries(14):
        page = client.get(url)
    said = page.content.decode()
    assert said.count("RN10") >= 4
    assert Purchase.objects.get(customer=other).document not in said
    file = b"".join(client.get(f"{url}?export=csv").streaming_content).decode()
    assert "RN10" in file


def test_the_customers_page_has_its_tab(client, customer, display):
    client.force_login(UserFactory(role="Credit controller"))
    buy(customer, display)
    said = client.get(f"/customers/{customer.pk}/?tab=purchases").content.decode()
    assert "Bought most often" in said
    assert "When in the year" in said
