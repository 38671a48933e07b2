"""Ordering from a supplier, receiving, sending back."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from core.errors import Refusal
from inventory.models import (
    GoodsReceipt,
    Location,
    ProductCost,
    PurchaseOrder,
    PurchaseStatus,
    StockLevel,
    SupplierProduct,
)
from inventory.operations.arrivals import Arrived, receive_purchase
from inventory.operations.purchasing import (
    PurchaseLine,
    change_purchase,
    close_purchase,
    create_purchase,
    send_purchase,
)
from inventory.operations.supplier_returns import GoingBack, return_to_supplier, settle_return
from inventory.operations.valuation import correct_receipt_line
from inventory.queries import check_books
from inventory.queries.purchasing import (
    defect_rates,
    incoming,
    lead_times,
    open_purchase_lines,
    product_lead_times,
)
from messaging.models import OutboundMessage
from tests.factories.inventory import LocationFactory, ProductFactory, now
from tests.factories.purchasing import SupplierFactory, arrive, ordered, shelf

pytestmark = pytest.mark.django_db


def here(product):
    return StockLevel.objects.get(product=product, location__is_default=True).on_hand


def test_a_draft_takes_price_and_day_from_the_supplier_and_has_no_number():
    supplier = SupplierFactory(currency="USD", lead_time_days=10)
    product, other = ProductFactory(), ProductFactory()
    SupplierProduct.objects.create(
        supplier=supplier, product=product, sku="HY-1", price=Decimal("9.5"), currency="USD", lead_time_days=4
    )
    shelf()
    at = now()
    lines = [PurchaseLine(product.pk, 20), PurchaseLine(other.pk, 2, Decimal(3))]
    order = create_purchase(supplier, lines, reference="a", by=None, at=at)
    assert create_purchase(supplier, lines, reference="a", by=None, at=at) == order
    first, second = order.lines.all()
    assert (first.supplier_sku, first.price, first.expected_on) == (
        "HY-1",
        Decimal("9.5"),
        at.date() + dt.timedelta(days=4),
    )
    assert second.expected_on == at.date() + dt.timedelta(days=10)
    assert (order.number, order.status, order.total) == (None, "draft", Decimal("196.00"))
    assert not incoming([product.pk])


def test_sending_numbers_the_order_mails_the_paper_once_and_a_change_is_sent_again():
    product = ProductFactory()
    order = ordered((product, 5, "10"), sent=False)
    order = send_purchase(order, recipient="a@b.example", by=None, at=now())
    assert order.number.startswith("PO-")
    message = OutboundMessage.objects.get()
    assert (message.recipient, message.files.get().name) == ("a@b.example", f"{order.number}.pdf")
    with pytest.raises(Refusal, match="has this version"):
        send_purchase(order, recipient="a@b.example", by=None, at=now())
    order = change_purchase(order, [PurchaseLine(product.pk, 8)], at=now())
    assert order.to_send_again
    order = send_purchase(order, recipient="a@b.example", by=None, at=now())
    assert not order.to_send_again
    assert [sending.words["lines"][0][3] for sending in order.sendings.order_by("pk")] == [5, 8]
    assert OutboundMessage.objects.count() == 2
    assert incoming([product.pk]) == {product.pk: 8}


def test_goods_cost_the_orders_price_at_its_fixed_rate_and_the_rest_stays_open():
    product, other = ProductFactory(), ProductFactory()
    order = ordered(
        (product, 10, "2.5"), (other, 4, "1"), supplier=SupplierFactory(currency="USD"), sent=False
    )
    lines = [PurchaseLine(product.pk, 10), PurchaseLine(other.pk, 4)]
    order = change_purchase(order, lines, exchange_rate=Decimal("83.2"), at=now())
    order = send_purchase(order, by=None, at=now())
    later = dt.date(2030, 1, 5)
    receipt = arrive(order, 6, rest_on=later)
    assert receipt.purchase_order == order
    assert ProductCost.objects.get(product=product).average == Decimal("208")
    order.refresh_from_db()
    assert order.status == PurchaseStatus.PART_RECEIVED
    assert [(line.pieces, line.expected_on) for line in open_purchase_lines()] == [(4, later), (4, later)]
    arrive(order, 4, 4)
    order.refresh_from_db()
    assert (order.status, here(product), here(other)) == (PurchaseStatus.RECEIVED, 10, 4)
    assert open_purchase_lines() == []
    assert list(check_books()) == []


def test_the_same_receipt_sent_twice_is_one():
    product = ProductFactory()
    order = ordered((product, 10, "5"))
    assert arrive(order, 3, reference="r") == arrive(order, 3, reference="r")
    assert (here(product), order.lines.get().received) == (3, 3)


def test_more_than_ordered_is_asked_for_and_then_kept():
    product = ProductFactory(name="A12 combo")
    order = ordered((product, 10, "5"))
    with pytest.raises(Refusal, match="A12 combo: 12 came, 10 were still to come"):
        arrive(order, 12)
    assert not GoodsReceipt.objects.exists()
    arrive(order, 12, more_is_right=True)
    order.refresh_from_db()
    assert (here(product), order.status, order.lines.get().outstanding) == (12, "received", 0)


def test_broken_pieces_are_put_aside_as_they_arrive_and_whole_ones_get_their_shelf():
    product, aside = ProductFactory(), LocationFactory(kind=Location.Kind.DAMAGED)
    order = ordered((product, 10, "5"))
    pieces = [Arrived(order.lines.get().pk, 7, 3, "a-03-2")]
    with pytest.raises(Refusal, match="where the damaged pieces go"):
        receive_purchase(order, pieces, reference="x", by=None, at=now())
    receive_purchase(order, pieces, damaged_to=aside, reference="x", by=None, at=now())
    levels = StockLevel.objects.order_by("-on_hand").values_list("on_hand", "location__kind", "shelf")
    assert list(levels) == [(7, "sellable", "A-03-2"), (3, "damaged", "")]
    assert PurchaseOrder.objects.get().status == PurchaseStatus.RECEIVED


def test_closing_leaves_what_came_and_expects_nothing_more():
    product = ProductFactory()
    order = ordered((product, 10, "5"))
    arrive(order, 4)
    with pytest.raises(Refusal, match="Say why"):
        close_purchase(order, by=None, at=now())
    order = close_purchase(order, reason="out of stock there", by=None, at=now())
    assert (order.status, order.lines.get().closed, incoming([product.pk])) == ("closed", 6, {})
    with pytest.raises(Refusal, match="nothing can be received"):
        arrive(order, 1)
    untouched = close_purchase(ordered((product, 1, "5")), reason="twice", by=None, at=now())
    assert untouched.status == PurchaseStatus.CANCELLED


def test_a_line_is_never_made_less_than_what_has_come():
    product, other = ProductFactory(), ProductFactory()
    order = ordered((product, 10, "5"), (other, 1, "5"))
    arrive(order, 4)
    for lines in ([PurchaseLine(product.pk, 3)], [PurchaseLine(other.pk, 1)]):
        with pytest.raises(Refusal, match="have come"):
            change_purchase(order, lines, at=now())
    order = change_purchase(order, [PurchaseLine(product.pk, 4)], at=now())
    assert order.status == PurchaseStatus.RECEIVED


def test_a_corrected_receipt_opens_its_purchase_order_again():
    product = ProductFactory()
    order = ordered((product, 10, "5"))
    line = arrive(order, 10).lines.get()
    told: dict[str, Any] = {"unit_cost": Decimal(5), "reason": "miscounted", "by": None, "at": now()}
    correct_receipt_line(line, quantity=7, reference="c1", **told)
    order.refresh_from_db()
    assert (order.status, order.lines.get().received, incoming([product.pk])) == (
        "part_received",
        7,
        {product.pk: 3},
    )
    line.refresh_from_db()
    correct_receipt_line(line, quantity=0, reference="c2", **told)
    order.refresh_from_db()
    assert (order.status, incoming([product.pk])) == ("sent", {product.pk: 10})
    assert list(check_books()) == []


def test_lead_times_are_the_days_from_sending_to_arrival():
    supplier, product = SupplierFactory(), ProductFactory()
    for days in (2, 4, 6, 8, 10):
        order = ordered((product, 1, "5"), supplier=supplier, at=now() - dt.timedelta(days=days))
        arrive(order, 1)
    assert lead_times([supplier.pk]) == {supplier.pk: (6.0, 8.4, 5)}
    assert product_lead_times([(supplier.pk, product.pk)]) == {(supplier.pk, product.pk): (6.0, 8.4, 5)}
    assert product_lead_times([(supplier.pk, product.pk)], at_least=6) == {}


def test_what_goes_back_leaves_the_stock_counts_as_defect_and_is_settled_once():
    product = ProductFactory(name="A12 combo")
    order = ordered((product, 20, "5"))
    receipt = arrive(order, 20)
    line = receipt.lines.get()

    def back(quantity, reference):
        piece = GoingBack(product.pk, order.location_id, quantity, receipt_line_id=line.pk)
        return return_to_supplier(
            order.supplier, [piece], receipt=receipt, reference=reference, by=None, at=now()
        )

    going = back(3, "b")
    assert back(3, "b") == going
    assert (going.number[:4], going.expected, here(product)) == ("RTS-", Decimal("15.00"), 17)
    receive = arrive(ordered((product, 5, "5"), supplier=order.supplier), 5)
    assert receive.lines.get().quantity == 5
    with pytest.raises(Refusal, match="3 went back already"):
        back(18, "c")
    assert defect_rates([order.supplier_id])[order.supplier_id] == (3, 25)
    with pytest.raises(Refusal, match="how much"):
        settle_return(going, "credited", at=now())
    going = settle_return(going, "credited", credited=Decimal("14"), document="CN 7", at=now())
    assert (going.status, going.credited, going.document) == ("credited", Decimal("14.00"), "CN 7")
    with pytest.raises(Refusal, match="is settled"):
        settle_return(going, "refused", at=now())
    assert list(check_books()) == []
