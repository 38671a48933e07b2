"""Taking a confirmation back, whole or after a part was taken back already."""

from decimal import Decimal

import pytest

from core.errors import Refusal
from credit.models import CreditAccount, CreditNote, Invoice
from credit.operations import issue_credit_note
from customers.models import CustomerFigures
from inventory.models import StockLevel
from orders.models import Status
from orders.operations import cancel_order, confirm_order, deliver_order, reopen_order
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import ConfirmedOrderFactory, customer_with_credit, now, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return ConfirmedOrderFactory(
        customer=customer_with_credit("1000"), lines=[(sellable_product(sku="SCREEN", price="100"), 5)]
    )


def test_cancel_frees_stock_and_credit_and_takes_the_invoice_back(order):
    cancel_order(order, reason="mistake", by=None, at=now())
    order.refresh_from_db()
    assert order.status == Status.CANCELLED
    assert StockLevel.objects.get(product__sku="SCREEN").reserved == 0
    assert CreditAccount.objects.get().exposure == Decimal("0.00")
    assert (Invoice.objects.get().outstanding, CreditNote.objects.get().total) == (
        Decimal(0),
        Decimal("500.00"),
    )
    assert CustomerFigures.objects.get().orders == 0
    assert wrong_books() == []


@pytest.mark.parametrize("pieces", [2, 5])
def test_cancel_after_pieces_were_credited_by_hand_credits_only_the_rest(order, pieces):
    line = Invoice.objects.get().lines.get()
    issue_credit_note(
        line.invoice, reason="scratched", reference="by hand", by=None, at=now(), quantities={line.pk: pieces}
    )
    assert wrong_books() == []
    cancel_order(order, reason="mistake", by=None, at=now())
    assert sum(CreditNote.objects.values_list("total", flat=True)) == Decimal("500.00")
    assert CreditAccount.objects.get().balance == Decimal("0.00")
    assert wrong_books() == []


def test_reopened_order_is_confirmed_again_with_a_new_invoice(order):
    reopen_order(order, reason="other colour", by=None, at=now())
    confirm_order(order, by=UserFactory(role="Sales representative"), at=now())
    assert [number[-5:] for number in Invoice.objects.order_by("pk").values_list("number", flat=True)] == [
        "00001",
        "00002",
    ]
    assert CreditAccount.objects.get().exposure == Decimal("500.00")
    assert wrong_books() == []


def test_delivered_order_is_not_cancelled(order):
    deliver_order(order, by=None, at=now())
    with pytest.raises(Refusal, match="have been delivered"):
        cancel_order(order, reason="mistake", by=None, at=now())


def test_cancel_without_a_reason_changes_nothing(order):
    with pytest.raises(Refusal, match="Say why"):
        cancel_order(order, reason=" ", by=None, at=now())
    order.refresh_from_db()
    assert order.status == Status.CONFIRMED
    assert wrong_books() == []
