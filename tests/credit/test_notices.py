"""Payments that wait for a second person."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core.attachments import of_record
from core.errors import Refusal
from core.models import Notification
from credit.models import CreditAccount, Payment, PaymentNotice
from credit.operations import announce_payment, approve_notice, reject_notice, withdraw_notice
from customers.models import TimelineEntry
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.orders import customer_with_credit
from tests.racing import race, refused

D = Decimal
NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)


def announce(customer, amount="100", *, by=None, **told):
    known: dict[str, Any] = {
        "method": "bank",
        "received_on": dt.date(2026, 11, 19),
        "reference": f"test-notice:{uuid.uuid4()}",
        "at": NOW,
        **told,
    }
    return announce_payment(customer.pk, D(amount), by=by, **known)


def picture() -> SimpleUploadedFile:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(buffer, "PNG")
    return SimpleUploadedFile("slip.png", buffer.getvalue(), content_type="image/png")


@pytest.fixture
def customer(db):
    return customer_with_credit("5000")


@pytest.fixture
def clerk(db):
    return UserFactory(role="Accountant", name="Asha")


@pytest.fixture
def controller(db):
    return UserFactory(role="Credit controller", name="Binod")


# --- announcing ------------------------------------------------------------------------------------------------------
def test_an_announced_payment_pays_nothing_and_approvers_hear_of_it(customer, clerk, controller):
    invoice = bill(customer, total="100")

    notice = announce(customer, by=clerk)

    invoice.refresh_from_db()
    account = CreditAccount.objects.get(customer=customer)
    assert (notice.state, notice.payment, invoice.outstanding, account.balance) == (
        "waiting",
        None,
        D(100),
        D(100),
    )
    assert not Payment.objects.exists()
    told = Notification.objects.get(user=controller)
    assert (told.url, "waits for your approval" in told.text) == (notice.get_absolute_url(), True)
    assert not Notification.objects.filter(user=clerk).exists()
    assert TimelineEntry.objects.filter(event="payment.announced", customer=customer).count() == 1


def test_the_same_form_announces_once_and_another_amount_under_its_name_is_refused(customer, clerk):
    first = announce(customer, by=clerk, reference="form:1")
    assert announce(customer, by=clerk, reference="form:1") == first
    with pytest.raises(Refusal) as refused:
        announce(customer, "101", by=clerk, reference="form:1")
    assert refused.value.code == "told_differently"
    assert PaymentNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"amount": "0"}, "not_positive"),
        ({"received_on": dt.date(2026, 11, 21)}, "in_the_future"),
        ({"method": "gold"}, "unknown_method"),
    ],
)
def test_what_no_payment_can_be_no_notice_is(customer, told, code):
    with pytest.raises(Refusal) as refused:
        announce(customer, **told)
    assert refused.value.code == code


def test_chosen_invoices_must_be_the_customers_and_need_that_much(customer):
    mine, theirs = bill(customer, total="100"), bill(customer_with_credit("500"), total="100")
    for shares, code in (
        ({theirs.pk: D(10)}, "other_customer"),
        ({mine.pk: D("100.01")}, "more_than_outstanding"),
    ):
        with pytest.raises(Refusal) as refused:
            announce(customer, "200", shares=shares)
        assert refused.value.code == code
    with pytest.raises(Refusal) as refused:
        announce(customer, "50", shares={mine.pk: D(60)})
    assert refused.value.code == "more_than_came"


# --- approving -------------------------------------------------------------------------------------------------------
def test_approving_records_the_payment_with_the_notices_reference_and_shares(customer, clerk, controller):
    older, newer = bill(customer, total="100"), bill(customer, total="100")
    notice = announce(
        customer, by=clerk, shares={newer.pk: D(60)}, method_reference="UTR 5", reference="form:7"
    )

    payment = approve_notice(notice, by=controller, at=NOW)

    older.refresh_from_db()
    newer.refresh_from_db()
    assert (older.outstanding, newer.outstanding, payment.unallocated_amount) == (D(100), D(40), D(40))
    assert (payment.reference, payment.method_reference, payment.method) == ("form:7", "UTR 5", "bank")
    notice.refresh_from_db()
    assert (notice.state, notice.payment, notice.decided_by) == ("approved", payment, controller)
    assert Notification.objects.filter(user=clerk, event="payment.approved").count() == 1
    assert wrong_books() == []


def test_without_chosen_invoices_the_oldest_are_paid_and_kept_money_stays(customer, clerk, controller):
    invoice = bill(customer, total="100")
    approve_notice(announce(customer, "30", by=clerk), by=controller, at=NOW)
    approve_notice(announce(customer, "40", by=clerk, shares={}), by=controller, at=NOW)
    invoice.refresh_from_db()
    account = CreditAccount.objects.get(customer=customer)
    assert (invoice.outstanding, account.unallocated) == (D(70), D(40))


def test_nobody_approves_what_they_recorded_not_even_past_the_operation(customer, controller):
    notice = announce(customer, by=controller)
    with pytest.raises(Refusal) as refused:
        approve_notice(notice, by=controller, at=NOW)
    assert refused.value.code == "own_notice"
    payment = pay(customer, "100")
    with pytest.raises(IntegrityError, match="nobody_approves_what_they_recorded"), transaction.atomic():
        PaymentNotice.objects.filter(pk=notice.pk).update(
            state="approved", decided_by=controller, decided_at=NOW, payment=payment
        )


def test_shares_that_no_longer_fit_are_said_and_the_oldest_are_offered(customer, clerk, controller):
    first, second = bill(customer, total="100"), bill(customer, total="100")
    notice = announce(customer, by=clerk, shares={first.pk: D(100)})
    pay(customer, "30")

    with pytest.raises(Refusal) as refused:
        approve_notice(notice, by=controller, at=NOW)
    assert (refused.value.code, first.number in refused.value.text) == ("shares_no_longer_fit", True)

    approve_notice(notice, by=controller, at=NOW, oldest_first=True)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.outstanding, second.outstanding) == (D(0), D(70))


def test_approving_twice_is_once(customer, clerk, controller):
    notice = announce(customer, by=clerk)
    assert approve_notice(notice, by=controller, at=NOW) == approve_notice(notice, by=controller, at=NOW)
    assert Payment.objects.count() == 1


# --- rejecting and withdrawing ---------------------------------------------------------------------------------------
def test_rejecting_needs_a_reason_and_tells_the_recorder(customer, clerk, controller):
    notice = announce(customer, by=clerk)
    with pytest.raises(Refusal) as refused:
        reject_notice(notice, reason="  ", by=controller, at=NOW)
    assert refused.value.code == "no_reason"

    reject_notice(notice, reason="Not on our {statement}", by=controller, at=NOW)

    told = Notification.objects.get(user=clerk, event="payment.rejected")
    assert "Not on our {statement}" in told.text
    with pytest.raises(Refusal) as refused:
        approve_notice(notice, by=controller, at=NOW)
    assert refused.value.code == "decided"
    assert not Payment.objects.exists()


def test_only_who_recorded_it_withdraws_it(customer, clerk, controller):
    notice = announce(customer, by=clerk)
    with pytest.raises(Refusal) as refused:
        withdraw_notice(notice, by=controller, at=NOW)
    assert refused.value.code == "not_yours"
    assert withdraw_notice(notice, by=clerk, at=NOW).state == "withdrawn"


def test_what_was_said_is_frozen(customer, clerk):
    notice = announce(customer, by=clerk)
    changes: list[dict[str, Any]] = [{"amount": D(5)}, {"method_reference": "other"}, {"shares": []}]
    for change in changes:
        with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
            PaymentNotice.objects.filter(pk=notice.pk).update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_record_one_payment():
    # Guard: FOR UPDATE of the account and the notice in credit.operations.approve_notice.
    customer = customer_with_credit("5000")
    bill(customer, total="1000")
    notice = announce(customer, by=UserFactory(role="Accountant"))
    people = [UserFactory(role="Credit controller") for _ in range(4)]

    outcomes = race([partial(approve_notice, notice, by=person, at=NOW) for person in people])

    assert len({payment.pk for payment in outcomes}) == 1
    assert Payment.objects.count() == 1
    notice.refresh_from_db()
    assert notice.decided_by == Payment.objects.get().recorded_by
    assert CreditAccount.objects.get(customer=customer).balance == D(900)
    assert wrong_books() == []


@pytest.mark.django_db(transaction=True)
def test_approving_and_rejecting_at_once_does_one_of_them():
    customer = customer_with_credit("5000")
    notice = announce(customer, by=UserFactory(role="Accountant"))
    one, other = UserFactory(role="Credit controller"), UserFactory(role="Credit controller")

    outcomes = race(
        [
            lambda: approve_notice(notice, by=one, at=NOW),
            lambda: reject_notice(notice, reason="Never came", by=other, at=NOW),
        ]
    )

    notice.refresh_from_db()
    assert len(refused(outcomes, "decided")) == 1
    assert (notice.state == "approved") == Payment.objects.exists()
    assert wrong_books() == []


# --- the pages -------------------------------------------------------------------------------------------------------
def typed(**told):
    return {"received_on": timezone.localdate().isoformat(), "idempotency_key": str(uuid.uuid4())} | told


@pytest.mark.parametrize(
    ("method", "waits"), [("cash", False), ("mobile_money", False), ("bank", True), ("card", True)]
)
def test_typed_card_and_bank_payments_wait(client, customer, clerk, method, waits):
    client.force_login(clerk)
    url = f"{reverse('credit:payment_add')}?customer={customer.pk}"
    client.post(url, typed(customer=customer.pk, amount="75", method=method))
    assert (PaymentNotice.objects.count(), Payment.objects.count()) == ((1, 0) if waits else (0, 1))


def test_a_firm_says_itself_what_waits(client, customer, clerk, settings):
    settings.PAYMENTS_TO_APPROVE = []
    client.force_login(clerk)
    url = f"{reverse('credit:payment_add')}?customer={customer.pk}"
    client.post(url, typed(customer=customer.pk, amount="75", method="bank"))
    assert (PaymentNotice.objects.count(), Payment.objects.count()) == (0, 1)


def test_a_proof_is_kept_and_shown_as_a_picture_drawn_anew(client, customer, clerk, controller):
    client.force_login(clerk)
    url = f"{reverse('credit:payment_add')}?customer={customer.pk}"
    client.post(url, typed(customer=customer.pk, amount="75", method="bank", proof=picture()))
    notice = PaymentNotice.objects.get()
    proof = of_record(notice).get()
    client.force_login(controller)
    page = client.get(notice.get_absolute_url()).content.decode()
    assert f"?picture={proof.pk}" in page
    drawn = client.get(f"{notice.get_absolute_url()}?picture={proof.pk}")
    assert (drawn.status_code, drawn["Content-Type"]) == (200, "image/jpeg")
    assert "sandbox" in drawn["Content-Security-Policy"]


def test_the_page_says_when_the_reference_stands_on_another_payment(client, customer, clerk, controller):
    approve_notice(announce(customer, by=clerk, method_reference="UTR 9"), by=controller, at=NOW)
    again = announce(customer, by=clerk, method_reference="utr 9")
    client.force_login(controller)
    assert "stands on another payment too" in client.get(again.get_absolute_url()).content.decode()


def test_approving_on_the_page_and_the_way_out_when_shares_no_longer_fit(client, customer, clerk, controller):
    invoice = bill(customer, total="100")
    notice = announce(customer, by=clerk, shares={invoice.pk: D(100)})
    pay(customer, "30")
    client.force_login(controller)
    url = reverse("credit:notice_approve", args=[notice.pk])
    assert "Pay the oldest invoices first instead" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    done = client.post(url, {"oldest_first": "on"})
    payment = Payment.objects.get(reference=notice.reference)
    assert (done.status_code, done.url) == (302, payment.get_absolute_url())


def test_many_are_approved_at_once_with_an_outcome_for_each(client, customer, clerk, controller):
    theirs, own = announce(customer, by=clerk), announce(customer, "50", by=controller)
    client.force_login(controller)
    rows = [f"{theirs.pk}@", f"{own.pk}@"]
    done = client.post(
        reverse("credit:notice_list"),
        {"do": "bulk", "bulk": "approve", "row": rows, "confirmed": "1"},
        follow=True,
    )
    page = done.content.decode()
    assert Payment.objects.get().number in page
    assert "Somebody else has to approve it" in page
    assert PaymentNotice.objects.get(pk=own.pk).state == "waiting"


def test_the_queue_costs_the_same_for_few_and_for_many(client, customer, clerk, controller):
    client.force_login(controller)
    url = reverse("credit:notice_list")
    announce(customer, by=clerk)
    client.get(url)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
        for _more in range(8):
            announce(customer, by=clerk)
    assert counts[0] == counts[1]
