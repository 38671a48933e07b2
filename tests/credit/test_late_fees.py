"""Late fees: what they come to, charged once, waived by a credit note, never for those who are exempt."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from core.dates import local_date
from core.errors import Refusal
from credit.late_fees import FLAT, PER_DAY, PER_MONTH, Fee, Terms, add_months, fee_of, level_fee
from credit.models import CreditAccount, DunningLevel, DunningSettings, LateFee, LateFeePolicy
from credit.operations import (
    ask_for_run,
    charge_all,
    charge_fees,
    end_exemption,
    exempt_from_fees,
    pause_dunning,
    record_promise,
    run_now,
    waive_fee,
)
from credit.queries.books import check_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, overdue_bill, pay
from tests.racing import race

pytestmark = pytest.mark.django_db
D = Decimal
DUE = dt.date(2026, 1, 31)
MONTHLY = Terms(PER_MONTH, rate=D(2), grace_days=5)


@pytest.mark.parametrize(
    ("on", "fee"),
    [
        (dt.date(2026, 2, 5), None),  # the fifth grace day
        (dt.date(2026, 2, 6), Fee("2026-01-31.m1", D("20.00"))),
        (dt.date(2026, 3, 5), Fee("2026-01-31.m1", D("20.00"))),
        (dt.date(2026, 3, 6), Fee("2026-01-31.m2", D("20.00"))),
        (dt.date(2027, 2, 6), Fee("2026-01-31.m13", D("20.00"))),
    ],
)
def test_a_month_late_begins_when_the_grace_days_are_over_and_again_each_month(on, fee):
    assert fee_of(MONTHLY, D(1000), due_on=DUE, on=on) == fee


def test_by_day_is_charged_when_the_month_has_ended_for_its_days():
    daily = Terms(PER_DAY, rate=D("0.05"))
    assert fee_of(daily, D(1000), due_on=DUE, on=dt.date(2026, 2, 28)) is None
    assert fee_of(daily, D(1000), due_on=DUE, on=dt.date(2026, 3, 1)) == Fee("2026-01-31.m1", D("14.00"))


def test_a_flat_fee_is_charged_once_and_bounds_hold():
    flat = Terms(FLAT, amount=D(50))
    assert {fee_of(flat, D(9), due_on=DUE, on=DUE + dt.timedelta(days=n)) for n in (1, 40)} == {
        Fee("2026-01-31.once", D(50))
    }
    bounded = MONTHLY._replace(minimum=D(30), cap=D(70))
    on = dt.date(2026, 2, 6)
    assert fee_of(bounded, D(1000), due_on=DUE, on=on) == Fee("2026-01-31.m1", D(30))
    assert fee_of(bounded, D(1000), due_on=DUE, on=on, before=D(60)) == Fee("2026-01-31.m1", D(10))
    assert fee_of(bounded, D(1000), due_on=DUE, on=on, before=D(70)) is None
    assert level_fee(bounded, D(0), due_on=DUE, level=1) is None


def test_months_are_added_to_the_last_day_where_there_is_no_such_day():
    assert add_months(DUE, 1) == dt.date(2026, 2, 28)
    assert add_months(DUE, 12) == dt.date(2027, 1, 31)


@pytest.fixture
def policy():
    return LateFeePolicy.objects.create(
        name="Two percent", rate=D(2), grace_days=5, tax_rate=D(18), is_active=True, automatic=True
    )


@pytest.fixture
def account():
    return AccountFactory()


def charge(account):
    now = timezone.now()
    return charge_fees(account, on=local_date(now), by=None, at=now)


def test_a_fee_is_a_document_of_its_own_about_its_invoice(policy, account):
    invoice = overdue_bill(account.customer, 10, "1000.00")
    (fee,) = charge(account)
    document = fee.document
    document.refresh_from_db()
    assert (document.kind, document.about, document.net, document.total) == (
        "late_fee",
        invoice,
        D("20.00"),
        D("23.60"),
    )
    assert document.number.startswith("FEE-")
    assert invoice.number in document.lines.get().description
    account.refresh_from_db()
    assert account.balance == D("1023.60")
    assert list(check_books()) == []


def test_it_is_charged_once_for_a_month_however_often_it_is_asked(policy, account):
    overdue_bill(account.customer, 10, "1000.00")
    assert [len(charge(account)) for _time in range(3)] == [1, 0, 0]
    assert charge_all(on=local_date(timezone.now()), at=timezone.now()) == (0, None)


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_charge_one_fee(policy, account):
    overdue_bill(account.customer, 10, "1000.00")
    race([lambda: charge(account)] * 4)
    assert LateFee.objects.count() == 1
    assert CreditAccount.objects.get(pk=account.pk).balance == D("1023.60")


def test_pauses_promises_and_exemptions_are_respected(policy, account):
    now, today = timezone.now(), local_date(timezone.now())
    overdue_bill(account.customer, 10, "1000.00")
    exemption = exempt_from_fees(account.customer_id, reason="Old friend", by=None, at=now)
    assert charge(account) == []
    end_exemption(exemption, by=None, at=now)
    promise: dict[str, Any] = {"promised_on": today, "reference": "p", "by": None, "at": now}
    record_promise(account.customer_id, D(400), **promise)
    (fee,) = charge(account)
    assert fee.base == D(600), "only what is not promised"
    other = AccountFactory()
    overdue_bill(other.customer, 10, "1000.00")
    pause_dunning(other.customer_id, until=today, reason="Flood", by=None, at=now)
    assert charge(other) == []


def test_fees_bear_no_fees_unless_the_policy_says_so(policy, account):
    overdue_bill(account.customer, 10, "1000.00")
    (fee,) = charge(account)
    later = timezone.now() + dt.timedelta(days=45)
    charged = charge_fees(account, on=local_date(later), by=None, at=later)
    assert fee.document not in [each.invoice for each in charged]


def test_a_level_charges_its_fee_when_it_is_reached(account):
    LateFeePolicy.objects.create(name="Flat", kind="flat", amount=D(50), when="level", is_active=True)
    DunningSettings.objects.update(gap_days=0)
    DunningLevel.objects.filter(days=20).update(charges_fee=True)
    invoice = overdue_bill(account.customer, 25, "1000.00")
    now = timezone.now()
    for number in range(3):
        asked = ask_for_run(key=f"r{number}", on=local_date(now), by=None, at=now)
        run_now(asked, at=now)
    fee = LateFee.objects.get()
    assert (fee.invoice, fee.net, fee.level.days) == (invoice, D(50), 20)
    assert fee.run.fees == 1


def test_a_fee_is_waived_in_part_and_then_whole_by_credit_notes(policy, account):
    overdue_bill(account.customer, 10, "1000.00")
    (fee,) = charge(account)
    now = timezone.now()
    told: dict[str, Any] = {"by": None, "at": now}
    part = waive_fee(fee, amount=D("10.00"), reason="Goodwill", reference="w1", **told)
    assert (part.waived, part.document.credit_notes.count()) == (D("10.00"), 1)
    assert waive_fee(fee, amount=D("10.00"), reason="Goodwill", reference="w1", **told).waived == D("10.00")
    with pytest.raises(Refusal):
        waive_fee(fee, amount=D("13.61"), reason="Too much", reference="w2", **told)
    with pytest.raises(Refusal):
        waive_fee(fee, reason=" ", reference="w3", **told)
    assert waive_fee(fee, reason="All of it", reference="w4", **told).waived == D("23.60")
    account.refresh_from_db()
    assert account.balance == D("1000.00")
    assert list(check_books()) == []


def test_a_paid_fee_that_is_waived_leaves_its_money_unallocated(policy, account):
    invoice = overdue_bill(account.customer, 10, "1000.00")
    (fee,) = charge(account)
    pay(account.customer, "1023.60", shares={invoice.pk: D(1000), fee.document_id: D("23.60")})
    waive_fee(fee, reason="Our mistake", reference="w", by=None, at=timezone.now())
    account.refresh_from_db()
    assert (account.balance, account.unallocated) == (D("-23.60"), D("23.60"))


def test_pages_of_dunning_and_fees_open_and_say_what_is_due(client, policy, account):
    overdue_bill(account.customer, 10, "1000.00")
    (fee,) = charge(account)
    client.force_login(UserFactory(role="Credit controller"))
    level = DunningLevel.objects.earliest("days").pk
    for name, args in [
        ("dunning", ()), ("dunning_run_add", ()), ("dunning_run_list", ()), ("dunning_notice_list", ()),
        ("dunning_level_list", ()), ("dunning_level_add", ()), ("dunning_level_preview", (level,)),
        ("dunning_level_change", (level,)), ("dunning_settings", ()), ("dunning_pause_list", ()),
        ("dunning_customer_panel", (account.customer_id,)), ("dunning_pause_add", (account.customer_id,)),
        ("dunning_invoice_panel", (fee.invoice_id,)), ("invoice_dunning_pause", (fee.invoice_id,)),
        ("late_fee_list", ()), ("late_fee_charge", ()), ("late_fee_waive", (fee.pk,)), ("fee_policy_list", ()),
        ("fee_policy_add", ()), ("fee_policy_change", (policy.pk,)), ("fee_exemption_list", ()),
        ("fee_exempt", (account.customer_id,)),
    ]:  # fmt: skip
        response = client.get(reverse(f"credit:{name}", args=args))
        assert response.status_code == 200, name
    page = client.get(reverse("credit:dunning_run_add")).content.decode()
    assert account.customer.name in page
    assert "₹1,000.00" in page
    invoice_page = client.get(fee.invoice.get_absolute_url()).content.decode()
    assert fee.document.number in invoice_page


def test_a_preview_that_is_confirmed_starts_a_job_without_those_unticked(client, account):
    other = AccountFactory()
    for each in (account, other):
        overdue_bill(each.customer, 10)
    client.force_login(UserFactory(role="Credit controller"))
    keys = [account.customer_id, other.customer_id]
    response = client.post(
        reverse("credit:dunning_run_add"),
        {
            "shown": keys,
            "customer": [account.customer_id],
            "idempotency_key": "7b0ad2e9-6a9b-4a8e-9f3d-0a53f5a1c111",
        },
    )
    run = account.dunning_notices.model.run.field.related_model.objects.get()
    assert response.url == run.get_absolute_url()
    assert run.without == [other.customer_id]
    assert run.job_id
    assert client.get(run.get_absolute_url()).status_code == 200
