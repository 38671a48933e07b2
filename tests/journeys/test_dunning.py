"""Reminding in a real browser, with the real worker: preview, run, the retailer's phone, paid, left out of the next."""

import pytest
from playwright.sync_api import expect

from credit.models import DunningNotice, DunningSettings
from messaging.models import OutboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, overdue_bill, pay
from tests.factories.customers import CustomerFactory

from .conftest import phone_page, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_reminders_are_previewed_sent_read_and_not_sent_to_who_has_paid(
    page, site, sandbox, worker, log_in, stranger
):
    DunningSettings.objects.update(from_hour=0, until_hour=24, gap_days=0)
    shop = AccountFactory(customer=CustomerFactory(name="Sapphire Mobiles")).customer
    late = AccountFactory(customer=CustomerFactory(name="Corner Phones")).customer
    invoice = overdue_bill(shop, 7, "4800.00")
    overdue_bill(late, 30, "900.00")
    log_in(page, UserFactory(role="Credit controller", name="Meera Iyer"))

    # Who would hear what; one is unticked.
    page.goto(f"{site}/receivables/dunning/")
    page.get_by_role("link", name="Preview and run").click()
    row = page.get_by_role("row").filter(has_text="Sapphire Mobiles")
    expect(row).to_contain_text("First reminder")
    expect(row).to_contain_text("₹4,800.00")
    page.get_by_label("Remind Corner Phones").uncheck()
    page.get_by_role("button", name="Send the reminders").click()

    # The run: a job by the worker, a message that arrives.
    until(lambda: DunningNotice.objects.filter(state="sent").exists(), "The reminder never left.")
    assert OutboundMessage.objects.get(event="dunning_first").customer == shop
    assert not OutboundMessage.objects.filter(customer=late).exists()
    until(
        lambda: OutboundMessage.objects.get(event="dunning_first").state in ("delivered", "read"),
        "The reminder was never delivered.",
    )
    page.reload()
    expect(page.get_by_role("row").filter(has_text="Sapphire Mobiles")).to_contain_text("Delivered")

    # The retailer opens the page from its phone.
    stranger.goto(phone_page(sandbox, shop.address_for("whatsapp")))
    link = stranger.locator("a[href*='/r/']").first
    expect(stranger.locator("body")).to_contain_text("4,800.00")
    stranger.goto(str(link.get_attribute("href")))
    expect(stranger.locator("body")).to_contain_text(invoice.number)
    expect(stranger.locator("body")).to_contain_text("4,800.00")

    # It pays, and the next preview knows only the other.
    pay(shop, "4800")
    page.goto(f"{site}/receivables/dunning/run/")
    expect(page.get_by_role("main")).to_contain_text("Corner Phones")
    expect(page.get_by_role("main")).not_to_contain_text("Sapphire Mobiles")
