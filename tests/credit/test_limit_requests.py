"""Asking for a limit, and somebody else deciding it."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import Refusal
from core.models import Notification
from credit.models import Assessment, CreditAccount, LimitKind, LimitRequest
from credit.operations import (
    approve_limit_request,
    approvers,
    change_account,
    reject_limit_request,
    request_limit,
    send_up,
    withdraw_limit_request,
)
from customers.models import TimelineEntry
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill
from tests.racing import race, refused

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def seller(db):
    return UserFactory(role="Sales representative")


@pytest.fixture
def controller(db):
    return UserFactory(role="Credit controller")


@pytest.fixture
def shop(seller):
    account = AccountFactory(
        limit_kind="amount", credit_limit=Decimal(20_000), customer__representative=seller
    )
    return account.customer


def ask(shop, amount="45000", *, by, kind="amount", **more):
    told: dict[str, Any] = {"reason": "Wedding season", "reference": str(uuid.uuid4()), "at": NOW, **more}
    return request_limit(shop.pk, kind, Decimal(amount) if amount else None, **told, by=by)


def limit_of(shop):
    account = CreditAccount.objects.get(customer=shop)
    return account.limit_kind, account.credit_limit


def test_a_request_freezes_the_limit_and_what_the_scorecard_proposed(shop, seller):
    request = ask(shop, by=seller)
    assert (request.state, request.had) == ("open", Decimal(20_000))
    assert request.assessment.inputs["limit"] == "20000.00"
    assert request.assessment.limit_kind == LimitKind.CASH_ONLY  # a new customer without papers
    assert limit_of(shop) == ("amount", Decimal(20_000))


def test_who_may_decide_is_told_and_the_timeline_says_what_was_asked(shop, seller, controller):
    manager = UserFactory(role="Sales manager", team=seller.team)
    request = ask(shop, "400000", by=seller)
    assert not Notification.objects.filter(user__in=[controller, manager], event="limit.requested").exists()
    request = ask(shop, "45000", by=seller)
    assert (
        Notification.objects.get(user=controller, event="limit.requested").url == request.get_absolute_url()
    )
    entry = TimelineEntry.objects.filter(customer=shop, event="credit.limit_requested").latest("pk")
    assert "₹45,000.00" in entry.text
    assert "Wedding season" in entry.text


def test_somebody_else_approves_it_whole(shop, seller, controller):
    request = approve_limit_request(ask(shop, by=seller), by=controller, at=NOW)
    assert (request.state, request.granted_amount, request.decided_by) == (
        "approved",
        Decimal(45_000),
        controller,
    )
    account = CreditAccount.objects.get(customer=shop)
    assert (account.credit_limit, account.approved_by, account.approved_on) == (
        Decimal(45_000),
        controller,
        TODAY,
    )
    assert (account.limit_reason, account.limit_request) == ("Wedding season", request)
    told = Notification.objects.get(user=seller, event="limit.approved")
    assert "₹45,000.00" in told.text


def test_somebody_else_approves_less(shop, seller, controller):
    request = approve_limit_request(ask(shop, by=seller), by=controller, at=NOW, amount=Decimal(30_000))
    assert (request.amount, request.granted_amount) == (Decimal(45_000), Decimal(30_000))
    assert limit_of(shop) == ("amount", 30_000)


def test_less_can_be_the_same_amount_for_a_while(shop, seller, controller):
    until = TODAY + dt.timedelta(days=10)
    approve_limit_request(ask(shop, by=seller), by=controller, at=NOW, until=until)
    account = CreditAccount.objects.get(customer=shop)
    assert (account.credit_limit, account.temporary_limit, account.temporary_until) == (
        Decimal(20_000),
        Decimal(45_000),
        until,
    )


def test_more_than_was_asked_is_refused(shop, seller, controller):
    request = ask(shop, by=seller)
    with pytest.raises(Refusal) as refusal:
        approve_limit_request(request, by=controller, at=NOW, amount=Decimal(45_001))
    assert refusal.value.code == "more_than_asked"


def test_a_rejection_needs_a_reason_and_changes_no_limit(shop, seller, controller):
    request = ask(shop, by=seller)
    with pytest.raises(Refusal) as refusal:
        reject_limit_request(request, reason=" ", by=controller, at=NOW)
    assert refusal.value.code == "no_reason"
    request = reject_limit_request(request, reason="Two bounced cheques", by=controller, at=NOW)
    assert (request.state, limit_of(shop)) == ("rejected", ("amount", 20_000))
    assert "Two bounced cheques" in Notification.objects.get(user=seller, event="limit.rejected").text


@pytest.mark.parametrize("decide", [approve_limit_request, reject_limit_request])
def test_nobody_decides_what_they_asked_for(shop, controller, decide):
    request = ask(shop, by=controller)
    more = {"reason": "It is fine"}
    with pytest.raises(Refusal) as refusal:
        decide(request, by=controller, at=NOW, **more)
    assert refusal.value.code == "own_request"


def test_the_database_refuses_it_too(shop, controller):
    request = ask(shop, by=controller)
    with pytest.raises(IntegrityError, match="limit_request_decided_by_somebody_else"), transaction.atomic():
        LimitRequest.objects.filter(pk=request.pk).update(
            state="approved", decided_by=controller, decided_at=NOW
        )


def test_an_increase_beyond_ones_authority_is_refused_and_sent_up(shop, seller, controller):
    manager = UserFactory(role="Sales manager")
    shop.representative = None
    admin = UserFactory(is_superuser=True)
    request = ask(shop, "70001", by=seller)
    with pytest.raises(Refusal) as refusal:
        approve_limit_request(request, by=controller, at=NOW)
    assert (refusal.value.code, refusal.value.details["stake"]) == ("beyond_authority", 50_001)
    people = send_up(request, by=controller, at=NOW)
    assert controller not in people
    assert set(people) <= {manager, admin}
    assert people


def test_less_than_ones_authority_may_still_be_granted(shop, seller, controller):
    request = ask(shop, "500000", by=seller)
    assert approve_limit_request(request, by=controller, at=NOW, amount=Decimal(70_000)).state == "approved"


def test_unlimited_is_only_for_who_has_no_bound(shop, seller, controller):
    request = ask(shop, "", kind="unlimited", by=seller)
    assert controller not in approvers(request)
    with pytest.raises(Refusal, match="Unlimited"):
        approve_limit_request(request, by=controller, at=NOW)
    admin = UserFactory(is_superuser=True)
    approve_limit_request(request, by=admin, at=NOW)
    assert limit_of(shop) == ("unlimited", None)


def test_a_newer_request_supersedes_the_older(shop, seller, controller):
    older, newer = ask(shop, "30000", by=seller), ask(shop, "40000", by=seller)
    older.refresh_from_db()
    assert (older.state, newer.state) == ("superseded", "open")
    with pytest.raises(Refusal) as refusal:
        approve_limit_request(older, by=controller, at=NOW)
    assert refusal.value.code == "decided_already"


def test_asking_twice_with_one_form_is_asking_once(shop, seller):
    assert ask(shop, by=seller, reference="form:1") == ask(shop, by=seller, reference="form:1")
    assert Assessment.objects.count() == 1


def test_only_who_asked_withdraws(shop, seller, controller):
    request = ask(shop, by=seller)
    with pytest.raises(Refusal) as refusal:
        withdraw_limit_request(request, by=controller, at=NOW)
    assert refusal.value.code == "not_yours"
    assert withdraw_limit_request(request, by=seller, at=NOW).state == "withdrawn"
    assert withdraw_limit_request(request, by=seller, at=NOW).state == "withdrawn"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": "0"}, "limit_not_positive"),
        ({"amount": "20000"}, "same_limit"),
        ({"reason": ""}, "no_reason"),
        ({"until": TODAY - dt.timedelta(days=1)}, "in_the_past"),
        ({"kind": "unlimited", "until": TODAY}, "needs_amount"),
    ],
)
def test_what_makes_no_sense_is_refused(shop, seller, told, code):
    with pytest.raises(Refusal) as refusal:
        ask(shop, **{"amount": "45000"} | told, by=seller)
    assert refusal.value.code == code


def test_a_direct_change_beyond_ones_authority_is_refused(shop, controller):
    with pytest.raises(Refusal) as refusal:
        change_account(shop.pk, {"credit_limit": Decimal("70000.01")}, by=controller, at=NOW)
    assert refusal.value.code == "beyond_authority"
    change_account(shop.pk, {"credit_limit": Decimal(70_000)}, by=controller, at=NOW)
    assert limit_of(shop) == ("amount", 70_000)


def test_making_a_temporary_limit_longer_counts_against_the_own_limit(shop, controller):
    admin = UserFactory(is_superuser=True)
    until = TODAY + dt.timedelta(days=3)
    change_account(shop.pk, {"temporary_limit": Decimal(90_000), "temporary_until": until}, by=admin, at=NOW)
    longer = {"temporary_until": until + dt.timedelta(days=30)}
    with pytest.raises(Refusal) as refusal:
        change_account(shop.pk, longer, by=controller, at=NOW)
    assert (refusal.value.code, refusal.value.details["stake"]) == ("beyond_authority", 70_000)


def test_a_limit_is_not_lowered_below_what_is_owed_but_cash_only_may_be_said(shop, controller):
    bill(shop, total="15000")
    with pytest.raises(Refusal) as refusal:
        change_account(shop.pk, {"credit_limit": Decimal("14999.99")}, by=controller, at=NOW)
    assert refusal.value.code == "below_outstanding"
    change_account(shop.pk, {"credit_limit": Decimal(15_000)}, by=controller, at=NOW)
    change_account(shop.pk, {"limit_kind": "cash_only"}, by=controller, at=NOW)
    assert limit_of(shop) == ("cash_only", None)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_are_one():
    seller = UserFactory(role="Sales representative")
    first, second = UserFactory(role="Credit controller"), UserFactory(role="Credit controller")
    shop = AccountFactory(
        limit_kind="amount", credit_limit=Decimal(20_000), customer__representative=seller
    ).customer
    request = ask(shop, by=seller)
    outcomes = race(
        [
            lambda: approve_limit_request(request, by=first, at=NOW, amount=Decimal(30_000)),
            lambda: approve_limit_request(request, by=second, at=NOW, amount=Decimal(40_000)),
        ]
    )
    assert len(refused(outcomes, "decided_already")) == 1
    request.refresh_from_db()
    assert limit_of(shop) == ("amount", request.granted_amount)
    assert TimelineEntry.objects.filter(customer=shop, event="credit.limit_approved").count() == 1
