"""What customers bring back for the supplier is collected for it, sent at one time, and said on both returns."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.urls import reverse

from core.errors import Refusal
from inventory.models import (
    StockLevel,
    StockMove,
    Supplier,
    SupplierProduct,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.operations.supplier_drafts import send_draft, take_off
from inventory.operations.supplier_returns import settle_return
from orders.models import Return
from orders.operations import put_on_supplier_return
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, now, sellable_product
from tests.factories.returns import ask_return, delivered, received
from tests.racing import race

pytestmark = pytest.mark.django_db


def sold_by(name: str, price: str = "55"):
    """A product that this supplier offers, and one that asks less than it."""
    product = sellable_product(on_hand=10)
    best = Supplier.objects.get_or_create(name=name)[0]
    SupplierProduct.objects.create(supplier=best, product=product, price=Decimal(price), is_preferred=True)
    other = Supplier.objects.get_or_create(name="Cheap & Co")[0]
    SupplierProduct.objects.create(supplier=other, product=product, price=Decimal("1"))
    return product


def back(product, pieces: int = 2) -> Return:
    order = delivered(customer_with_credit(), (product, 5))
    return received(ask_return(order, pieces), {"supplier": pieces})


def test_pieces_for_the_supplier_are_collected_on_one_draft_and_sent_once():
    first, second = sold_by("Shenzhen Parts"), sold_by("Shenzhen Parts", price="20")
    rma = back(first)
    back(second, 3)
    draft = SupplierReturn.objects.get()
    lines = draft.lines.order_by("pk").values_list(
        "product_id", "quantity", "price", "location__kind", "reason"
    )
    assert list(lines) == [
        (first.pk, 2, 55, "quarantine", "defect"),
        (second.pk, 3, 20, "quarantine", "defect"),
    ]
    assert (draft.status, draft.supplier.name, draft.expected) == ("draft", "Shenzhen Parts", 170)
    # They lie here still.
    assert StockLevel.objects.get(product=first, location__kind="quarantine").on_hand == 2
    with pytest.raises(Refusal, match="has not been sent yet"):
        settle_return(draft, "refused", at=now())
    send_draft(draft, by=None, at=now())
    send_draft(draft, by=None, at=now())
    draft.refresh_from_db()
    assert draft.status == "sent"
    moves = StockMove.objects.filter(document=draft.number).order_by("pk")
    assert list(moves.values_list("product_id", "quantity", "unit_cost")) == [
        (first.pk, -2, 60),
        (second.pk, -3, 60),
    ]
    with pytest.raises(Refusal, match="its lines stand"):
        take_off(draft.lines.earliest("pk"), by=None, at=now())
    back(first, 1)
    assert SupplierReturn.objects.count() == 2  # a new draft; what was sent is sent
    put_on_supplier_return(rma, by=None, at=now())
    assert SupplierReturnLine.objects.count() == 3
    assert wrong_books() == []


def test_what_nobody_sells_us_waits_until_somebody_does():
    product = sellable_product(on_hand=10)
    rma = back(product)
    assert not SupplierReturnLine.objects.exists()
    assert put_on_supplier_return(rma, by=None, at=now()) == [product.pk]
    supplier = Supplier.objects.create(name="Late Seller")
    SupplierProduct.objects.create(supplier=supplier, product=product)
    assert put_on_supplier_return(rma, by=None, at=now()) == []
    assert SupplierReturnLine.objects.get().supplier_return.supplier == supplier
    assert wrong_books() == []


def test_the_return_says_where_its_pieces_stand_and_a_line_taken_off_can_be_put_back(client):
    rma = back(sold_by("Shenzhen Parts"))
    client.force_login(UserFactory(is_superuser=True))
    draft = SupplierReturn.objects.get()
    page = client.get(rma.get_absolute_url()).content.decode()
    assert draft.number in page
    assert "To be sent" in page
    again = reverse("orders:return_to_supplier", args=[rma.pk])
    assert again not in page
    line = draft.lines.get()
    theirs = client.get(draft.get_absolute_url()).content.decode()
    assert rma.number in theirs
    assert client.post(reverse("inventory:supplierreturn_take_off", args=[line.pk])).status_code == 302
    assert (draft.lines.count(), SupplierReturn.objects.get().expected) == (0, 0)
    assert again in client.get(rma.get_absolute_url()).content.decode()
    assert client.post(again).status_code == 302
    assert draft.lines.get().quantity == 2
    assert client.post(reverse("inventory:supplierreturn_send", args=[draft.pk])).status_code == 302
    assert SupplierReturn.objects.get().status == "sent"
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_a_draft_sent_while_more_is_put_on_it_sends_what_it_had_and_loses_nothing():
    # Guard: the supplier's lock in put_aside and send_draft.
    product = sold_by("Shenzhen Parts")
    first = back(product)
    order = delivered(customer_with_credit(), (product, 3))
    more = ask_return(order, 1)
    draft = SupplierReturn.objects.get()
    race(
        [
            partial(received, more, {"supplier": 1}),
            *[partial(send_draft, draft, by=None, at=now()) for _ in range(2)],
        ]
    )
    assert SupplierReturnLine.objects.count() == 2
    sent = SupplierReturnLine.objects.filter(supplier_return__status="sent")
    gone = -sum(StockMove.objects.filter(document__startswith="RTS").values_list("quantity", flat=True))
    assert gone == sum(sent.values_list("quantity", flat=True)) >= first.lines.get().quantity
    assert wrong_books() == []
