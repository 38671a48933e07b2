"""Agreeing an instalment plan on screen, and seeing it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credit.models import InstalmentPlan, Invoice, PaymentTerms
from credit.operations.links import make_link
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, in_parts, pay

pytestmark = pytest.mark.django_db


@pytest.fixture
def controller(client):
    user = UserFactory(role="Credit controller")
    client.force_login(user)
    return user


@pytest.fixture
def invoice():
    return bill(AccountFactory().customer, total="100.00")


def url(invoice, verb="instalment_plan"):
    return reverse(f"credit:{verb}", args=[invoice.pk])


TYPED = {"how": "equal", "count": "3", "first": "in 5 days", "every": "1", "unit": "month"}


def test_equal_parts_are_agreed_and_shown(client, controller, invoice):
    assert client.post(url(invoice), TYPED).status_code == 302
    parts = invoice.instalments.filter(plan__until_on=None).values_list("amount", flat=True)
    assert list(parts) == [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    html = client.get(invoice.get_absolute_url()).content.decode()
    assert "33.34" in html
    assert "Change instalments" in html
    assert "Cancel instalments" in html


def test_the_parts_are_shown_before_anything_is_agreed(client, controller, invoice):
    html = client.post(url(invoice), TYPED | {"do": "show", "count": "4"}).content.decode()
    assert html.count("25.00") >= 4
    assert not InstalmentPlan.objects.exists()


def test_a_line_for_each_part(client, controller, invoice):
    assert client.post(url(invoice), {"how": "rows", "rows": "tomorrow 40\nin 30 days 60"}).status_code == 302
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    assert invoice.instalments.filter(plan__until_on=None, due_on=tomorrow).get().amount == Decimal(40)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"how": "rows", "rows": "tomorrow 40\nin 30 days 50"}, "10.00 differ"),
        ({"how": "rows", "rows": "someday 40"}, "is not a day"),
        ({"how": "rows", "rows": ""}, "Write a line"),
        ({**TYPED, "how": "amount"}, "Say how much each time"),
        ({**TYPED, "count": "121"}, "120"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(client, controller, invoice, typed, said):
    response = client.post(url(invoice), typed)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not InstalmentPlan.objects.exists()


def test_a_plan_is_replaced_with_a_reason_and_cancelled(client, controller, invoice):
    client.post(url(invoice), TYPED)
    assert client.post(url(invoice), TYPED | {"count": "2"}).status_code == 422
    assert client.post(url(invoice), TYPED | {"count": "2", "reason": "More time"}).status_code == 302
    assert client.post(url(invoice, "instalment_plan_cancel"), {"reason": "All at once"}).status_code == 302
    html = client.get(invoice.get_absolute_url()).content.decode()
    assert "More time" in html
    assert "All at once" in html
    assert "Cancel instalments" not in html


def test_the_retailer_sees_the_parts(client, invoice):
    days = [timezone.localdate() + dt.timedelta(days=ahead) for ahead in (3, 40)]
    in_parts(invoice, (days[0], "37"), (days[1], "63"))
    pay(invoice.account.customer, "10.00")
    html = client.get(make_link(invoice.account, invoice, at=timezone.now()).url).content.decode()
    assert "To be paid in parts" in html
    assert "37.00" in html
    assert "27.00 open" in html


def test_the_statement_says_what_is_due_when(client, controller, invoice):
    days = [timezone.localdate() + dt.timedelta(days=ahead) for ahead in (3, 40)]
    in_parts(invoice, (days[0], "37"), (days[1], "63"))
    customer = invoice.account.customer
    html = client.get(reverse("credit:statement", args=[customer.pk])).content.decode()
    assert "37.00" in html
    assert client.get(reverse("credit:statement_pdf", args=[customer.pk])).content.startswith(b"%PDF")


def test_terms_in_parts_are_made_and_checked_in_the_admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    form = {
        "name": "Half and half", "kind": "instalments", "days": "0", "months": "0", "day_of_month": "",
        "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
        "lines-0-position": "1", "lines-0-kind": "percent", "lines-0-divisor": "2", "lines-0-months": "0",
        "lines-0-days": "30",
        "lines-1-position": "2", "lines-1-kind": "percent", "lines-1-percent": "40", "lines-1-months": "0",
        "lines-1-days": "60",
    }  # fmt: skip
    url = reverse("admin:credit_paymentterms_add")
    assert "don’t add up" in client.post(url, form).content.decode().replace("&#x27;", "’")
    form |= {"lines-1-kind": "remainder", "lines-1-percent": ""}
    assert client.post(url, form).status_code == 302
    terms = PaymentTerms.objects.get(name="Half and half")
    parts = terms.parts(Decimal("99.99"), dt.date(2026, 1, 1))
    assert [part.amount for part in parts] == [Decimal("50.00"), Decimal("49.99")]
    page = client.get(reverse("admin:credit_paymentterms_change", args=[terms.pk])).content.decode()
    assert page.count("500.00") >= 2


def test_who_may_not_agree_is_refused(client, invoice):
    client.force_login(UserFactory(role="Accountant"))
    assert client.get(url(invoice)).status_code == 403


def test_the_list_finds_invoices_in_parts_and_late_parts(client, controller, invoice):
    old = bill(AccountFactory().customer, total="100.00", at=timezone.now() - dt.timedelta(days=40))
    days = [timezone.localdate() - dt.timedelta(days=10), timezone.localdate() + dt.timedelta(days=20)]
    in_parts(old, *[(day, "50") for day in days], at=timezone.now() - dt.timedelta(days=39))
    plain = bill(AccountFactory().customer, total="5.00", at=timezone.now() - dt.timedelta(days=90))
    in_parts(Invoice.objects.get(pk=invoice.pk), (timezone.localdate() + dt.timedelta(days=3), "100"))

    def found(**asked):
        html = client.get(reverse("credit:invoice_list"), asked).content.decode()
        return {each.pk for each in (old, invoice, plain) if each.number in html}

    assert found(instalments="with") == {old.pk, invoice.pk}
    assert found(instalments="late") == {old.pk}
    assert found(tab="overdue") == {old.pk, plain.pk}
    pay(old.account.customer, "50.00", shares={old.pk: Decimal(50)})
    assert found(instalments="late") == set()
