"""Nothing typed at the counter is lost: by reload, closed tab, login, dead connection, an answer that never came."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from orders.models import Order, Status
from tests.factories.accounts import PASSWORD

from .counter import add, open_counter, rough_page, scan, shop_of, stock_parts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop():
    return shop_of()


@pytest.fixture
def begun(browser, site, sign_in, shop):
    """A page with two lines, a note and half a word in the search."""
    parts = stock_parts()
    with rough_page(browser) as page:
        sign_in(page, shop.representative)
        open_counter(page, site, shop)
        add(page, f"3 {parts[0].name}", 1)
        add(page, parts[1].name, 2)
        page.get_by_label(f"Discount on {parts[0].name}").fill("50")
        page.locator("#id_note").fill("back door")
        expect(page.locator("#totals")).to_contain_text("₹3,950.00")
        yield page


def expect_all(page):
    expect(page.locator("[data-line]")).to_have_count(2)
    assert [field.input_value() for field in page.locator("[name=quantity]").all()] == ["3", "1"]
    assert [field.input_value() for field in page.locator("[name=discount]").all()] == ["50", ""]
    expect(page.locator("#id_note")).to_have_value("back door")
    expect(page.locator(".chosen")).to_contain_text("Sapphire Mobiles")
    expect(page.locator("#totals")).to_contain_text("₹3,950.00")


def test_reload_and_back_bring_everything_back(begun, site):
    begun.reload()
    expect_all(begun)

    begun.goto(f"{site}/customers/")
    begun.go_back()
    expect_all(begun)
    begun.locator("#confirm").click()
    expect(begun.locator("#messages")).to_contain_text("is confirmed")
    assert Order.objects.get().note == "back door"


def test_closed_tab_is_offered_again_and_may_be_discarded(begun, site):
    context = begun.context
    begun.close()
    page = context.new_page()
    page.goto(f"{site}/orders/new/")

    offer = page.locator("#draft-offer")
    expect(offer).to_contain_text("Unfinished order Sapphire Mobiles")
    expect(offer).to_contain_text("Lines: 2")
    offer.get_by_role("button", name="Continue").click()
    expect_all(page)
    page.close()

    page = context.new_page()
    page.goto(f"{site}/orders/new/")
    page.get_by_role("button", name="Discard").click()
    page.reload()
    expect(page.locator("#customer-find")).to_be_visible()
    expect(page.locator("#draft-offer")).to_be_hidden()


def test_another_tab_has_its_own_order(begun, site):
    page = begun.context.new_page()
    page.goto(f"{site}/orders/new/")

    expect(page.locator("#customer-find")).to_be_visible()
    page.wait_for_timeout(300)
    expect(page.locator("#draft-offer")).to_be_hidden()  # somebody is at it


def test_another_person_on_the_same_device_sees_nothing_of_it(begun, site, log_in):
    begun.context.clear_cookies()
    other = shop_of(name="Ruby Phones").representative
    log_in(begun, other)
    begun.goto(f"{site}/orders/new/")
    begun.wait_for_timeout(300)

    expect(begun.locator("#draft-offer")).to_be_hidden()


def test_expired_session_leads_through_the_login_back_to_all_lines(begun, shop):
    Session.objects.all().delete()
    begun.locator("[name=quantity]").first.fill("4")
    begun.wait_for_url("**/accounts/login/**")
    begun.fill("[name=login]", shop.representative.email)
    begun.fill("[name=password]", PASSWORD)
    begun.click("main button[type=submit]")

    expect(begun.locator("[data-line]")).to_have_count(2)
    expect(begun.locator("[name=quantity]").first).to_have_value("4")
    expect(begun.locator("#totals")).to_contain_text("₹4,950.00")
    expect(begun.locator("#id_note")).to_have_value("back door")
    begun.locator("#confirm").click()
    expect(begun.locator("#messages")).to_contain_text("is confirmed")


def test_login_in_another_tab_makes_no_difference(begun, site, shop, log_in):
    page = begun.context.new_page()
    begun.context.clear_cookies()
    log_in(page, shop.representative)

    begun.locator("[name=quantity]").first.fill("3")
    begun.locator("[name=quantity]").first.press("ArrowUp")
    expect(begun.locator("#totals")).to_contain_text("₹4,950.00")
    expect(begun.locator("#id_note")).to_have_value("back door")


def test_offline_goes_on_and_confirms_when_the_connection_is_back(begun):
    begun.context.set_offline(True)
    begun.locator("[name=quantity]").first.fill("2")
    expect(begun.locator("#counter-offline")).to_contain_text("Offline: kept on this device.")
    begun.get_by_role("button", name="Remove Galaxy A12").click()
    expect(begun.locator("[data-line]")).to_have_count(1)
    begun.get_by_role("button", name="Undo").click()
    expect(begun.locator("[data-line]")).to_have_count(2)
    begun.locator("#confirm").click()
    expect(begun.locator("#toasts")).to_contain_text("Not confirmed: there is no connection.")
    assert not Order.objects.exists()

    begun.context.set_offline(False)
    expect(begun.locator("#counter-offline")).to_be_hidden()
    expect(begun.locator("#totals")).to_contain_text("₹2,950.00")
    begun.locator("#confirm").click()
    expect(begun.locator("#messages")).to_contain_text("is confirmed")
    assert [line.quantity for line in Order.objects.get().lines.all()] == [2, 1]


def test_scanned_while_offline_is_added_afterwards(begun):
    begun.context.set_offline(True)
    begun.locator("#id_note").focus()
    scan(begun, "890123450003")
    expect(begun.locator("#counter-said")).to_contain_text("Waits for the connection: 890123450003")

    begun.context.set_offline(False)
    expect(begun.locator("[data-line]")).to_have_count(3)
    expect(begun.locator("#id_note")).to_have_value("back door")


def test_confirm_whose_answer_was_lost_is_tried_again_and_done_once(begun):
    lost: list[int] = []

    def lose(route):
        if (
            not lost
            and 'name="do"' in (route.request.post_data or "")
            and "confirm" in route.request.post_data
        ):
            lost.append(route.fetch(max_redirects=0).status)  # done there, unheard of here
            route.abort()
        else:
            route.fallback()

    begun.route("**/orders/new/**", lose)
    begun.locator("#confirm").click()
    expect(begun.locator("#toasts")).to_contain_text("Not confirmed: there is no connection.")
    assert lost == [204]
    assert Order.objects.get().status == Status.CONFIRMED

    begun.locator("#confirm").click()
    expect(begun.locator("#messages")).to_contain_text("is confirmed")
    assert Order.objects.count() == 1


def test_order_that_was_stored_unheard_and_then_changed_is_not_guessed_about(begun):
    def lose(route):
        if "confirm" in (route.request.post_data or ""):
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.fallback()

    begun.route("**/orders/new/**", lose, times=20)
    begun.locator("#confirm").click()
    expect(begun.locator("#toasts")).to_contain_text("Not confirmed")
    begun.unroute("**/orders/new/**")
    begun.locator("[name=quantity]").first.fill("9")
    begun.locator("#confirm").click()

    expect(begun.locator("#refused")).to_contain_text("was stored already")
    begun.locator("#refused").get_by_role("link", name="Open SO-").click()
    expect(begun.get_by_role("heading", level=1)).to_contain_text("Sapphire Mobiles")
    assert [line.quantity for line in Order.objects.get().lines.all()] == [3, 1]


def test_back_after_confirming_starts_a_new_order(begun):
    begun.locator("#confirm").click()
    expect(begun.locator("#messages")).to_contain_text("is confirmed")
    begun.go_back()

    expect(begun.locator("#counter")).to_be_visible()
    expect(begun.locator("[data-line]")).to_have_count(0)
    expect(begun.locator("#draft-offer")).to_be_hidden()
