"""Agreeing an instalment plan on screen, and seeing it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credit.models import InstalmentPlan, Invoice
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
