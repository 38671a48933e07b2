"""Refunds through both gateways by their own SDKs, and chargebacks, against a server that speaks their protocols."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from credit import operations
from credit.gateways import GatewayDown
from credit.models import Chargeback, CreditAccount, GatewayEvent, Payment, Refund
from credit.operations import approve_refund
from tests.books import wrong_books
from tests.credit.test_gateways import arrive, begin, link_of, work_all
from tests.factories.accounts import UserFactory
from tests.factories.credit import ask_refund, take_back
from tests.factories.credit import pay as pay_at_counter
from tests.racing import race

BOTH = pytest.mark.parametrize("provider", ["stripe", "razorpay"])


def paid_too_much(pay, client, provider, amount=1200) -> Payment:
    """1,000 was asked for, `amount` came."""
    link, _invoices = link_of("1000")
    begin(link, "1000", provider)
    arrive(client, pay.pay(pay.pages[0], amount * 100))
    work_all()
    return Payment.objects.get()


def approved(payment, amount="200") -> Refund:
    refund = ask_refund(payment, amount, method="gateway", by=UserFactory(role="Accountant"))
    return approve_refund(refund, by=UserFactory(role="Credit controller"), at=timezone.now())


def send(refund) -> Refund:
    operations.send_refund(refund.pk, at=timezone.now())
    refund.refresh_from_db()
    return refund


@BOTH
@pytest.mark.django_db
def test_an_approved_refund_goes_back_once_however_often_it_is_asked_for(pay, client, provider):
    refund = approved(paid_too_much(pay, client, provider))
    for _turn in range(2):
        assert send(refund).state == "done"
    assert [made.amount for made in pay.store.refunds.values()] == [20000]
    assert refund.provider_refund_id == next(iter(pay.store.refunds))
    account = CreditAccount.objects.get()
    assert (account.balance, account.unallocated) == (Decimal(0), Decimal(0))
    assert wrong_books() == []


@BOTH
@pytest.mark.django_db
def test_an_answer_that_is_lost_does_not_pay_twice(pay, client, provider):
    refund = approved(paid_too_much(pay, client, provider))
    pay.fail = ["lost"] * 3  # the SDK asks three times by itself
    if provider == "razorpay":
        pay.fail = ["lost"]
    with pytest.raises(GatewayDown):
        send(refund)
    refund.refresh_from_db()
    assert (refund.state, bool(refund.problem)) == ("approved", True)
    pay.fail = []
    assert send(refund).state == "done"
    assert len(pay.store.refunds) == 1


@BOTH
@pytest.mark.django_db
def test_a_pending_refund_is_done_when_the_gateway_says_so(pay, client, provider):
    pay.store.refunds_start = "pending"
    refund = approved(paid_too_much(pay, client, provider))
    assert send(refund).state == "sent"
    hook = pay.refund_becomes(next(iter(pay.store.refunds.values())), "done")
    for _turn in range(2):
        assert arrive(client, hook).status_code == 200
        work_all()
    refund.refresh_from_db()
    assert (refund.state, GatewayEvent.objects.filter(kind=hook_kind(hook)).count()) == ("done", 1)


def hook_kind(hook) -> str:
    return GatewayEvent.objects.latest("pk").kind


@BOTH
@pytest.mark.django_db
def test_one_that_fails_later_puts_the_money_back_once(pay, client, provider):
    refund = approved(paid_too_much(pay, client, provider))
    send(refund)
    made = next(iter(pay.store.refunds.values()))
    arrive(client, pay.refund_becomes(made, "failed"))
    arrive(client, pay.refund_becomes(made, "failed"))
    work_all()
    refund.refresh_from_db()
    account = CreditAccount.objects.get()
    assert (refund.state, account.balance, account.unallocated) == ("failed", Decimal(-200), Decimal(200))
    assert wrong_books() == []


@BOTH
@pytest.mark.django_db
def test_what_the_gateway_declines_is_put_back_at_once(pay, client, provider):
    payment = paid_too_much(pay, client, provider)
    refund = approved(payment)
    pay.store.refund(pay.pages[0].payments[0], 110000, "somebody-else")
    assert send(refund).state == "failed"
    assert CreditAccount.objects.get().unallocated == 200
    assert wrong_books() == []


@BOTH
@pytest.mark.django_db
def test_a_refund_made_at_the_gateway_itself_is_told_and_books_nothing(pay, client, provider):
    person = UserFactory(role="Credit controller")
    paid_too_much(pay, client, provider)
    made = pay.store.refund(pay.pages[0].payments[0], 5000, "")
    arrive(client, pay.refund_becomes(made, "done"))
    work_all()
    assert person.notifications.filter(event="refund.made_elsewhere").count() == 1
    assert CreditAccount.objects.get().unallocated == 200


@pytest.mark.django_db
def test_a_returned_invoice_is_refunded_the_way_it_was_paid_and_no_more_than_came_so(pay, client):
    payment = paid_too_much(pay, client, "stripe", 1000)
    note = take_back(payment.allocations.get().invoice)
    assert send(approved(note, "1000")).state == "done"
    assert wrong_books() == []


@pytest.mark.django_db
def test_the_sweep_sends_what_a_lost_task_left(pay, client):
    refund = approved(paid_too_much(pay, client, "stripe"))
    later = timezone.now() + dt.timedelta(minutes=2)
    assert operations.sweep_refunds(at=later) == 1
    refund.refresh_from_db()
    assert refund.state == "done"
    assert operations.sweep_refunds(at=later) == 0


@BOTH
@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_refund_once(pay, client, provider):
    refund = approved(paid_too_much(pay, client, provider))
    race([lambda: operations.send_refund(refund.pk, at=timezone.now())] * 4)
    assert len(pay.store.refunds) == 1
    assert CreditAccount.objects.get().unallocated == 0
    assert wrong_books() == []


@BOTH
@pytest.mark.django_db
def test_a_chargeback_moves_nothing_until_it_is_lost(pay, client, provider):
    person = UserFactory(role="Credit controller")
    payment = paid_too_much(pay, client, provider, 1000)
    key = pay.pages[0].payments[0]["id"]
    arrive(client, pay.dispute(key, 100000))
    work_all()
    assert (Chargeback.objects.get().state, CreditAccount.objects.get().balance) == ("open", Decimal(0))
    lost = pay.dispute(key, 100000, "lost")
    for hook in (lost, lost, pay.dispute(key, 100000, "lost")):
        arrive(client, hook)
        work_all()
    row = Chargeback.objects.get()
    assert (row.state, row.reversal.reverses, CreditAccount.objects.get().balance) == (
        "lost",
        payment,
        Decimal(1000),
    )
    events = person.notifications.filter(event__startswith="chargeback").order_by("pk")
    assert [each.event for each in events] == ["chargeback.open", "chargeback.lost"]
    assert wrong_books() == []


@BOTH
@pytest.mark.django_db
def test_a_chargeback_that_is_won_leaves_the_payment(pay, client, provider):
    paid_too_much(pay, client, provider, 1000)
    key = pay.pages[0].payments[0]["id"]
    for state in ("open", "won"):
        arrive(client, pay.dispute(key, 100000, state))
        work_all()
    assert (Chargeback.objects.get().state, CreditAccount.objects.get().balance) == ("won", Decimal(0))


@pytest.mark.django_db
def test_a_part_that_is_lost_is_left_to_a_person(pay, client):
    paid_too_much(pay, client, "stripe", 1000)
    arrive(client, pay.dispute(pay.pages[0].payments[0]["id"], 40000, "lost"))
    work_all()
    row = Chargeback.objects.get()
    assert (row.state, row.reversal, bool(row.problem)) == ("lost", None, True)
    assert CreditAccount.objects.get().balance == 0


@pytest.mark.django_db
def test_money_from_the_counter_does_not_go_back_online(pay, client):
    payment = paid_too_much(pay, client, "stripe")
    cash = pay_at_counter(payment.account.customer, "10.00")
    with pytest.raises(operations.refunds.Refusal) as refusal:
        ask_refund(cash, "10.00", method="gateway")
    assert refusal.value.code == "not_online"
    assert ask_refund(payment, "200.00", method="gateway").amount == Decimal(200)
