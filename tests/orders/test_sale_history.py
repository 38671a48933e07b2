"""Random histories of a sale against the plain-Python model, compared after every step."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from credit.models import CreditAccount, Invoice
from credit.operations import record_payment, reverse_payment
from inventory.models import StockLevel
from inventory.queries import figures
from orders import operations
from orders.models import Order
from orders.operations import Item
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, receive, sellable_product

from .sale_model import Business, Sale

PRODUCTS = {"screen": ("100.00", "18"), "glass": ("33.333", "5"), "tape": ("0.99", "0")}
LIMITS = {"shop": "2000", "cash": "0", "corner": "450"}
STOCK = 6
quantities = st.fixed_dictionaries({}, optional={name: st.integers(1, 9) for name in PRODUCTS}).filter(
    lambda asked: asked
)
amounts = st.integers(1, 150_000).map(lambda cents: Decimal(cents) / 100)


class SaleHistory(RuleBasedStateMachine):
    """Orders, payments, reversals and returns to draft in any order, on one shelf, by three shops."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()
        self.rep, self.boss = UserFactory(role="Sales representative"), UserFactory(role="Sales manager")
        freely = Permission.objects.get(codename="sell_below_cost_freely")
        for person in (self.rep, self.boss):  # goods come in at any cost; prices are not what is told here
            person.user_permissions.add(freely)
        self.products = {
            name: sellable_product(sku=name, price=price, tax=tax, on_hand=STOCK)
            for name, (price, tax) in PRODUCTS.items()
        }
        self.customers = {name: customer_with_credit(limit) for name, limit in LIMITS.items()}
        self.model = Business(
            prices={name: (Decimal(price), Decimal(tax)) for name, (price, tax) in PRODUCTS.items()},
            limits={name: Decimal(limit) for name, limit in LIMITS.items()},
            on_hand=dict.fromkeys(PRODUCTS, STOCK),
        )
        self.orders: list[int] = []
        self.payments: list[tuple[str, object, object]] = []

    def teardown(self) -> None:
        wrong = wrong_books()
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)
        assert wrong == []

    def pick(self, data, *statuses: str) -> tuple[Order, Sale] | None:
        places = [n for n, sale in enumerate(self.model.sales) if sale.status in statuses]
        if not places:
            return None
        place = data.draw(st.sampled_from(places))
        return Order.objects.get(pk=self.orders[place]), self.model.sales[place]

    @rule(customer=st.sampled_from(sorted(LIMITS)), asked=quantities, confirm=st.booleans())
    def order(self, customer: str, asked: dict[str, int], confirm: bool) -> None:
        order = operations.create_order(
            self.customers[customer],
            [Item(self.products[name].pk, pieces) for name, pieces in asked.items()],
            by=self.rep,
            at=timezone.now(),
        )
        self.orders.append(order.pk)
        self.model.sales.append(Sale(customer, asked))
        assert order.total == self.model.total(self.model.sales[-1])
        if confirm:
            operations.confirm_order(order, by=self.rep, at=timezone.now())
            self.model.confirm(self.model.sales[-1])

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data())
    def confirm(self, data) -> None:
        if picked := self.pick(data, "draft", "credit_hold"):
            operations.confirm_order(picked[0], by=self.rep, at=timezone.now())
            self.model.confirm(picked[1])

    @precondition(lambda self: any(s.status == "credit_hold" for s in self.model.sales))
    @rule(data=st.data(), approve=st.booleans())
    def judge_held(self, data, approve: bool) -> None:
        picked = self.pick(data, "credit_hold")
        assert picked  # the precondition
        order, sale = picked
        if approve:
            operations.release_order(order, reason="good payer", by=self.boss, at=timezone.now())
            self.model.confirm(sale, override=True)
        else:
            operations.reject_order(order, reason="too much", by=self.boss, at=timezone.now())
            sale.status = "draft"

    @precondition(lambda self: any(any(s.reserved.values()) for s in self.model.sales))
    @rule(data=st.data())
    def deliver(self, data) -> None:
        picked = self.pick(data, "confirmed", "backordered")
        if picked and any(picked[1].reserved.values()):
            operations.deliver_order(picked[0], by=self.rep, at=timezone.now())
            self.model.deliver(picked[1])

    @precondition(lambda self: self.model.sales)
    @rule(data=st.data(), cancel=st.booleans())
    def take_back(self, data, cancel: bool) -> None:
        statuses = ("confirmed", "backordered", "credit_hold") + (("draft",) if cancel else ())
        picked = self.pick(data, *statuses)
        if not picked or any(picked[1].delivered.values()):
            return
        verb = operations.cancel_order if cancel else operations.reopen_order
        verb(picked[0], reason="changed mind", by=self.rep, at=timezone.now())
        self.model.undo(picked[1], "cancelled" if cancel else "draft")
        # What the task after a release does: what was freed goes to who waits for it.
        operations.fill_backorders([self.products[name].pk for name in PRODUCTS], at=timezone.now())
        self.model.give_out(set(PRODUCTS))

    @rule(product=st.sampled_from(sorted(PRODUCTS)), pieces=st.integers(1, 10))
    def receive(self, product: str, pieces: int) -> None:
        receive(self.products[product], pieces)
        operations.fill_backorders([self.products[product].pk], at=timezone.now())
        self.model.receive(product, pieces)

    @rule(customer=st.sampled_from(sorted(LIMITS)), amount=amounts)
    def pay(self, customer: str, amount: Decimal) -> None:
        payment = record_payment(
            self.customers[customer].pk,
            amount,
            method="cash",
            received_on=timezone.localdate(),
            reference=f"machine:{len(self.payments)}",
            by=self.rep,
            at=timezone.now(),
        )
        self.payments.append((customer, payment, self.model.pay(customer, amount)))
        self.after_money(customer)

    @precondition(lambda self: self.payments)
    @rule(data=st.data())
    def reverse(self, data) -> None:
        customer, payment, money = data.draw(st.sampled_from(self.payments))
        reverse_payment(payment, reason="bounced", by=self.rep, at=timezone.now())
        self.model.reverse(customer, money)
        self.after_money(customer)

    def after_money(self, customer: str) -> None:
        """What the task after a payment does."""
        operations.review_closing(self.customers[customer].pk)
        operations.review_held_orders(self.customers[customer].pk, at=timezone.now())
        self.model.review_held(customer)

    @invariant()
    def the_books_equal_the_model(self) -> None:
        accounts = {
            customer: (account.balance, account.unallocated, account.open_orders)
            for customer in LIMITS
            for account in CreditAccount.objects.filter(customer=self.customers[customer])
        }
        assert accounts == {
            customer: (
                self.model.balance(customer),
                self.model.unallocated(customer),
                self.model.open_orders(customer),
            )
            for customer in LIMITS
        }
        levels = {
            name: StockLevel.objects.values_list("on_hand", "reserved").get(product=product)
            for name, product in self.products.items()
        }
        assert levels == {name: (self.model.on_hand[name], self.model.reserved(name)) for name in PRODUCTS}
        told = figures([product.pk for product in self.products.values()])
        assert {name: told[product.pk].projected for name, product in self.products.items()} == {
            name: self.model.on_hand[name]
            - self.model.reserved(name)
            - sum(sale.waiting.get(name, 0) for sale in self.model.sales)
            for name in PRODUCTS
        }
        statuses = dict(Order.objects.values_list("pk", "status"))
        assert [statuses[pk] for pk in self.orders] == [sale.status for sale in self.model.sales]
        for customer in LIMITS:
            invoices = Invoice.objects.filter(account__customer=self.customers[customer]).order_by("pk")
            assert list(invoices.values_list("outstanding", flat=True)) == [
                bill.outstanding for bill in self.model.bills[customer]
            ]


@pytest.mark.slow
@pytest.mark.django_db
def test_any_history_of_orders_payments_reversals_and_returns_keeps_the_books():
    run_state_machine_as_test(
        SaleHistory,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
