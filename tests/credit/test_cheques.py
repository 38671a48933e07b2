"""Cheques and their life."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from core.models import Notification
from credit.models import BankAccount, Cheque, ChequeDeposit, ChequeStep, CreditAccount, Invoice, Payment
from credit.operations import (
    bounce_cheque,
    clear_cheque,
    deposit_cheques,
    preview,
    remind_of_cheques,
    return_cheque,
    reverse_payment,
    take_back_cheque,
    take_cheque,
)
from credit.queries.cheques import bounced, by_day, in_hand
from credit.queries.statement import statement
from credit.rules import CreditInputs, judge
from customers.models import TimelineEntry
from messaging.models import OutboundMessage
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.orders import customer_with_credit
from tests.racing import race, refused

D = Decimal
DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    return timezone.now()


def today() -> dt.date:
    return local_date(now())


def take(customer, amount="100", *, by=None, **told):
    known: dict[str, Any] = {
        "number": uuid.uuid4().hex[:12],
        "bank": "State Bank",
        "dated_on": today(),
        "reference": f"test-cheque:{uuid.uuid4()}",
        "at": now(),
        **told,
    }
    return take_cheque(customer.pk, D(amount), by=by, **known)


def deposit(*cheques, by=None, **told):
    account, _made = BankAccount.objects.get_or_create(name="Main", defaults={"bank": "HDFC"})
    known: dict[str, Any] = {
        "bank_account": account,
        "on": today(),
        "reference": f"slip:{uuid.uuid4()}",
        "at": now(),
        **told,
    }
    return deposit_cheques([cheque.pk for cheque in cheques], by=by, **known)


def account_of(customer):
    return CreditAccount.objects.get(customer=customer)


@pytest.fixture
def customer(db):
    return customer_with_credit("1000")


@pytest.fixture
def controller(db):
    return UserFactory(role="Credit controller", name="Asha")


# --- taken in --------------------------------------------------------------------------------------------------------
def test_a_cheque_in_hand_pays_nothing(customer):
    invoice = bill(customer, total="100")
    cheque = take(customer, dated_on=today() + 12 * DAY)
    invoice.refresh_from_db()
    account = account_of(customer)
    assert cheque.state == "in_hand"
    assert (invoice.outstanding, account.balance, account.uncleared) == (D(100), D(100), D(0))
    assert in_hand(account) == (1, D(100), today() + 12 * DAY)
    assert not Payment.objects.exists()


def test_the_same_cheque_is_taken_in_once_and_again_only_after_it_was_given_back(customer):
    first = take(customer, number="00 44 17", bank=" State  Bank", reference="form:1")
    assert take(customer, reference="form:1") == first
    with pytest.raises(Refusal) as no:
        take(customer, number="004417", bank="STATE BANK")
    assert no.value.code == "taken_already"
    return_cheque(first, reason="Paid in cash", by=None, at=now())
    assert take(customer, number="004417").pk != first.pk


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": "0"}, "not_positive"),
        ({"number": "  "}, "no_number"),
        ({"days": -120}, "stale"),
        ({"days": 900}, "too_far"),
    ],
)
def test_what_is_no_cheque_is_refused(customer, told, code):
    told = {"dated_on": today() + told.get("days", 0) * DAY} | {k: v for k, v in told.items() if k != "days"}
    with pytest.raises(Refusal) as no:
        take(customer, **told)
    assert no.value.code == code


# --- deposited -------------------------------------------------------------------------------------------------------
def test_a_deposit_pays_the_chosen_invoices_but_frees_no_credit(customer, controller):
    older, newer = bill(customer, total="400"), bill(customer, total="500")
    cheque = take(customer, "500", shares={newer.pk: D(500)})
    before = preview(customer.pk, D(200), at=now())[1]

    slip = deposit(cheque, by=controller)

    older.refresh_from_db()
    newer.refresh_from_db()
    account = account_of(customer)
    assert (older.outstanding, newer.outstanding) == (D(400), D(0))
    assert (account.balance, account.uncleared, account.exposure) == (D(400), D(500), D(900))
    inputs, after = preview(customer.pk, D(200), at=now())
    assert (before.approved, after.approved, inputs.available) == (False, False, D(100))
    assert (slip.count, slip.total, slip.number.startswith("CHD-")) == (1, D(500), True)
    assert not OutboundMessage.objects.filter(event="payment_received").exists()
    assert wrong_books() == []


def test_what_a_chosen_invoice_no_longer_needs_goes_to_the_oldest(customer):
    older, newer = bill(customer, total="300"), bill(customer, total="300")
    cheque = take(customer, "300", shares={newer.pk: D(300)})
    pay(customer, "200", shares={newer.pk: D(200)})
    deposit(cheque)
    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.outstanding, newer.outstanding) == (D(100), D(0))


def test_no_bank_takes_a_cheque_before_its_day(customer):
    early = take(customer, dated_on=today() + DAY)
    with pytest.raises(Refusal) as no:
        deposit(early)
    assert (no.value.code, ChequeDeposit.objects.count(), Payment.objects.count()) == ("too_early", 0, 0)


def test_one_slip_is_made_once(customer):
    cheque = take(customer)
    assert deposit(cheque, reference="form:9") == deposit(cheque, reference="form:9")
    assert Payment.objects.count() == 1
    with pytest.raises(Refusal) as no:
        deposit(cheque)
    assert no.value.code == "wrong_state"


def test_one_bad_cheque_keeps_the_whole_slip_back(customer):
    good, bad = take(customer), take(customer)
    return_cheque(bad, reason="Torn", by=None, at=now())
    with pytest.raises(Refusal):
        deposit(good, bad)
    good.refresh_from_db()
    assert (good.state, Payment.objects.count()) == ("in_hand", 0)


# --- cleared ---------------------------------------------------------------------------------------------------------
def test_clearing_frees_the_credit_and_thanks_the_customer(customer, controller):
    bill(customer, total="900")
    cheque = take(customer, "900")
    deposit(cheque)
    clear_cheque(cheque, on=today(), by=controller, at=now())
    clear_cheque(cheque, on=today(), by=controller, at=now())
    account = account_of(customer)
    assert (account.balance, account.uncleared) == (0, 0)
    assert preview(customer.pk, D(1000), at=now())[1].approved
    assert OutboundMessage.objects.filter(event="payment_received").count() == 1
    assert wrong_books() == []


# --- bounced ---------------------------------------------------------------------------------------------------------
def test_a_bounce_opens_the_same_invoices_at_their_own_due_dates_with_a_fee(customer, controller):
    invoice = bill(customer, total="600", at=now() - 60 * DAY)
    due_on = invoice.due_on
    cheque = take(customer, "600")
    deposit(cheque)

    bounce_cheque(
        cheque, reason="Funds insufficient", on=today(), charge=D(30), fee=D("250"), by=controller, at=now()
    )

    invoice.refresh_from_db()
    cheque.refresh_from_db()
    account = account_of(customer)
    assert (invoice.outstanding, invoice.due_on, cheque.state) == (D(600), due_on, "bounced")
    assert (account.balance, account.uncleared, account.exposure) == (D(850), D(0), D(850))
    step = ChequeStep.objects.get(kind="bounced")
    assert (step.charge, step.fee.total, step.fee.kind, step.fee.about) == (
        D(30),
        D(250),
        "debit_note",
        invoice,
    )
    assert cheque.payment.reversed_by.amount == D(-600)
    message = OutboundMessage.objects.get(event="cheque_bounced")
    assert "Funds insufficient" in message.body
    assert TimelineEntry.objects.filter(event="cheque.bounced").count() == 1
    assert bounced(account, today()) == 1
    assert bounced(account, today() + DAY) == 0
    assert wrong_books() == []


def test_others_who_settle_cheques_hear_of_a_bounce(customer, controller):
    other = UserFactory(role="Credit controller")
    cheque = take(customer)
    deposit(cheque)
    bounce_cheque(cheque, reason="Signature differs", on=today(), by=controller, at=now())
    assert Notification.objects.filter(event="cheque.bounced", user=other).count() == 1
    assert not Notification.objects.filter(event="cheque.bounced", user=controller).exists()


def test_what_cleared_may_still_be_sent_back(customer):
    bill(customer, total="100")
    cheque = take(customer)
    deposit(cheque)
    clear_cheque(cheque, on=today(), by=None, at=now())
    bounce_cheque(cheque, reason="Returned late", on=today(), by=None, at=now())
    account = account_of(customer)
    assert (account.balance, account.uncleared) == (D(100), D(0))
    assert wrong_books() == []


def test_a_bounced_cheque_is_tried_again_with_a_payment_of_its_own_and_counted(customer):
    bill(customer, total="100")
    cheque = take(customer)
    for _ in range(2):
        deposit(cheque)
        cheque.refresh_from_db()
        bounce_cheque(cheque, reason="Funds insufficient", on=today(), by=None, at=now())
        cheque.refresh_from_db()
    assert (cheque.times_bounced, Payment.objects.filter(amount__gt=0).count()) == (2, 2)
    return_cheque(cheque, reason="No use", by=None, at=now())
    assert bounced(account_of(customer), today()) == 2
    assert wrong_books() == []


def test_a_cheque_on_the_wrong_slip_comes_back_without_having_bounced(customer):
    invoice = bill(customer, total="100")
    cheque = take(customer)
    deposit(cheque)
    take_back_cheque(cheque, reason="Wrong bank", by=None, at=now())
    invoice.refresh_from_db()
    cheque.refresh_from_db()
    assert (cheque.state, invoice.outstanding, account_of(customer).uncleared) == ("in_hand", D(100), D(0))
    assert bounced(account_of(customer), today()) == 0
    deposit(cheque)
    assert wrong_books() == []


def test_the_payment_of_a_cheque_is_not_reversed_behind_its_back(customer):
    cheque = take(customer)
    deposit(cheque)
    cheque.refresh_from_db()
    with pytest.raises(Refusal) as no:
        reverse_payment(cheque.payment, reason="Mistake", by=None, at=now())
    assert no.value.code == "is_a_cheque"


def test_a_cheque_in_hand_neither_clears_nor_bounces(customer):
    cheque = take(customer)
    with pytest.raises(Refusal) as no:
        clear_cheque(cheque, on=today(), by=None, at=now())
    assert no.value.code == "wrong_state"
    with pytest.raises(Refusal) as no:
        bounce_cheque(cheque, reason="x", on=today(), by=None, at=now())
    assert no.value.code == "wrong_state"


def test_the_database_keeps_uncleared_money_and_what_a_cheque_is(customer):
    cheque = take(customer)
    with pytest.raises(IntegrityError, match="uncleared_not_negative"), transaction.atomic():
        CreditAccount.objects.filter(customer=customer).update(uncleared=D(-1))
    with pytest.raises(IntegrityError, match="cheque_at_the_bank"), transaction.atomic():
        Cheque.objects.filter(pk=cheque.pk).update(state="deposited")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        Cheque.objects.filter(pk=cheque.pk).update(amount=D(5))


# --- the rule --------------------------------------------------------------------------------------------------------
def test_a_decision_of_before_is_judged_as_it_was():
    stored = {
        "customer": "Shree", "currency": "INR", "amount": "100.00", "limit": "500.00", "limit_source": "account",
        "balance": "400.00", "open_orders": "0.00", "status": "good",
    }  # fmt: skip
    assert judge(CreditInputs.from_json(stored)).approved
    now_counted = CreditInputs.from_json(stored | {"uncleared": "0.01"})
    assert judge(now_counted).to_release == D("0.01")
    assert CreditInputs.from_json(now_counted.as_json()) == now_counted


# --- races -----------------------------------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_cheque_is_deposited_or_given_back_never_both():
    # Guard: the account and the cheque FOR UPDATE in deposit_cheques and return_cheque.
    cheque = take(customer_with_credit("1000"))
    outcomes = race(
        [lambda: deposit(cheque), lambda: return_cheque(cheque, reason="Cash came", by=None, at=now())]
    )
    cheque.refresh_from_db()
    assert len(refused(outcomes, "wrong_state")) == 1
    assert (cheque.state == "deposited") == Payment.objects.exists()
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_two_bounces_at_once_are_one():
    # Guard: the cheque FOR UPDATE in bounce_cheque.
    customer = customer_with_credit("1000")
    bill(customer, total="100")
    cheque = take(customer)
    deposit(cheque)
    race(
        [
            lambda: bounce_cheque(cheque, reason="No funds", on=today(), fee=D(10), by=None, at=now())
            for _ in range(4)
        ]
    )
    cheque.refresh_from_db()
    assert (cheque.times_bounced, Invoice.objects.filter(kind="debit_note").count()) == (1, 1)
    assert account_of(customer).balance == D(110)
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_clearing_and_bouncing_at_once_end_in_the_bounce_or_in_one_of_them():
    customer = customer_with_credit("1000")
    bill(customer, total="100")
    cheque = take(customer)
    deposit(cheque)
    race(
        [
            lambda: clear_cheque(cheque, on=today(), by=None, at=now()),
            lambda: bounce_cheque(cheque, reason="No funds", on=today(), by=None, at=now()),
        ]
    )
    cheque.refresh_from_db()
    assert (cheque.state, account_of(customer).uncleared) == ("bounced", 0)
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_slips_with_cheques_of_the_same_shops_in_another_order_do_not_lock_each_other_out():
    # Guard: accounts locked in the order of their keys before any number is taken.
    one, other = customer_with_credit("1000"), customer_with_credit("1000")
    cheques = [take(one), take(other), take(one), take(other)]
    race([lambda: deposit(cheques[0], cheques[3]), lambda: deposit(cheques[1], cheques[2])])
    assert ChequeDeposit.objects.count() == 2
    assert wrong_books() == []


# --- the pages -------------------------------------------------------------------------------------------------------
def test_from_the_counter_to_the_bank_and_back(client, customer, controller):
    client.force_login(controller)
    BankAccount.objects.create(name="Main", bank="HDFC")
    invoice = bill(customer, total="100")
    url = f"{reverse('credit:cheque_add')}?customer={customer.pk}"
    told = {"number": "004417", "bank": "State Bank", "dated_on": today().isoformat(), "amount": "100"}
    client.post(url, {**told, "invoices": [invoice.pk], "idempotency_key": str(uuid.uuid4())})
    cheque = Cheque.objects.get()
    assert cheque.shares == [[invoice.pk, "100.00"]]
    page = client.get(reverse("credit:cheque_deposit_add")).content.decode()
    assert f'value="{cheque.pk}" checked' in page
    client.post(
        reverse("credit:cheque_deposit_add"),
        {"cheques": [cheque.pk], "bank_account": BankAccount.objects.get().pk, "on": today().isoformat()},
    )
    slip = ChequeDeposit.objects.get()
    assert client.get(reverse("credit:cheque_deposit_pdf", args=[slip.pk])).content.startswith(b"%PDF-")
    assert cheque.number in client.get(slip.get_absolute_url()).content.decode()
    assert "frees no credit" in client.get(cheque.get_absolute_url()).content.decode()
    client.post(
        reverse("credit:cheque_bounce", args=[cheque.pk]),
        {"reason": "Funds insufficient", "on": today().isoformat(), "fee": "50"},
    )
    page = client.get(cheque.get_absolute_url()).content.decode()
    assert "Funds insufficient" in page
    assert "DBN-" in page


def test_the_days_on_which_cheques_go(client, customer, controller):
    take(customer, "10", dated_on=today() - 3 * DAY)
    take(customer, "20")
    take(customer, "30", dated_on=today() + 2 * DAY)
    take(customer, "40", dated_on=today() + 40 * DAY)
    days = by_day(Cheque.objects.all(), on=today())
    assert [(d.on, d.cheques, d.total) for d in days] == [(today(), 2, D(30)), (today() + 2 * DAY, 1, D(30))]
    client.force_login(controller)
    assert "To deposit today" in client.get(reverse("credit:cheque_list")).content.decode()


def test_many_are_cleared_at_once(client, customer, controller):
    cheques = [take(customer), take(customer)]
    deposit(*cheques)
    client.force_login(controller)
    client.post(
        f"{reverse('credit:cheque_list')}?tab=deposited",
        {
            "do": "bulk",
            "bulk": "clear",
            "state": "tab=deposited",
            "row": [f"{each.pk}@" for each in cheques],
            "bulk-on": today().isoformat(),
            "confirmed": "1",
        },
        follow=True,
    )
    assert set(Cheque.objects.values_list("state", flat=True)) == {"cleared"}


def test_the_customers_panel_tells_cheques_in_hand_and_uncleared_money(client, customer, controller):
    deposit(take(customer, "70"))
    take(customer, "10", dated_on=today() + DAY)
    take(customer, "20", dated_on=today() + DAY)
    client.force_login(controller)
    page = " ".join(client.get(reverse("credit:customer_panel", args=[customer.pk])).content.decode().split())
    assert "2 cheques, ₹30.00, next on" in page
    assert "Uncleared cheques" in page


def test_the_list_costs_the_same_for_few_and_for_many(client, customer, controller):
    client.force_login(controller)
    take(customer)
    url = reverse("credit:cheque_list")
    client.get(url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
        for _more in range(8):
            take(customer)
    assert counts[0] == counts[1]


def test_a_statement_says_cheques_in_hand_and_does_not_call_them_paid(client, customer, controller):
    bill(customer, total="100")
    take(customer, "60", dated_on=today() + DAY)
    made = statement(account_of(customer), first=today() - DAY, last=today())
    assert (made.in_hand, made.paid, made.closing) == (D(60), D(0), D(100))
    client.force_login(controller)
    page = client.get(reverse("credit:statement", args=[customer.pk])).content.decode()
    assert "They count as paid once they are deposited." in page


def test_in_the_morning_whoever_deposits_hears_of_the_cheques_once(customer, controller):
    take(customer, "10")
    take(customer, "20", dated_on=today() + DAY)
    for _ in range(2):
        assert remind_of_cheques(at=now()) == 1
    told = Notification.objects.get(event="cheque.due", user=controller)
    assert "1, ₹10.00" in told.text
