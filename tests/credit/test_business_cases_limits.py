"""What a credit limit means, case by case (CL-1 to CL-9), in the words of the counter and with figures of our own."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Refusal
from credit.models import CreditAccount
from credit.operations import change_account, issue_credit_note, preview
from customers.models import Customer
from orders.models import Order
from orders.operations import (
    Item,
    cancel_order,
    change_order,
    confirm_order,
    create_order,
    deliver_order,
    fill_backorder,
    reopen_order,
    review_held_orders,
)
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill
from tests.factories.orders import customer_with_credit, draft, receive, sellable_product

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PERSON = {"at": NOW}


def asks(shop, amount):
    return preview(shop.pk, Decimal(amount), at=NOW)[1]


def exposure(shop):
    return CreditAccount.objects.get(customer=shop).exposure


def confirm(order, **more):
    return confirm_order(Order.objects.get(pk=order.pk), by=order.created_by, at=NOW, **more)


def give(shop, amount):
    change_account(shop.pk, {"limit_kind": "amount", "credit_limit": Decimal(amount)}, by=None, at=NOW)


# --- CL-1 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("amount", ["0", "340", "9999999.99"])
def test_a_shop_without_a_limit_may_owe_any_amount_more(amount):
    shop = AccountFactory(limit_kind="unlimited").customer
    bill(shop, total="340")
    assert asks(shop, amount).approved


# --- CL-2 -----------------------------------------------------------------------------------------------------------
def test_a_limit_of_nothing_is_not_no_limit():
    shop = customer_with_credit("0")
    bill(shop, total="340")
    found = asks(shop, "0.01")
    assert not found.approved
    assert [reason["code"] for reason in found.reasons] == ["over_limit"]


def test_a_shop_that_has_no_limit_and_no_group_buys_for_cash():
    shop = AccountFactory(limit_kind="inherited").customer
    assert not asks(shop, "0.01").approved


# --- CL-3 -----------------------------------------------------------------------------------------------------------
def test_what_fits_between_what_is_owed_and_the_limit_passes_and_more_does_not():
    shop = customer_with_credit("650")
    bill(shop, total="340")
    assert asks(shop, "1").approved
    assert asks(shop, "310").approved
    refused = asks(shop, "310.01")
    assert (refused.approved, refused.to_release) == (False, Decimal("0.01"))


# --- CL-4 -----------------------------------------------------------------------------------------------------------
def test_an_order_waits_for_a_raised_limit_and_a_lowered_one_leaves_it_alone():
    shop = customer_with_credit("340")
    bill(shop, total="340")
    product = sellable_product(price="40", on_hand=1)
    order = confirm(draft(shop, (product, 2)))
    assert (order.status, exposure(shop)) == ("credit_hold", Decimal(340))

    give(shop, "420")
    assert review_held_orders(shop.pk, at=NOW) == [order]
    # One piece is here and billed, one is still to come: 40 invoiced and 40 ordered, counted once each.
    account = CreditAccount.objects.get(customer=shop)
    assert (account.balance, account.open_orders, account.exposure) == (
        Decimal(380),
        Decimal(40),
        Decimal(420),
    )

    give(shop, "380")
    order = Order.objects.get(pk=order.pk)
    assert order.status == "backordered"
    receive(product, 1)
    assert fill_backorder(order, by=order.created_by, at=NOW) == 1
    account = CreditAccount.objects.get(customer=shop)
    assert (account.balance, account.open_orders, account.exposure) == (
        Decimal(420),
        Decimal(0),
        Decimal(420),
    )
    assert deliver_order(Order.objects.get(pk=order.pk), by=order.created_by, at=NOW).status == "invoiced"
    assert not asks(shop, "0.01").approved


# --- CL-5 -----------------------------------------------------------------------------------------------------------
def test_tax_counts_and_a_draft_counts_only_once_it_is_confirmed():
    shop = customer_with_credit("1000")
    product = sellable_product(price="100", tax="18", on_hand=20)
    order = draft(shop, (product, 5))
    assert (order.total, exposure(shop)) == (Decimal(590), 0)
    assert confirm(order).status == "confirmed"
    assert exposure(shop) == Decimal(590)
    second = confirm(draft(shop, (product, 5)))
    assert (second.status, second.credit_decision.to_release) == ("credit_hold", Decimal(180))
    assert exposure(shop) == Decimal(590)


def test_a_rule_about_lateness_refuses_although_the_amount_would_fit():
    shop = customer_with_credit("1000000")
    change_account(shop.pk, {"max_overdue_days": 10}, by=None, at=NOW)
    late = bill(shop, total="590", at=NOW - dt.timedelta(days=26))  # due after 15 days
    found = asks(shop, "1")
    assert [reason["code"] for reason in found.reasons] == ["overdue"]
    assert late.number in found.text
    assert found.to_release == Decimal(590)


# --- CL-6 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("grace", "late", "approved"), [(0, 4, False), (3, 4, False), (4, 0, True), (9, 0, True)]
)
def test_days_of_grace_are_not_late(grace, late, approved):
    shop = AccountFactory(max_overdue_days=0, grace_days=grace).customer
    bill(shop, total="75", at=NOW - dt.timedelta(days=19))
    inputs, judged = preview(shop.pk, Decimal(1), at=NOW)
    assert (inputs.overdue_days, judged.approved) == (late, approved)
    assert inputs.late_amount == (0 if approved else 75)


# --- CL-7 -----------------------------------------------------------------------------------------------------------
def test_an_order_and_its_invoice_are_one_risk_in_every_step_of_their_life():
    shop = customer_with_credit("1000")
    product = sellable_product(price="75", on_hand=0)
    order = confirm(draft(shop, (product, 2)))
    account = CreditAccount.objects.get(customer=shop)
    assert (account.balance, account.open_orders) == (Decimal(0), Decimal(150))
    receive(product, 2)
    fill_backorder(order, by=order.created_by, at=NOW)
    account.refresh_from_db()
    assert (account.balance, account.open_orders) == (Decimal(150), Decimal(0))
    cancel_order(Order.objects.get(pk=order.pk), reason="Not wanted", by=order.created_by, at=NOW)
    account.refresh_from_db()
    assert (account.balance, account.open_orders) == (Decimal(0), Decimal(0))


def test_the_order_alone_is_held_when_it_is_more_than_the_limit():
    shop = customer_with_credit("149.99")
    order = confirm(draft(shop, (sellable_product(price="75", on_hand=0), 2)))
    assert (order.status, exposure(shop)) == ("credit_hold", 0)


def test_an_invoice_that_is_taken_back_is_no_risk():
    shop = customer_with_credit("100")
    invoice = bill(shop, total="100")
    issue_credit_note(invoice, reason="Wrong goods", reference="back", by=None, at=NOW)
    assert (exposure(shop), asks(shop, "100").approved) == (0, True)


# --- CL-8 -----------------------------------------------------------------------------------------------------------
def test_more_pieces_on_a_confirmed_order_pass_the_same_check():
    shop = customer_with_credit("120")
    product = sellable_product(price="100", on_hand=9)
    order = confirm(draft(shop, (product, 1)))
    with pytest.raises(Refusal, match="Return it to draft"):
        change_order(order, [Item(product.pk, 2)], by=order.created_by, at=NOW)
    order = reopen_order(order, reason="One more", by=order.created_by, at=NOW)
    change_order(order, [Item(product.pk, 2)], by=order.created_by, at=NOW)
    assert confirm(order).status == "credit_hold"
    assert exposure(shop) == 0


def test_the_counter_refuses_where_nothing_may_wait():
    shop = customer_with_credit("50")
    order = draft(shop, (sellable_product(price="100"), 1))
    with pytest.raises(Refusal) as refusal:
        confirm(order, may_hold=False)
    assert (refusal.value.code, refusal.value.details["to_release"]) == ("credit_refused", Decimal(50))


def test_a_limit_below_what_is_owed_is_refused():
    shop = customer_with_credit("500")
    bill(shop, total="340")
    with pytest.raises(Refusal) as refusal:
        give(shop, "339.99")
    assert refusal.value.code == "below_outstanding"
    give(shop, "340")


# --- CL-9 -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("status", ["blocked", "blacklisted"])
def test_who_is_frozen_orders_nothing_until_it_is_thawed(status):
    shop, product = customer_with_credit("500"), sellable_product(price="100")
    by = UserFactory()
    drafted = draft(shop, (product, 1))
    Customer.objects.filter(pk=shop.pk).update(status=status)
    shop.refresh_from_db()
    for attempt in (
        lambda: create_order(shop, [Item(product.pk, 1)], by=by, at=NOW),
        lambda: change_order(drafted, [Item(product.pk, 2)], by=by, at=NOW),
        lambda: confirm(drafted),
    ):
        with pytest.raises(Refusal) as refusal:
            attempt()
        assert refusal.value.code == "customer_cannot_order"
    Customer.objects.filter(pk=shop.pk).update(status="active")
    assert confirm(drafted).status == "confirmed"


def test_blocked_credit_holds_even_who_owes_nothing_and_no_payment_frees_it():
    shop = customer_with_credit("500")
    change_account(shop.pk, {"status": "blocked"}, by=None, at=NOW)
    order = confirm(draft(shop, (sellable_product(price="100"), 1)))
    assert (order.status, asks(shop, "100").to_release) == ("credit_hold", None)
    change_account(shop.pk, {"status": "good"}, by=None, at=NOW)
    assert review_held_orders(shop.pk, at=NOW) == [order]
