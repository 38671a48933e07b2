"""A controller's calls, by keyboard: the next one opens by itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from credit.models import CollectionCall, PaymentTerms, PromiseToPay
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_calls_are_made_without_a_mouse(page, site, sign_in):
    terms = PaymentTerms.objects.create(name="At once", days=0)
    for name, total in (
        ("First Mobiles", "3000.00"),
        ("Second Mobiles", "2000.00"),
        ("Third Mobiles", "1000.00"),
    ):
        account = AccountFactory(customer=CustomerFactory(name=name, phone="+919810012345"), terms=terms)
        bill(account.customer, total=total, at=timezone.now() - dt.timedelta(days=10))
    sign_in(page, UserFactory(role="Credit controller"))
    page.goto(f"{site}/receivables/calls/")
    call = page.locator("#call")
    expect(call.get_by_role("heading")).to_have_text("First Mobiles")
    expect(call.locator("a[href^='tel:']")).to_have_attribute("href", "tel:+919810012345")

    page.keyboard.press("j")
    expect(call.get_by_role("heading")).to_have_text("Second Mobiles")
    page.keyboard.press("k")
    expect(call.get_by_role("heading")).to_have_text("First Mobiles")

    page.keyboard.press("3")  # nobody answers
    expect(call.get_by_role("heading")).to_have_text("Second Mobiles")
    page.keyboard.press("1")  # promised: amount and day stand there
    expect(call.get_by_role("heading")).to_have_text("Third Mobiles")

    assert list(CollectionCall.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "no_answer",
        "promised",
    ]
    assert PromiseToPay.objects.get().amount == 2000
