"""Several deliveries of one order, by line and piece: stock, slips and invoices to the cent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.errors import Refusal
from credit.models import CreditAccount, Invoice
from inventory.models import StockLevel, StockMove
from orders.models import Delivery, DeliveryConfirmation, Pick
from orders.operations import cancel_order, confirm_order, deliver_order, fill_backorders
from orders.operations.picking import mark_picked, start_pick
from orders.operations.shop import confirm_delivery
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product
from tests.racing import race, refused

pytestmark = pytest.mark.django_db


def confirmed(customer, *lines):
    return confirm_order(draft(customer, *lines), by=None, at=now())


def deliver(order, *pieces: int, **told):
    lines = order.lines.order_by("position")
    chosen = {line.pk: n for line, n in zip(lines, pieces, strict=True)}
    return deliver_order(order, pieces=chosen, **{"by": None, "at": now()} | told)


def level(product) -> tuple[int, int]:
    row = StockLevel.objects.get(product=product)
    return row.on_hand, row.reserved


@pytest.mark.parametrize("at", ["confirmation", "delivery"])
def test_an_order_goes_in_several_deliveries_and_is_billed_to_the_cent(settings, at):
    settings.INVOICE_AT = at
    one, two = sellable_product(price="33.33", tax="18"), sellable_product(price="10.01", tax="5")
    customer = customer_with_credit()
    order = confirmed(customer, (one, 7, Decimal("1.00")), (two, 3))
    deliver(order, 3, 0)
    assert level(one) == (7, 4)
    order = deliver(order, 2, 3)
    assert order.status == "confirmed"
    order = deliver_order(order, by=None, at=now())  # the rest, in one press
    assert order.status == "invoiced"
    assert (level(one), level(two)) == ((3, 0), (7, 0))
    deliveries = Delivery.objects.order_by("pk")
    assert [[line.pieces for line in each.lines.all()] for each in deliveries] == [[3], [2, 3], [2]]
    invoices = Invoice.objects.filter(order_number=order.code)
    assert sum(each.total for each in invoices) == order.total
    assert len(invoices) == (1 if at == "confirmation" else 3)
    assert [bool(each.invoice_id) for each in deliveries] == [at == "delivery"] * 3
    assert CreditAccount.objects.get(customer=customer).exposure == order.total
    assert wrong_books() == []


@pytest.mark.parametrize(
    ("pieces", "code"), [((4,), "more_than_reserved"), ((0,), "nothing_goes"), ((-1,), "more_than_reserved")]
)
def test_only_reserved_pieces_go(pieces, code):
    order = confirmed(customer_with_credit(), (sellable_product(on_hand=3), 5))
    with pytest.raises(Refusal) as refusal:
        deliver(order, *pieces)
    assert refusal.value.code == code
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("at", ["confirmation", "delivery"])
def test_the_rest_may_be_put_back_with_a_reason_and_is_billed_once(settings, at):
    settings.INVOICE_AT = at
    product = sellable_product(price="100", on_hand=5)
    order = confirmed(customer_with_credit(), (product, 5))
    line = order.lines.get()
    with pytest.raises(Refusal, match="Say why"):
        deliver(order, 2, put_back=[line.pk])
    order = deliver(order, 2, put_back=[line.pk], reason="Scratched")
    line.refresh_from_db()
    assert (order.status, line.reserved, line.backordered, line.delivered) == ("backordered", 0, 3, 2)
    assert level(product) == (3, 0)
    assert wrong_books() == []
    fill_backorders([product.pk], at=now())
    deliver(order, 1)
    deliver(order, 1, put_back=[line.pk], reason="Again")
    fill_backorders([product.pk], at=now())
    order = deliver_order(order, by=None, at=now())
    assert order.status == "invoiced"
    assert sum(each.total for each in Invoice.objects.filter(order_number=order.code)) == Decimal(500)
    assert wrong_books() == []


def test_pieces_of_several_reservations_go_oldest_first():
    product = sellable_product(on_hand=2)
    order = confirmed(customer_with_credit(), (product, 6))
    receive(product, 3)
    fill_backorders([product.pk], at=now())
    deliver(order, 3)
    receive(product, 1)
    fill_backorders([product.pk], at=now())
    deliver(order, 1)
    order = deliver_order(order, by=None, at=now())
    assert order.status == "invoiced"
    sold = StockMove.objects.filter(kind="sale", document=order.code).order_by("pk")
    assert sorted(-move.quantity for move in sold) == [1, 1, 1, 1, 2]
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_desks_never_hand_over_a_piece_twice():
    # Guard: the order's lock in deliver_order.
    order = confirmed(customer_with_credit(), (sellable_product(on_hand=5), 5))
    outcomes = race([lambda: deliver(order, 3) for _ in range(3)])
    assert len(refused(outcomes, "more_than_reserved")) == 2
    assert Delivery.objects.count() == 1
    assert wrong_books() == []


def test_a_shop_confirms_each_delivery_once():
    order = confirmed(customer_with_credit(), (sellable_product(), 5))
    deliver(order, 2)
    deliver(order, 3)
    invoice = Invoice.objects.get(order_number=order.code)
    for delivery in Delivery.objects.order_by("pk"):
        for _turn in range(2):
            confirm_delivery(invoice, delivery=delivery, link=None, received_by="Asha", at=now())
    assert DeliveryConfirmation.objects.count() == 2
    other = confirmed(customer_with_credit(), (sellable_product(), 1))
    deliver(other, 1)
    with pytest.raises(Refusal):
        confirm_delivery(invoice, delivery=other.deliveries.get(), link=None, at=now())


# --- picking ---------------------------------------------------------------------------------------------------------
def test_each_scan_counts_once_and_a_wrong_product_says_so():
    product, other = sellable_product("PICK-1", barcode="890123"), sellable_product("PICK-2")
    order = confirmed(customer_with_credit(), (product, 2))
    keeper = UserFactory(role="Storekeeper")

    def scan(code, reference):
        return mark_picked(order, code, reference=reference, by=keeper, at=now())

    assert scan("890123", "a").pk == scan("890123", "a").pk
    with pytest.raises(Refusal, match="Wrong product"):
        scan(other.sku, "b")
    with pytest.raises(Refusal, match="No product"):
        scan("nothing", "c")
    scan("PICK-1", "d")
    with pytest.raises(Refusal, match="2 of 2 are picked"):
        scan("PICK-1", "e")
    pick = Pick.objects.get()
    assert (pick.picker, pick.finished_at is not None) == (keeper, True)
    mark_picked(order, "", product_id=product.pk, pieces=-1, reference="f", by=keeper, at=now())
    pick.refresh_from_db()
    assert pick.finished_at is None


def test_a_delivery_and_a_cancellation_end_the_picking():
    product = sellable_product(on_hand=20)
    first, second = (confirmed(customer_with_credit(), (product, 2)) for _ in range(2))
    for order in (first, second):
        start_pick(order, by=None, at=now())
    deliver(first, 1)
    cancel_order(second, reason="mistake", by=None, at=now())
    assert Pick.objects.filter(ended_at=None).count() == 0
    start_pick(first, by=None, at=now())
    with pytest.raises(Refusal, match="nothing to pick"):
        start_pick(second, by=None, at=now())
