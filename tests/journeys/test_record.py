"""A record's page in a real browser: fields changed in place, files, history, on a phone, without scripts."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from core.models import Attachment
from tests.conftest import fresh_page
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.customers import ContactFactory
from tests.factories.orders import customer_with_credit

from .axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop():
    """A customer with a limit, an open invoice, a payment and a contact person."""
    rep = UserFactory(role="Sales representative", name="Rhea Mehta")
    shop = customer_with_credit("60000", name="Shree Mobile Point", representative=rep, phone="+919810040411")
    ContactFactory(customer=shop, name="Suresh Gupta", is_key=True)
    bill(shop, total="31860.00")
    pay(shop, "12000.00")
    return shop


def open_record(page, site, record, **query):
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    page.goto(f"{site}{record.get_absolute_url()}?{asked}")


def fits(page):
    """Nothing to scroll sideways for."""
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    return wide <= room


def test_credit_comes_first_and_the_rating_says_why_in_one_click(page, site, sign_in, shop):
    sign_in(page, shop.representative)
    open_record(page, site, shop)
    figures = page.locator("#record-figures .tile")
    expect(figures.nth(0)).to_contain_text("₹40,140.00")
    expect(figures.nth(0)).to_contain_text("of ₹60,000.00")
    expect(page.locator(".actions .btn.primary")).to_have_text("New order")
    page.get_by_role("link", name=re.compile("Payment rating")).click()
    expect(page.locator("#dialog")).to_contain_text("There is no grade yet.")
    page.keyboard.press("Escape")
    assert faults(page) == []


def test_a_field_is_changed_and_taken_back_by_keyboard_alone(page, site, sign_in, shop):
    sign_in(page, shop.representative)
    open_record(page, site, shop)
    pencil = page.get_by_role("link", name="Change Phone", exact=True)
    pencil.focus()
    page.keyboard.press("Enter")
    control = page.locator("#field-phone input[name=phone]")
    expect(control).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(pencil).to_be_focused()
    page.keyboard.press("Enter")
    expect(control).to_be_focused()
    page.wait_for_timeout(100)  # htmx settles
    page.keyboard.type("98100 12345")
    page.keyboard.press("Enter")
    expect(page.locator("#field-phone")).to_contain_text("098100 12345")
    expect(pencil).to_be_focused()
    undo = page.locator("#toasts").get_by_role("button", name="Undo")
    undo.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#field-phone")).to_contain_text("098100 40411")
    shop.refresh_from_db()
    assert shop.phone.as_e164 == "+919810040411"


def test_what_was_empty_is_added_and_the_name_changes_everywhere(page, site, sign_in, shop):
    sign_in(page, shop.representative)
    open_record(page, site, shop)
    page.locator("summary", has_text="Add a field").first.click()
    page.locator("#field-website a").click()
    page.wait_for_timeout(100)
    page.locator("#field-website input[name=website]").fill("shree.example")
    page.keyboard.press("Enter")
    expect(page.locator("#field-website")).to_contain_text("shree.example")
    page.get_by_role("link", name="Change Name", exact=True).click()
    page.wait_for_timeout(100)
    page.locator("#field-name input[name=name]").fill("Shree Mobile World")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Shree Mobile World")


def test_tabs_have_addresses_and_the_history_reads_as_sentences(page, site, sign_in, shop):
    sign_in(page, shop.representative)
    open_record(page, site, shop, edit="industry")
    page.locator("#field-industry input[name=industry]").fill("Repair")
    page.keyboard.press("Enter")
    expect(page.locator("#field-industry")).to_contain_text("Repair")
    page.evaluate("window.kept = true")
    page.locator("#tab-history").click()
    expect(page.locator(".history > li").first).to_contain_text("Rhea Mehta changed industry")
    assert page.url.endswith("?tab=history")
    assert page.evaluate("window.kept"), "the page was loaded again"
    assert faults(page) == []
    page.reload()
    expect(page.locator("#tab-history")).to_have_attribute("aria-current", "page")
    page.locator("#tab-overview").click()
    expect(page.locator("#timeline")).to_be_visible()


def test_files_are_sent_one_by_one_removed_and_put_back(page, site, sign_in, shop, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    sign_in(page, shop.representative)
    open_record(page, site, shop, tab="attachments")
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "JPEG")
    files = [
        {"name": "shop front.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()},
        {"name": "evil.svg", "mimeType": "image/svg+xml", "buffer": b"<svg onload='alert(1)'/>"},
    ]
    page.set_input_files("#attach-files", files)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.locator(".files li")).to_have_count(1)
    expect(page.locator("#attachments .notice")).to_contain_text("Only photos")
    expect(page.locator(".tile-file img")).to_have_js_property("naturalWidth", 320)
    assert faults(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="shop front.jpg").click()
    assert download.value.suggested_filename == "shop front.jpg"
    page.get_by_role("button", name="Remove shop front.jpg").click()
    expect(page.locator("#attachments")).to_contain_text("“shop front.jpg” is removed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#attachments")).to_contain_text("“shop front.jpg” is back.")
    assert Attachment.objects.get().removed_at is None


def test_on_a_phone_everything_is_there_and_nothing_is_wider_than_the_screen(browser, site, sign_in, shop):
    invoice = shop.credit_account.invoices.get()
    with fresh_page(browser) as page:
        page.set_viewport_size({"width": 320, "height": 640})
        sign_in(page, shop.representative)
        for record, tabs in ((shop, ("", "attachments", "history")), (invoice, ("", "paper", "history"))):
            for tab in tabs:
                open_record(page, site, record, tab=tab)
                assert fits(page), (record, tab)
        open_record(page, site, shop)
        above = page.locator("#record-body").bounding_box()["y"]
        assert page.locator("#timeline").bounding_box()["y"] > above  # the timeline stands below


def test_the_document_is_looked_at_without_a_file(page, site, sign_in, shop):
    sign_in(page, shop.representative)
    invoice = shop.credit_account.invoices.get()
    open_record(page, site, invoice)
    page.locator("#tab-paper").click()
    sheet = page.frame_locator("iframe.preview")
    expect(sheet.locator("h1")).to_have_text("Invoice")
    expect(sheet.locator(".number")).to_have_text(invoice.number)


def test_without_scripts_fields_and_tabs_still_work(browser, site, shop, client):
    client.force_login(shop.representative)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    open_record(page, site, shop)
    page.get_by_role("link", name="Change Phone", exact=True).click()
    page.locator("#field-phone input[name=phone]").fill("98100 12345")
    page.locator("#field-phone button[type=submit]").click()
    expect(page.locator("#field-phone")).to_contain_text("098100 12345")
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#field-phone")).to_contain_text("098100 40411")
    page.locator("#tab-history").click()
    expect(page.locator(".history")).to_contain_text("changed phone")
    context.close()
