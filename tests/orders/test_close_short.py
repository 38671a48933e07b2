"""An order of which a part was delivered ends with that part; what was still to come is given up everywhere."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.urls import reverse

from core.errors import Refusal
from credit.models import CreditAccount, CreditNote, Invoice
from customers.models import CustomerFigures, TimelineEntry
from inventory.models import StockLevel, Waiting
from messaging.models import OutboundMessage
from orders.models import Order, Purchase, Status
from orders.operations import close_short, confirm_order, deliver_order, fill_backorders
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import take_back
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product
from tests.factories.returns import ask_return, lines_of
from tests.racing import race, refused

pytestmark = pytest.mark.django_db


def part_delivered() -> Order:
    """10 displays at 100 and 4 batteries asked: 6 displays delivered, 1 reserved, 3 displays and 4 batteries wait."""
    display, battery = sellable_product(sku="DISPLAY", on_hand=7), sellable_product(sku="BATTERY", on_hand=0)
    order = confirm_order(draft(customer_with_credit(), (display, 10), (battery, 4)), by=None, at=now())
    line = order.lines.get(product=display)
    return deliver_order(order, pieces={line.pk: 6}, by=None, at=now())


def close(order: Order, reason: str = "The maker stopped it.") -> Order:
    return close_short(order, reason=reason, by=None, at=now())


@pytest.mark.parametrize("invoice_at", ["confirmation", "delivery"])
def test_what_was_delivered_stays_and_the_rest_is_given_up_everywhere(settings, invoice_at):
    settings.INVOICE_AT = invoice_at
    order = close(part_delivered())
    order.refresh_from_db()
    lines = order.lines.order_by("position").values_list(
        "quantity", "delivered", "given_up", "reserved", "backordered"
    )
    assert list(lines) == [(6, 6, 4, 0, 0), (0, 0, 4, 0, 0)]
    assert (order.status, order.total, order.closed_short_reason) == (
        Status.INVOICED,
        600,
        "The maker stopped it.",
    )
    assert StockLevel.objects.get(product__sku="DISPLAY").reserved == 0
    assert not Waiting.objects.exists()
    account = CreditAccount.objects.get()
    assert (account.balance, account.exposure) == (600, 600)
    credited = {"confirmation": [Decimal(100)], "delivery": []}[invoice_at]
    assert list(CreditNote.objects.values_list("total", flat=True)) == credited
    assert sum(invoice.outstanding for invoice in Invoice.objects.all()) == 600
    assert CustomerFigures.objects.get().spent == 600
    assert list(Purchase.objects.values_list("quantity", "kept", "returned")) == [(6, 600, 0)]
    said = TimelineEntry.objects.get(event="order.closed_short").text
    assert said == (
        f"Order {order.code} closed short. Not coming: 4 × Display DISPLAY; 4 × Display BATTERY. The maker stopped it."
    )
    message = OutboundMessage.objects.get(event="order_closed_short")
    assert "4 × Display DISPLAY\n4 × Display BATTERY" in message.body
    assert wrong_books() == []


def test_done_twice_it_is_done_once_and_goods_that_come_fill_nothing():
    order = part_delivered()
    close(order)
    close(order, reason="again")
    assert (
        CreditNote.objects.count() == OutboundMessage.objects.filter(event="order_closed_short").count() == 1
    )
    receive(order.lines.first().product, 20)
    assert fill_backorders(list(order.lines.values_list("product_id", flat=True)), at=now()) == 0
    with pytest.raises(Refusal, match="can't become"):
        deliver_order(order, by=None, at=now())
    ask_return(order, 6)
    with pytest.raises(Refusal, match="0 of the pieces"):
        ask_return(order, 1)
    assert wrong_books() == []


def test_pieces_credited_by_hand_are_not_credited_again_and_parts_add_up_to_the_cent():
    product = sellable_product(price="33.33", on_hand=7, tax="18")
    order = draft(customer_with_credit(), (product, 9))
    order.lines.update(discount=Decimal("1.00"))
    order = confirm_order(order, by=None, at=now())
    deliver_order(order, pieces={order.lines.get().pk: 5}, by=None, at=now())
    (line,) = lines_of(order)
    take_back(line.invoice, {line.pk: 1})
    close(order)
    assert sum(note.lines.get().quantity for note in CreditNote.objects.all()) == 2
    assert CreditAccount.objects.get().balance == CreditAccount.objects.get().exposure
    assert wrong_books() == []


def test_it_takes_a_reason_and_something_delivered():
    order = part_delivered()
    with pytest.raises(Refusal, match="Say why"):
        close(order, reason=" ")
    other = confirm_order(draft(customer_with_credit(), (sellable_product(), 3)), by=None, at=now())
    with pytest.raises(Refusal, match="Cancel it instead"):
        close(other)
    deliver_order(other, by=None, at=now())
    with pytest.raises(Refusal, match="can't become"):
        close(other)


@pytest.mark.django_db(transaction=True)
def test_closed_short_while_its_goods_are_delivered_and_arrive_it_ends_one_way():
    # Guard: the order's lock in close_short, before its lines are read.
    order = part_delivered()
    product = order.lines.order_by("position").first().product
    outcomes = race(
        [
            partial(close_short, order, reason="gone", by=None, at=now()),
            partial(deliver_order, order, by=None, at=now()),
            partial(receive, product, 3),
            partial(close_short, order, reason="gone", by=None, at=now()),
        ]
    )
    order.refresh_from_db()
    line = order.lines.order_by("position").first()
    assert (line.quantity, line.given_up, line.reserved, line.backordered) == (
        line.delivered,
        10 - line.delivered,
        0,
        0,
    )
    assert line.delivered in {6, 7}
    assert len(refused(outcomes, "wrong_status")) == (line.delivered == 6)
    assert wrong_books() == []


def test_the_page_offers_it_only_where_a_part_was_delivered_and_says_what_was_given_up(client):
    order = part_delivered()
    order.customer.representative = UserFactory(role="Sales manager")
    order.customer.save()
    client.force_login(order.customer.representative)
    page = client.get(order.get_absolute_url()).content.decode()
    assert reverse("orders:order_close_short", args=[order.pk]) in page
    assert reverse("orders:order_cancel", args=[order.pk]) not in page
    asked = client.get(reverse("orders:order_close_short", args=[order.pk])).content.decode()
    assert "6 delivered, 8 pieces are given up." in asked
    sent: dict[str, Any] = {"reason": "Gone", "version": order.version}
    assert client.post(reverse("orders:order_close_short", args=[order.pk]), sent).status_code == 302
    page = client.get(order.get_absolute_url()).content.decode()
    assert "4 given up" in page
    assert reverse("orders:order_close_short", args=[order.pk]) not in page
