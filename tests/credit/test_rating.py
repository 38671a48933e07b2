"""How a customer pays, as a grade with its reasons (CUS-6)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from credit.models import CreditAccount, PaymentTerms
from credit.operations import reverse_payment
from credit.queries.reliability import reliability
from credit.rating import Reliability, rate
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, in_parts, pay, take_back
from tests.factories.customers import CustomerFactory

TODAY = timezone.localdate()


def known(on_time="100", days="0", *, invoices=5, months=12):
    return Reliability(invoices, Decimal(on_time), Decimal(days), date(2025, 1, 1), months)


@pytest.mark.parametrize(
    ("on_time", "days", "grade"),
    [
        ("100", "0", "A"),
        ("90", "3", "A"),
        ("89.99", "3", "B"),
        ("90", "3.01", "B"),
        ("75", "10", "B"),
        ("60", "2", "C"),
        ("95", "30", "C"),
        ("30", "1", "D"),
        ("100", "60", "D"),
        ("24", "0", "E"),
        ("100", "61", "E"),
    ],
)
def test_the_worse_of_the_two_figures_counts(on_time, days, grade):
    assert rate(known(on_time, days)).grade == grade


def test_the_best_grade_asks_for_half_a_year():
    assert rate(known(months=5)).grade == "B"
    assert "an A needs 6 months" in rate(known(months=5)).reasons[-1].text
    assert rate(known(months=6)).grade == "A"


def test_from_two_invoices_nothing_is_concluded():
    rating = rate(known("0", "300", invoices=2))
    assert rating.grade == ""
    assert "2 invoices have come due" in rating.reasons[0].text


def test_each_reason_says_its_figure_and_the_grade_it_gives():
    reasons = rate(known("80", "12")).reasons
    assert [(r.grade, r.text.partition(" ")[0]) for r in reasons][:2] == [
        ("B", "80\N{NO-BREAK SPACE}%"),
        ("C", "On"),
    ]
    assert "12.0 days late" in reasons[1].text


# --- from the documents --------------------------------------------------------------------------------------------


@pytest.fixture
def shop(db):
    terms = PaymentTerms.objects.create(name="Ten days", days=10)
    customer = CustomerFactory()
    CreditAccount.objects.create(customer=customer, terms=terms, limit_kind="unlimited")
    return customer


def billed(shop, total, *, due):
    """An invoice that was due so many days ago."""
    return bill(shop, total=total, at=timezone.now() - timedelta(days=due + 10))


def paid(shop, amount, invoice, *, days):
    """A payment so many days after the due date."""
    on = invoice.due_on + timedelta(days=days)
    return pay(shop, amount, received_on=on, shares={invoice.pk: Decimal(amount)})


def figures(shop):
    return reliability(CreditAccount.objects.get(customer=shop), on=TODAY)


def test_money_is_weighed_by_its_amount_and_early_is_not_late(shop):
    first, second = billed(shop, "300.00", due=60), billed(shop, "100.00", due=50)
    paid(shop, "300.00", first, days=-5)
    paid(shop, "100.00", second, days=8)
    found = figures(shop)
    assert (found.invoices, found.on_time, found.days_late) == (2, Decimal("75.00"), Decimal("2.00"))
    assert found.months == 2


def test_money_that_is_missing_counts_with_its_lateness_so_far(shop):
    billed(shop, "100.00", due=20)
    assert figures(shop)[:3] == (1, Decimal("0.00"), Decimal("20.00"))


def test_what_is_not_due_or_long_past_does_not_count(shop):
    billed(shop, "100.00", due=-3)
    billed(shop, "100.00", due=400)
    found = figures(shop)
    assert (found.invoices, found.on_time) == (0, None)
    assert found.since == TODAY - timedelta(days=410)


def test_a_reversed_payment_paid_nothing(shop):
    invoice = billed(shop, "100.00", due=10)
    payment = paid(shop, "100.00", invoice, days=0)
    assert figures(shop).on_time == Decimal("100.00")
    reverse_payment(payment, reason="bounced", by=None, at=timezone.now())
    assert figures(shop)[:3] == (1, Decimal("0.00"), Decimal("10.00"))


def test_what_was_taken_back_was_never_to_be_paid(shop):
    take_back(billed(shop, "100.00", due=10))
    assert figures(shop).invoices == 0


def test_the_page_shows_the_grade_and_why_in_one_click(shop, client):
    for due in (60, 50, 40):
        invoice = billed(shop, "100.00", due=due)
        paid(shop, "100.00", invoice, days=5)
    client.force_login(UserFactory(role="Credit controller"))
    page = client.get(shop.get_absolute_url()).content.decode()
    assert f'hx-get="/receivables/customers/{shop.pk}/rating/"' in page
    why = client.get(
        f"/receivables/customers/{shop.pk}/rating/",
        headers={"HX-Request": "true", "HX-Target": "dialog-body"},
    ).content.decode()
    assert "Rated E" in why
    assert "0\N{NO-BREAK SPACE}% of the money" in why
    assert "<html" not in why
    client.force_login(UserFactory(role="Storekeeper"))
    assert "Payment rating" not in client.get(shop.get_absolute_url()).content.decode()
    assert client.get(f"/receivables/customers/{shop.pk}/rating/").status_code == 403


@pytest.mark.django_db
def test_a_customer_nothing_was_ever_lent_to(client):
    client.force_login(UserFactory(role="Credit controller"))
    customer = CustomerFactory(representative=None)
    assert "none yet" in client.get(customer.get_absolute_url()).content.decode()


def test_each_part_of_an_invoice_counts_for_itself(shop):
    invoice = billed(shop, "300.00", due=60)
    days = [TODAY - timedelta(days=ago) for ago in (40, 20)] + [TODAY + timedelta(days=5)]
    in_parts(invoice, *[(day, "100") for day in days], at=timezone.now() - timedelta(days=70))
    # 150 came two days after the first part was due: that pays it, and half of the second in time.
    pay(shop, "150.00", received_on=TODAY - timedelta(days=38), shares={invoice.pk: Decimal(150)})
    found = figures(shop)
    assert (found.invoices, found.on_time) == (2, Decimal("25.00"))
    assert found.days_late == Decimal("6.00")  # (100 × 2 + 50 × 20) / 200
