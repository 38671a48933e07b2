"""A limit is asked for where an order is refused, decided on a phone, and the order goes by itself."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from accounts.models import User
from credit.models import CreditAccount, LimitRequest
from orders.models import Order, Status
from tests.factories.accounts import UserFactory

from .conftest import until
from .counter import add, open_counter, shop_of, stock_parts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_limit_is_asked_for_at_the_counter_and_approved_on_a_phone(
    page, colleague, site, sandbox, worker, log_in
):
    shop = shop_of("1800")
    parts = stock_parts()
    seller = shop.representative
    controller: User = UserFactory(role="Credit controller", name="Meera Iyer")

    # The counter refuses: two parts of 1,000 and one of 1,000 for a shop that may owe 1,800.
    log_in(page, seller)
    open_counter(page, site, shop)
    add(page, f"2 {parts[0].name}", 1)
    add(page, parts[1].name, 2)
    expect(page.locator("#ways")).to_contain_text("Needs ₹1,200.00 more credit.")
    page.locator("#ask-approval").click()
    order = until(lambda: Order.objects.filter(status=Status.CREDIT_HOLD).first(), "It was never held.")

    # Asked for from the refused order, with the amount that would do.
    page.goto(f"{site}{order.get_absolute_url()}")
    page.get_by_role("link", name="Ask for a limit").first.click()
    expect(page.locator("#id_amount")).to_have_value("3000.00")
    page.get_by_label("Reason").fill("A second shop")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Waiting for somebody else to decide")
    expect(page.get_by_role("main")).to_contain_text("Meera Iyer")

    # Somebody else decides it on the phone.
    phone = colleague
    phone.set_viewport_size({"width": 390, "height": 844})
    log_in(phone, controller)
    phone.goto(f"{site}/receivables/limits/")
    phone.get_by_role("link", name=shop.name).click()
    phone.get_by_role("link", name="Approve", exact=True).click()
    phone.locator("#dialog").get_by_role("button", name="Approve").click()
    expect(phone.locator("#messages")).to_contain_text("Approved: ₹3,000.00")

    # The held order goes by itself, and who asked sees both.
    until(lambda: Order.objects.filter(pk=order.pk, status=Status.CONFIRMED).exists(), "It was never freed.")
    page.goto(f"{site}{LimitRequest.objects.get().get_absolute_url()}")
    expect(page.get_by_role("main")).to_contain_text("Approved")
    page.goto(f"{site}{order.get_absolute_url()}")
    expect(page.get_by_role("main")).to_contain_text("Confirmed")
    account = CreditAccount.objects.get(customer=shop)
    assert (account.credit_limit, account.approved_by, account.exposure) == (
        Decimal(3000),
        controller,
        Decimal(3000),
    )
