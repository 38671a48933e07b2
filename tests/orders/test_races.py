"""Money and stock under real concurrency. Each test fails when the lock or constraint it names is taken out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from core.models import DocumentSeries
from credit.models import Allocation, CreditAccount, Invoice, Payment
from credit.operations import record_payment
from inventory.models import StockLevel
from orders.models import Order, Status
from orders.operations import cancel_order, confirm_order, deliver_order, fill_backorders, reopen_order
from pricing.operations import end_price
from tests.books import wrong_books
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product
from tests.factories.pricing import PriceListFactory, PriceRuleFactory
from tests.factories.purchasing import arrive, ordered
from tests.racing import race, refused

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _books_are_clean_afterwards(transactional_db):
    yield
    assert wrong_books() == []


def confirm(order: Order):
    return lambda: confirm_order(order, by=order.created_by, at=now())


def test_confirms_at_the_limit_at_once_never_exceed_it():
    # Guard: FOR UPDATE OF a in credit.operations.lock_account.
    product = sellable_product(price="100", on_hand=100)
    customer = customer_with_credit("300")
    orders = [draft(customer, (product, 1)) for _ in range(8)]

    race([confirm(order) for order in orders])

    statuses = sorted(Order.objects.values_list("status", flat=True))
    assert statuses == [Status.CONFIRMED] * 3 + [Status.CREDIT_HOLD] * 5
    assert CreditAccount.objects.get(customer=customer).exposure == Decimal("300.00")


def test_the_last_piece_is_promised_once():
    # Guard: FOR UPDATE in inventory.operations.reserve, and the constraint reserved_within_on_hand.
    product = sellable_product(price="100", on_hand=1)
    orders = [draft(customer_with_credit("1000"), (product, 1)) for _ in range(8)]

    race([confirm(order) for order in orders])

    assert sorted(Order.objects.values_list("status", flat=True)) == [Status.BACKORDERED] * 7 + [
        Status.CONFIRMED
    ]
    level = StockLevel.objects.get(product=product, on_hand__gt=0)
    assert (level.on_hand, level.reserved) == (1, 1)


def test_orders_with_the_same_products_in_another_order_do_not_deadlock():
    # Guard: rows are locked by product in inventory.operations.reserve.
    products = [sellable_product(price="10", on_hand=1000) for _ in range(5)]
    orders = []
    for turn in range(8):
        lines = products if turn % 2 else products[::-1]
        orders.append(draft(customer_with_credit("10000"), *[(product, 2) for product in lines]))

    race([confirm(order) for order in orders])

    assert set(Order.objects.values_list("status", flat=True)) == {Status.CONFIRMED}
    assert list(StockLevel.objects.filter(on_hand=1000).values_list("reserved", flat=True)) == [16] * 5


def test_fifty_invoices_at_once_get_fifty_contiguous_numbers():
    # Guard: the counter row in credit.operations.invoices.ISSUE (MAX + 1 would repeat numbers).
    product = sellable_product(price="10", on_hand=1000)
    orders = [draft(customer_with_credit("1000"), (product, 1)) for _ in range(50)]

    race([confirm(order) for order in orders])

    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    year = now().year
    assert numbers == [f"INV-{year}-{n:05}" for n in range(1, 51)]
    assert DocumentSeries.objects.get(series="INV").last == 50


def test_confirming_one_order_twice_at_once_spends_the_credit_once():
    # Guard: Order.objects.locked() in orders.operations.drafts.lock_order.
    product = sellable_product(price="100", on_hand=10)
    customer = customer_with_credit("1000")
    order = draft(customer, (product, 2))

    outcomes = race([confirm(order) for _ in range(6)])

    assert len(refused(outcomes, "wrong_status")) == 5
    assert CreditAccount.objects.get(customer=customer).exposure == Decimal("200.00")
    assert Invoice.objects.count() == 1


def test_the_same_payment_told_at_once_is_booked_once():
    # Guard: the account's lock before the look-up in record_payment, and Payment.reference being unique.
    product = sellable_product(price="100", on_hand=10)
    customer = customer_with_credit("1000")
    confirm(draft(customer, (product, 3)))()

    outcomes = race(
        [
            lambda: record_payment(
                customer.pk,
                Decimal(250),
                method="cash",
                received_on=now().date(),
                reference="form:1",
                by=None,
                at=now(),
            )
            for _ in range(6)
        ]
    )

    assert len({payment.pk for payment in outcomes}) == 1
    assert Payment.objects.count() == 1
    assert Invoice.objects.get().outstanding == Decimal("50.00")


def test_two_payments_at_once_never_pay_an_invoice_twice():
    # Guard: the account's lock; without it both read the same outstanding.
    product = sellable_product(price="100", on_hand=10)
    customer = customer_with_credit("1000")
    confirm(draft(customer, (product, 1)))()

    race(
        [
            partial(
                record_payment,
                customer.pk,
                Decimal(80),
                method="cash",
                received_on=now().date(),
                reference=f"form:{n}",
                by=None,
                at=now(),
            )
            for n in range(4)
        ]
    )

    assert Allocation.objects.aggregate(paid=Sum("amount"))["paid"] == Decimal("100.00")
    account = CreditAccount.objects.get(customer=customer)
    assert (account.balance, account.unallocated) == (Decimal("-220.00"), Decimal("220.00"))


def test_confirm_and_cancel_at_once_end_in_one_of_the_two():
    # Guard: the order's lock.
    for _ in range(5):
        product = sellable_product(price="100", on_hand=5)
        customer = customer_with_credit("1000")
        order = draft(customer, (product, 2))

        race([confirm(order), partial(cancel_order, order, reason="mistake", by=None, at=now())])

        order.refresh_from_db()
        account = CreditAccount.objects.get(customer=customer)
        reserved = StockLevel.objects.get(product=product, on_hand=5).reserved
        # Cancelled either before it was confirmed or after, taking the confirmation back.
        assert order.status == Status.CANCELLED
        assert (account.exposure, reserved) == (Decimal("0.00"), 0)


def test_deliver_and_return_to_draft_at_once_end_in_one_of_the_two():
    # Guard: the order's lock.
    for _ in range(5):
        product = sellable_product(price="100", on_hand=5)
        customer = customer_with_credit("1000")
        order = draft(customer, (product, 2))
        confirm(order)()

        outcomes = race(
            [
                partial(deliver_order, order, by=None, at=now()),
                partial(reopen_order, order, reason="other colour", by=None, at=now()),
            ]
        )

        assert len(refused(outcomes)) == 1
        order.refresh_from_db()
        level = StockLevel.objects.get(product=product)
        if order.status == Status.DRAFT:
            assert (level.on_hand, level.reserved) == (5, 0)
        else:
            assert order.status == Status.INVOICED
            assert (level.on_hand, level.reserved) == (3, 0)


def test_arriving_pieces_fill_a_backorder_once():
    # Guard: the order's lock in fill_backorder.
    product = sellable_product(price="100", on_hand=0)
    customer = customer_with_credit("1000")
    order = draft(customer, (product, 3))
    confirm(order)()
    receive(product, 10)

    found = race([lambda: fill_backorders([product.pk], at=now()) for _ in range(4)])

    assert sum(found) == 3
    level = StockLevel.objects.get(product=product)
    assert (level.on_hand, level.reserved) == (10, 3)
    assert CreditAccount.objects.get(customer=customer).exposure == Decimal("300.00")


def test_two_receipts_of_one_purchase_order_fill_a_backorder_once():
    # Guards: FOR UPDATE in lock_purchase (received), the order's lock in fill_backorder.
    product = sellable_product(price="100", on_hand=0)
    order = draft(customer_with_credit("5000"), (product, 8))
    confirm(order)()
    bought = ordered((product, 10, "60"))

    def come():
        receipt = arrive(bought, 5)
        return receipt, fill_backorders([product.pk], at=now())

    results = race([come, come])

    assert sum(filled for _receipt, filled in results) == 8
    level = StockLevel.objects.get(product=product)
    assert (level.on_hand, level.reserved) == (10, 8)
    bought.refresh_from_db()
    assert (bought.status, bought.lines.get().received) == ("received", 10)


def test_a_promotion_that_ends_while_its_order_is_confirmed_counts_for_all_lines_or_for_none():
    # Guard: pricing.queries.gather is one statement, so one snapshot holds for all lines.
    promotion = PriceListFactory(kind="promotion")
    for turn in range(4):
        goods = [sellable_product(price="100", on_hand=10) for _ in range(3)]
        rules = [PriceRuleFactory(price_list=promotion, product=each, unit_price="70") for each in goods]
        order = draft(customer_with_credit("10000"), *[(each, 1) for each in goods])
        seen = order.total if turn % 2 else None

        def end(rules=rules):
            with transaction.atomic():
                for rule in rules:
                    end_price(rule, on=timezone.localdate() - dt.timedelta(days=1), by=None)

        def go(order=order, seen=seen):
            return confirm_order(order, by=order.created_by, at=now(), seen_total=seen)

        _ended, outcome = race([end, go])

        order.refresh_from_db()
        if seen is not None and order.status == Status.DRAFT:
            assert refused([outcome], "prices_changed")
            continue
        assert (order.status, order.total) in [("confirmed", Decimal(210)), ("confirmed", Decimal(300))]
        assert seen is None or order.total == seen
        levels = {line.price_why["won"]["level"] for line in order.lines.all()}
        assert levels == ({"promotion"} if order.total == 210 else {"list_price"})
