"""Credit decisions: what a payment of exactly so much does, what is stored, who is looked at again first."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import partial

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Refusal
from core.models import Notification
from credit.models import CreditAccount, CreditApproval, CreditDecision, CreditGroup
from credit.operations import (
    change_account,
    decide,
    gather,
    give_approval,
    lock_account,
    preview,
    withdraw_approval,
)
from credit.rules import RULE, CreditInputs, judge
from orders.models import Order
from orders.operations import (
    confirm_order,
    deliver_order,
    release_order,
    review_ended_approvals,
    review_held_orders,
)
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, pay, take_back
from tests.factories.orders import customer_with_credit, draft, held_order, sellable_product
from tests.racing import race

NOW = timezone.now()
TODAY = timezone.localdate()
CENT = Decimal("0.01")


def days_ago(days):
    return NOW - dt.timedelta(days=days)


@st.composite
def histories(draw):
    """Invoices with their age in days, payments, what is taken back, and the rules of the account."""
    return {
        "invoices": draw(
            st.lists(
                st.tuples(st.integers(0, 90), st.decimals("0.01", 500, places=2)), min_size=1, max_size=6
            )
        ),
        "paid": draw(st.lists(st.decimals("0.01", 400, places=2), max_size=3)),
        "taken_back": draw(st.integers(0, 2)),
        "limit": draw(st.none() | st.decimals("0.01", 1500, places=2)),
        "max_overdue_days": draw(st.none() | st.integers(0, 60)),
        "max_open_invoices": draw(st.none() | st.integers(1, 5)),
        "grace_days": draw(st.none() | st.integers(0, 20)),
        "asked": draw(st.decimals("0.01", 1000, places=2)),
    }


def made(history):
    """The customer with this history."""
    account = AccountFactory(
        max_overdue_days=history["max_overdue_days"],
        max_open_invoices=history["max_open_invoices"],
        grace_days=history["grace_days"],
    )
    shop = account.customer
    invoices = [bill(shop, total=str(total), at=days_ago(age)) for age, total in history["invoices"]]
    for invoice in invoices[: history["taken_back"]]:
        take_back(invoice)
    for amount in history["paid"]:
        pay(shop, str(amount))
    if history["limit"] is not None:
        CreditAccount.objects.filter(pk=account.pk).update(limit_kind="amount", credit_limit=history["limit"])
    return shop


@pytest.mark.django_db(transaction=False)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_paying_exactly_what_is_said_lets_it_go_and_a_cent_less_does_not(history):
    shop, asked = made(history), history["asked"]
    _inputs, before = preview(shop.pk, asked, at=NOW)
    needed = before.to_release
    if before.approved or needed is None:
        return
    assert needed > 0
    if needed > CENT:
        pay(shop, str(needed - CENT))
        _inputs, after = preview(shop.pk, asked, at=NOW)
        assert not after.approved
        assert after.to_release == CENT
    pay(shop, "0.01")
    _inputs, after = preview(shop.pk, asked, at=NOW)
    assert after.approved


@pytest.mark.django_db(transaction=False)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_a_stored_decision_is_made_again_from_its_inputs(history):
    shop = made(history)
    account = lock_account(shop.pk, on=TODAY)
    decision = decide(account, history["asked"], reference="order:1", by=None, at=NOW)
    stored = CreditDecision.objects.get(pk=decision.pk)
    again = judge(CreditInputs.from_json(stored.inputs))
    assert again.approved == (stored.verdict == "approved")
    assert ([r["code"] for r in again.reasons], again.to_release or 0) == (
        [r["code"] for r in stored.reasons],
        stored.to_release,
    )
    assert stored.rule == RULE


OLDER = {
    "2026-11": {"limit": "100.00", "balance": "60.00", "open_orders": "0.00"},
    "2026-11-22": {"limit": "100.00", "balance": "50.00", "open_orders": "0.00", "uncleared": "10.00"},
}


@pytest.mark.parametrize("rule", OLDER)
def test_inputs_stored_under_an_older_rule_are_judged_as_they_were(rule):
    told = {
        "customer": "Shop",
        "currency": "INR",
        "amount": "50.00",
        "limit_source": "account",
        "status": "good",
        "max_overdue_days": 3,
        "overdue_days": 4,
        "late_amount": "25.00",
        "oldest_late": "INV-1",
    }
    found = judge(CreditInputs.from_json(told | OLDER[rule]))
    assert [reason["code"] for reason in found.reasons] == ["over_limit", "overdue"]
    assert found.to_release == Decimal("25.00")


@pytest.mark.parametrize(("grace", "approved"), [(None, False), (0, False), (1, False), (2, True), (3, True)])
def test_nothing_is_late_within_the_days_of_grace(db, grace, approved):
    shop = AccountFactory(max_overdue_days=0, grace_days=grace).customer
    bill(shop, total="100", at=days_ago(17))  # due after 15 days
    inputs, judged = preview(shop.pk, Decimal(1), at=NOW)
    assert judged.approved == approved
    assert inputs.overdue_days == (0 if approved else 2)


def test_what_an_account_does_not_say_its_group_says(db):
    account = AccountFactory()
    group = CreditGroup.objects.create(
        name="Small shops",
        limit_kind="amount",
        credit_limit=Decimal(500),
        max_overdue_days=5,
        max_open_invoices=2,
        grace_days=1,
    )
    change_account(account.customer_id, {"group": group, "limit_kind": "inherited"}, by=None, at=NOW)
    locked = lock_account(account.customer_id, on=TODAY)
    assert (locked.limit, locked.max_overdue_days, locked.max_open_invoices, locked.grace_days) == (
        Decimal(500),
        5,
        2,
        1,
    )
    change_account(account.customer_id, {"max_overdue_days": 0, "grace_days": 0}, by=None, at=NOW)
    locked = lock_account(account.customer_id, on=TODAY)
    assert (locked.max_overdue_days, locked.grace_days) == (0, 0)


@pytest.fixture
def approver(db):
    return UserFactory(is_superuser=True)


def hold(shop, price, priority=5):
    order = draft(shop, (sellable_product(price=str(price)), 1))
    Order.objects.filter(pk=order.pk).update(priority=priority)
    return confirm_order(Order.objects.get(pk=order.pk), by=order.created_by, at=NOW)


def status_of(order):
    return Order.objects.get(pk=order.pk).status


def test_money_frees_held_orders_by_priority_and_a_smaller_one_that_fits(db):
    shop = customer_with_credit("100")
    bill(shop, total="100")
    late, urgent, big, small = hold(shop, 60), hold(shop, 60, 1), hold(shop, 90, 2), hold(shop, 30, 9)
    pay(shop, "95")
    assert [order.pk for order in review_held_orders(shop.pk, at=NOW)] == [urgent.pk, small.pk]
    assert [status_of(order) for order in (late, urgent, big, small)] == [
        "credit_hold",
        "confirmed",
        "credit_hold",
        "confirmed",
    ]


def test_an_approval_ahead_lets_one_order_pass_and_is_used_up(approver):
    shop = customer_with_credit("100")
    give_approval(shop.pk, Decimal(250), until=TODAY, reason="Knows them", by=approver, at=NOW)
    first, second = hold(shop, 200), hold(shop, 200)
    assert (status_of(first), status_of(second)) == ("confirmed", "credit_hold")
    decision = Order.objects.get(pk=first.pk).credit_decision
    assert (decision.verdict, decision.override_reason) == ("overridden", "Knows them")
    assert CreditApproval.objects.get().used_for == first.reference


def test_an_approval_frees_an_order_that_is_held_already(approver):
    order = held_order("100")
    give_approval(order.customer_id, Decimal(200), until=TODAY, reason="Once", by=approver, at=NOW)
    assert review_held_orders(order.customer_id, at=NOW) == [order]


@pytest.mark.parametrize(
    ("amount", "until", "withdrawn"),
    [("199.99", TODAY, False), ("200", TODAY - dt.timedelta(days=1), False), ("200", TODAY, True)],
)
def test_an_approval_that_is_too_small_ended_or_withdrawn_lets_nothing_pass(
    approver, amount, until, withdrawn
):
    order = held_order("100")
    approval = give_approval(
        order.customer_id, Decimal(amount), until=TODAY, reason="Once", by=approver, at=NOW
    )
    CreditApproval.objects.filter(pk=approval.pk).update(until=until)
    if withdrawn:
        withdraw_approval(approval, by=approver, at=NOW)
    assert review_held_orders(order.customer_id, at=NOW) == []


def test_nobody_uses_an_approval_of_their_own(approver):
    shop = customer_with_credit("100")
    give_approval(shop.pk, Decimal(500), until=TODAY, reason="Mine", by=approver, at=NOW)
    order = draft(shop, (sellable_product(price="200"), 1))
    assert confirm_order(order, by=approver, at=NOW).status == "credit_hold"


def test_an_approval_ahead_is_within_ones_authority(db):
    controller = UserFactory(role="Credit controller")
    shop = customer_with_credit("100")
    with pytest.raises(Refusal) as refusal:
        give_approval(shop.pk, Decimal("50000.01"), until=TODAY, reason="Big", by=controller, at=NOW)
    assert refusal.value.code == "beyond_authority"


def tomorrow():
    return NOW + dt.timedelta(days=1)


def test_an_order_that_was_not_delivered_when_its_approval_ends_is_held_again(approver):
    order = release_order(held_order("100"), reason="Until tonight", until=TODAY, by=approver, at=NOW)
    assert (order.status, review_ended_approvals(at=NOW)) == ("confirmed", [])
    assert review_ended_approvals(at=tomorrow()) == [order]
    assert status_of(order) == "credit_hold"
    account = CreditAccount.objects.get(customer=order.customer)
    assert (account.balance - account.unallocated, account.open_orders) == (Decimal(0), Decimal(0))
    assert Notification.objects.filter(user=order.confirmed_by, event="order.approval_ended").count() == 1
    assert review_ended_approvals(at=tomorrow()) == []


def test_an_order_that_was_delivered_in_time_stays(approver):
    order = release_order(held_order("100"), reason="Until tonight", until=TODAY, by=approver, at=NOW)
    deliver_order(order, by=approver, at=NOW)
    assert review_ended_approvals(at=tomorrow()) == []
    assert status_of(order) == "invoiced"


def test_an_order_that_the_rule_would_let_pass_by_now_stays(approver):
    order = release_order(held_order("100"), reason="Until tonight", until=TODAY, by=approver, at=NOW)
    pay(order.customer, "150")
    assert review_ended_approvals(at=tomorrow()) == []
    assert status_of(order) == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_orders_confirmed_while_the_limit_is_lowered_never_exceed_it():
    shop = customer_with_credit("500")
    orders = [draft(shop, (sellable_product(price="100"), 1)) for _n in range(4)]
    people = [UserFactory() for _order in orders]

    def confirm(order, by):
        return lambda: confirm_order(order, by=by, at=NOW)

    race(
        [
            *(confirm(order, by) for order, by in zip(orders, people, strict=True)),
            lambda: change_account(shop.pk, {"credit_limit": Decimal(200)}, by=None, at=NOW),
        ]
    )
    account = CreditAccount.objects.get(customer=shop)
    decisions = CreditDecision.objects.filter(account=account).order_by("pk")
    for decision in decisions:
        assert (judge(CreditInputs.from_json(decision.inputs)).approved) == (decision.verdict == "approved")
    confirmed = Order.objects.filter(customer=shop, status="confirmed").count()
    assert account.exposure == 100 * confirmed
    under = [d for d in decisions if d.verdict == "approved" and Decimal(d.inputs["limit"]) == 200]
    assert all(Decimal(d.inputs["balance"]) + d.amount <= 200 for d in under)
    assert confirmed == 4 or account.credit_limit == 200


@pytest.mark.django_db(transaction=True)
def test_two_orders_at_once_use_one_approval_once():
    shop = customer_with_credit("1")
    give_approval(shop.pk, Decimal(100), until=TODAY, reason="One", by=UserFactory(is_superuser=True), at=NOW)
    orders = [draft(shop, (sellable_product(price="100"), 1)) for _n in range(2)]
    by = UserFactory()
    race([partial(confirm_order, order, by=by, at=NOW) for order in orders])
    assert sorted(status_of(order) for order in orders) == ["confirmed", "credit_hold"]


def test_gather_reads_invoices_only_for_rules_about_them(db, django_assert_num_queries):
    shop = AccountFactory().customer
    account = lock_account(shop.pk, on=TODAY)
    with django_assert_num_queries(0):
        gather(account, Decimal(1), on=TODAY)
