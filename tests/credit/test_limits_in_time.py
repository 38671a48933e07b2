"""What time does to limits: temporary ones end, accounts are reviewed; and how a limit came about."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from core.dates import local_date
from core.history import acting
from core.models import Notification
from credit.models import CreditAccount, CreditGroup, LimitKind
from credit.operations import (
    approve_limit_request,
    change_account,
    close_temporary_limits,
    lock_account,
    remind_of_temporary_limits,
    request_limit,
    review_account,
)
from credit.queries.limits import limit_history, with_limit
from customers.models import TimelineEntry
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = timezone.localdate()
DAY = dt.timedelta(days=1)


@pytest.fixture
def seller():
    return UserFactory(role="Sales representative")


def with_temporary(seller, until, temporary="900", limit="500"):
    return AccountFactory(
        limit_kind="amount",
        credit_limit=Decimal(limit),
        temporary_limit=Decimal(temporary),
        temporary_until=until,
        customer__representative=seller,
    )


def test_a_temporary_limit_counts_to_the_end_of_its_day_and_is_then_closed_in_words(seller):
    account = with_temporary(seller, TODAY)
    assert lock_account(account.customer_id, on=TODAY).limit == 900
    assert close_temporary_limits(at=NOW) == 0
    assert [close_temporary_limits(at=NOW + DAY), close_temporary_limits(at=NOW + DAY)] == [1, 0]
    account.refresh_from_db()
    assert (account.temporary_limit, account.temporary_until, account.credit_limit) == (None, None, 500)
    entry = TimelineEntry.objects.get(customer=account.customer, event="credit.temporary_ended")
    assert "₹900.00" in entry.text
    assert "the limit is ₹500.00 again" in entry.text
    assert Notification.objects.get(user=seller, event="limit.temporary_ended").tone == "info"


def test_what_is_owed_above_the_limit_by_then_is_told_also_to_who_may_change_it(seller):
    controller = UserFactory(role="Credit controller")
    account = with_temporary(seller, TODAY)
    bill(account.customer, total="700")
    close_temporary_limits(at=NOW + DAY)
    entry = TimelineEntry.objects.get(customer=account.customer, event="credit.temporary_ended")
    assert "₹200.00 above it" in entry.text
    told = Notification.objects.filter(event="limit.temporary_ended", tone="bad")
    assert {each.user for each in told} >= {seller, controller}


def test_a_week_before_its_end_the_representative_is_reminded_once(seller):
    with_temporary(seller, TODAY + 7 * DAY)
    with_temporary(seller, TODAY + 8 * DAY)
    remind_of_temporary_limits(at=NOW)
    remind_of_temporary_limits(at=NOW)
    assert Notification.objects.filter(user=seller, event="limit.temporary_ends").count() == 1


def test_a_review_keeps_the_scorecard_and_sets_the_next_day():
    controller = UserFactory(role="Credit controller")
    account = AccountFactory(review_on=TODAY)
    review_account(account.customer_id, review_on=TODAY + 90 * DAY, note="All well", by=controller, at=NOW)
    account.refresh_from_db()
    assert (account.reviewed_on, account.review_on) == (TODAY, TODAY + 90 * DAY)
    assert account.assessments.get().by == controller
    assert "All well" in TimelineEntry.objects.get(event="credit.reviewed").text


def test_the_history_of_a_limit_says_from_what_to_what_who_asked_who_approved_and_why(seller):
    controller = UserFactory(role="Credit controller")
    account = AccountFactory(limit_kind="cash_only", customer__representative=seller)
    change_account(
        account.customer_id,
        {"limit_kind": "amount", "credit_limit": Decimal(5_000)},
        by=controller,
        at=NOW,
        reason="First step",
    )
    request = request_limit(
        account.customer_id, "amount", Decimal(9_000), reason="Season", reference="r", by=seller, at=NOW
    )
    approve_limit_request(request, by=controller, at=NOW, amount=Decimal(8_000))
    change_account(account.customer_id, {"special_conditions": "Pays on Mondays"}, by=controller, at=NOW)
    change_account(
        account.customer_id,
        {"temporary_limit": Decimal(9_500), "temporary_until": TODAY},
        by=controller,
        at=NOW,
    )
    with acting(via="task", where="night"):
        close_temporary_limits(at=NOW + DAY)
    kept = CreditAccount.objects.get(pk=account.pk)
    told = [(s.was, s.now.split(",  and")[0], s.asked_by, s.approved_by, s.why) for s in limit_history(kept)]
    until = f"₹8,000.00, and ₹9,500.00 until {told[1][1].rpartition('until ')[2]}"
    assert told == [
        (until, "₹8,000.00", "", told[0][3], "The temporary limit ended."),
        ("₹8,000.00", until, "", str(controller), ""),
        ("₹5,000.00", "₹8,000.00", str(seller), str(controller), "Season"),
        ("cash only", "₹5,000.00", "", str(controller), "First step"),
        ("", "cash only", "", told[4][3], ""),
    ]


def test_the_limit_in_a_list_is_the_limit_of_the_rule():
    groups = [
        CreditGroup.objects.create(name="Amount", limit_kind="amount", credit_limit=Decimal(700)),
        CreditGroup.objects.create(name="Unlimited", limit_kind="unlimited"),
        CreditGroup.objects.create(name="Cash", limit_kind="cash_only"),
        None,
    ]
    for group in groups:
        for kind in LimitKind.values:
            for temporary in (None, Decimal(300), Decimal(900)):
                for until in (TODAY, TODAY - DAY):
                    AccountFactory(
                        group=group,
                        limit_kind=kind,
                        credit_limit=Decimal(500) if kind == "amount" else None,
                        temporary_limit=temporary,
                        temporary_until=until if temporary else None,
                    )
    listed = {row.customer_id: row.limit_now for row in with_limit(CreditAccount.objects.all(), on=TODAY)}
    ruled = {pk: lock_account(pk, on=local_date(NOW)).limit for pk in listed}
    assert listed == ruled
