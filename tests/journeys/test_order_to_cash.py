"""The main job in a real browser, with the real worker: from an empty order form to a freed limit."""

from io import BytesIO

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from credit.models import CreditAccount, Invoice
from orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, sellable_product

from .conftest import phone_page, until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PARTS = ["Redmi Note 10 incell", "Galaxy A12 original", "iPhone 11 hard oled", "Vivo Y20 TFT", "OPPO A15 TFT"]


def test_order_is_written_confirmed_told_opened_paid_and_the_limit_freed(
    page, site, sandbox, worker, log_in, stranger, colleague
):
    seller = UserFactory(role="Sales representative", name="Rhea Menon")
    shop = customer_with_credit("100000", name="Sapphire Mobiles", representative=seller)
    for part in PARTS:
        sellable_product(name=f"{part} combo", price="1000", on_hand=20, tax="18")

    # Five lines, found by typing; prices and credit follow each change by themselves.
    log_in(page, seller)
    page.goto(f"{site}/orders/new/")
    page.locator("#customer-find").press_sequentially("sapph")
    page.get_by_role("option", name="Sapphire Mobiles").click()
    for number, part in enumerate(PARTS, start=1):
        page.locator("#find").press_sequentially(part.lower())
        page.get_by_role("listbox", name="Products found").get_by_role("option", name=part).click()
        expect(page.locator("input[name=quantity]")).to_have_count(number)
        expect(page.locator("#find")).to_have_value("")
    page.get_by_label(f"Pieces of {PARTS[0]} combo").fill("3")
    expect(page.locator("#sum")).to_contain_text("₹8,260.00")  # 7 × 1,000 and 18 %
    expect(page.locator("#sum")).to_contain_text("₹91,740.00")
    expect(page.locator("#sum")).to_contain_text("Reserves 7 pieces, invoices ₹8,260.00")

    # Confirmed: reserved, invoiced, told.
    page.locator("#sum").get_by_role("button", name="Confirm").first.click()
    expect(page.locator("#messages")).to_contain_text("is confirmed")
    order, invoice = Order.objects.get(), Invoice.objects.get()
    expect(page.get_by_role("main")).to_contain_text(invoice.number)
    expect(page.get_by_text("3 reserved")).to_be_visible()

    def delivered():
        page.reload()
        return (
            page.get_by_text("Delivered", exact=True).count() > 1
        )  # a figure's name, and the message's state

    until(delivered, f"The message about {invoice.number} was never delivered.")

    # The retailer: phone, link, page, PDF.
    stranger.goto(phone_page(sandbox, shop.address_for("whatsapp")))
    link = stranger.locator("a[href*='/r/']").first
    expect(stranger.locator("body")).to_contain_text(invoice.number)
    stranger.goto(link.get_attribute("href"))
    expect(stranger.get_by_role("main")).to_contain_text("₹8,260.00")
    pdf = stranger.request.get(site + stranger.get_by_role("link", name="PDF").get_attribute("href"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert invoice.number in PdfReader(BytesIO(pdf.body())).pages[0].extract_text()

    # The money: recorded by somebody else, the invoice is paid, the limit free again.
    log_in(colleague, UserFactory(role="Credit controller"))
    colleague.goto(f"{site}/receivables/payments/new/?customer={shop.pk}")
    colleague.get_by_label("Amount", exact=True).fill("8,260")
    colleague.get_by_role("button", name="Record payment").click()
    expect(colleague.get_by_role("main")).to_contain_text("RCT-")
    colleague.goto(f"{site}{order.get_absolute_url()}")
    expect(colleague.get_by_text("Paid", exact=True)).to_be_visible()
    colleague.goto(f"{site}/customers/{shop.pk}/")
    expect(colleague.get_by_role("main")).to_contain_text("₹1,00,000.00")
    account = CreditAccount.objects.get(customer=shop)
    assert account.exposure == 0
