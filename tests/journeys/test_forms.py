"""Forms in a real browser: nothing typed is lost or sent twice, leaving asks, and what was typed is understood."""

import re
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from credit.models import Payment
from customers.models import Customer
from inventory.models import Adjustment, GoodsReceipt
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.credit import bill
from tests.factories.inventory import LocationFactory, ProductFactory
from tests.factories.orders import customer_with_credit

from .counter import rough_page

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def rough(browser):
    with rough_page(browser) as page:
        page.asked = []
        page.on("dialog", lambda dialog: (page.asked.append(dialog.type), dialog.accept()))
        yield page


def log_in_again(page, user):
    expect(page.locator("[name=login]")).to_be_visible()
    page.fill("[name=login]", user.email)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


def test_session_that_ran_out_in_mid_form_brings_the_person_back_with_all_that_was_typed(
    rough, site, sign_in
):
    person = UserFactory(role="Credit controller")
    customer = customer_with_credit("100000")
    invoice = bill(customer, total="500.00")
    sign_in(rough, person)
    rough.goto(f"{site}/receivables/payments/new/?customer={customer.pk}")
    rough.get_by_label("Amount", exact=True).fill("0.3k")
    rough.get_by_label("Method").select_option("mobile_money")
    rough.get_by_label("Bank or UPI reference").fill("UTR 77")
    rough.get_by_label(f"Pay of {invoice.number}").fill("250")
    Session.objects.all().delete()
    rough.get_by_role("button", name="Record payment").click()
    log_in_again(rough, person)

    expect(rough.get_by_text("What you typed here before is back.")).to_be_visible()
    expect(rough.get_by_label("Amount", exact=True)).to_have_value("0.3k")
    expect(rough.get_by_label("Method")).to_have_value("mobile_money")
    expect(rough.get_by_label("Bank or UPI reference")).to_have_value("UTR 77")
    expect(rough.get_by_label(f"Pay of {invoice.number}")).to_have_value("250")
    rough.get_by_role("button", name="Record payment").click()
    expect(rough.get_by_role("main")).to_contain_text("RCT-")
    payment = Payment.objects.get()
    assert (payment.amount, payment.unallocated_amount) == (Decimal(300), Decimal(50))
    assert rough.asked == []
    assert rough.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))") == []


def test_somebody_else_at_the_same_browser_sees_nothing_and_secrets_are_not_kept(rough, site, log_in):
    log_in(rough, UserFactory(role="Sales manager"))
    rough.goto(f"{site}/customers/add/")
    rough.locator("#id_name").fill("Secret Shop")
    rough.wait_for_timeout(400)
    kept = rough.evaluate("JSON.stringify(sessionStorage)")
    assert "Secret Shop" in kept
    assert "csrfmiddlewaretoken" not in kept
    rough.context.clear_cookies()
    log_in(rough, UserFactory(role="Sales manager"))
    rough.goto(f"{site}/customers/add/")
    rough.wait_for_timeout(300)
    assert "Secret Shop" not in rough.locator("form.form").inner_html()


def test_dead_connection_leaves_the_form_standing_and_try_again_sends_it_once(rough, site, sign_in):
    product = ProductFactory(sku="A-1")
    shelf = LocationFactory(is_default=True)
    sign_in(rough, UserFactory(role="Storekeeper"))
    rough.goto(f"{site}/stock/{product.pk}/adjust/")
    rough.get_by_label("Difference").fill("7")
    rough.get_by_label("Reason").select_option("found")
    rough.get_by_label("Note").fill("behind the shelf")
    rough.context.set_offline(True)
    rough.get_by_role("button", name="Adjust").click()
    again = rough.get_by_role("button", name="Try again")
    expect(again).to_be_focused()
    expect(rough.get_by_label("Note")).to_have_value("behind the shelf")
    rough.context.set_offline(False)
    again.dblclick()
    expect(rough.get_by_role("main")).to_contain_text("waits until somebody else approves it")
    assert Adjustment.objects.get(location=shelf).quantity == 7
    assert rough.asked == []


def test_leaving_asks_also_by_the_browsers_back_and_by_closing_a_dialog(rough, site, sign_in):
    sign_in(rough, UserFactory(role="Sales manager"))
    rough.goto(f"{site}/customers/")
    rough.goto(f"{site}/customers/add/")
    first = rough.locator("form.form input[type=text]").first
    rough.go_back()
    assert rough.asked == []  # nothing was typed
    rough.go_forward()
    first.press_sequentially("New")
    rough.go_back()
    assert rough.asked == ["beforeunload"]


def test_mistakes_are_summed_up_linked_and_nothing_typed_is_lost(rough, site, sign_in):
    sign_in(rough, UserFactory(role="Storekeeper"))
    rough.goto(f"{site}/stock/add/")
    rough.get_by_label("Name", exact=True).fill("Redmi Note 11 combo")
    rough.get_by_label("List price").fill("cheap")
    expect(rough.locator(".understood.wrong")).to_have_count(0)
    rough.get_by_label("Barcode").focus()
    expect(rough.locator(".understood.wrong")).to_contain_text("not an amount")
    rough.locator(".formfoot [type=submit]").click()
    summary = rough.locator("form.form > .notice[data-focus]")
    expect(summary).to_be_focused()
    expect(rough.get_by_label("Name", exact=True)).to_have_value("Redmi Note 11 combo")
    summary.get_by_role("link", name="List price").click()
    expect(rough.get_by_label("List price")).to_be_focused()
    expect(rough.get_by_label("List price")).to_have_value("cheap")
    rough.goto(f"{site}/stock/")
    assert rough.asked == ["beforeunload"]


def test_goods_are_received_by_keyboard_and_scanner_alone(page, site, sign_in):
    glass = ProductFactory(name="Glass for A12", sku="GLS-A12", barcode="8901234500017")
    ProductFactory(name="Display for A12", sku="LCD-A12")
    LocationFactory(is_default=True, name="Counter")
    sign_in(page, UserFactory(role="Storekeeper"))
    page.goto(f"{site}/stock/receipts/new/")
    for _ in range(3):  # a scanner types fast and ends with Enter
        page.keyboard.type(glass.barcode, delay=2)
        page.keyboard.press("Enter")
        page.wait_for_timeout(600)
    expect(page.locator("#receive-said")).to_have_text("Glass for A12: 3 pieces.")

    page.locator("#receive-find").press_sequentially("display a12")
    expect(page.locator("#receive-hits [aria-selected=true]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[name=lines-0-product]")).to_have_value("LCD-A12")
    expect(page.locator("#receive-find")).to_be_focused()
    for typed in ("", "4", "1.2k"):  # Add, pieces, cost
        page.keyboard.press("Tab")
        if typed:
            page.keyboard.type(typed)
    expect(page.locator("[name=lines-0-quantity]")).to_have_value("4")
    page.locator("[name=lines-1-unit_cost]").focus()
    page.keyboard.type("50")
    page.keyboard.press("Tab")
    expect(page.locator("#receipt-total")).to_contain_text("4,950.00")
    page.get_by_role("button", name="Receive", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/stock/receipts/\d+/$"))
    receipt = GoodsReceipt.objects.get()
    assert list(receipt.lines.order_by("quantity").values_list("quantity", "unit_cost")) == [
        (3, Decimal(50)),
        (4, Decimal(1200)),
    ]


def test_day_is_said_in_words_or_taken_from_the_calendar_and_a_double_click_records_once(page, site, sign_in):
    customer = customer_with_credit("100000")
    sign_in(page, UserFactory(role="Credit controller"))
    page.goto(f"{site}/receivables/payments/new/?customer={customer.pk}")
    page.get_by_label("Amount", exact=True).press_sequentially("1,5 lakh")
    expect(page.get_by_text("1,50,000.00", exact=True)).to_be_visible()
    day = page.get_by_label("Received on")
    day.fill("yesterday")
    day.blur()
    expect(page.get_by_text("· yesterday")).to_be_visible()
    expect(page.get_by_role("button", name="Choose in a calendar")).to_be_visible()
    page.locator("input.calendar").evaluate(
        "(calendar) => { calendar.value = '2026-01-31'; calendar.dispatchEvent(new Event('input')); }"
    )
    expect(day).to_have_value("31/01/2026")
    page.get_by_role("button", name="Record payment").dblclick()
    expect(page.get_by_role("main")).to_contain_text("RCT-")
    payment = Payment.objects.get()
    assert (payment.amount, str(payment.received_on)) == (Decimal(150_000), "2026-01-31")
    assert Customer.objects.count() == 1
