"""A list in a real browser: found, kept, acted on, taken along; with the mouse, by keyboard alone, on a phone."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.models import SavedView
from orders.models import Order
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller():
    return UserFactory(role="Sales manager", name="Rhea Menon", team=None)


@pytest.fixture
def orders(seller):
    """Four drafts: three of one shop, one of a shop that has no credit left for it."""
    part = sellable_product("LCD-1", price="100", on_hand=50, tax="18")
    rich = customer_with_credit("100000", name="Sapphire Mobiles", representative=seller)
    poor = customer_with_credit("10", name="Amber Telecom", representative=seller)
    return [draft(rich, (part, n)) for n in (1, 2, 3)] + [draft(poor, (part, 1))]


def rows_of(download) -> list[list[str]]:
    with Path(download.path()).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_filter_save_as_view_act_on_all_and_export_exactly_that(page, site, sign_in, seller, orders):
    sign_in(page, seller)
    page.goto(f"{site}/orders/")
    page.evaluate("window.kept = true")

    # Found: searched and narrowed, in the address, without loading the page.
    page.get_by_role("searchbox", name="Search this list").or_(page.locator("#q")).first.fill("sapphire")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.get_by_role("button", name="Filter").click()
    page.locator("#filter-pop").get_by_label("Status").select_option("draft")
    expect(page.get_by_role("link", name="Status: Draft")).to_be_visible()
    assert "q=sapphire" in page.url
    assert "status=draft" in page.url
    page.keyboard.press("Escape")

    # Arranged: one column more, one less.
    page.get_by_role("button", name="Display").click()
    chooser = page.locator("#display-pop")
    chooser.get_by_label("Note", exact=True).check()
    expect(page.get_by_role("columnheader", name="Note")).to_be_visible()
    chooser.get_by_label("Confirmed", exact=True).uncheck()
    expect(page.get_by_role("columnheader", name="Confirmed")).to_have_count(0)
    page.keyboard.press("Escape")

    # Kept under a name.
    page.get_by_role("button", name="Save view").click()
    page.locator("#view-menu").get_by_label("Name").fill("Sapphire's drafts")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_role("link", name="Sapphire's drafts")).to_have_attribute("aria-current", "page")
    view = SavedView.objects.get()
    assert page.url == f"{site}/orders/?view={view.pk}"
    assert page.evaluate("window.kept"), "the page was loaded again"
    page.reload()
    expect(page.locator("[data-row]")).to_have_count(3)

    # Taken along: exactly these rows and columns.
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV").click()
    head, *lines = rows_of(taken.value)
    assert head == ["Order", "Status", "Written", "Customer's reference", "Total", "Note"]
    assert sorted(line[0] for line in lines) == sorted(order.code for order in orders[:3])

    # Acted on: all of them, with what came of each. They leave the view, which holds drafts.
    page.get_by_label("Select this page").check()
    expect(page.locator(".bulkbar")).to_contain_text("3 selected")
    page.locator(".bulkbar").get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 rows")
    page.get_by_role("dialog").get_by_role("button", name="Confirm").click()
    expect(page.locator(".outcome")).to_contain_text("3 done")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    assert {o.status for o in Order.objects.filter(customer__name="Sapphire Mobiles")} == {"confirmed"}

    # The other list is as it was; what refuses says why, and leads there.
    page.goto(f"{site}/orders/?tab=draft")
    page.get_by_label(f"Select {orders[3].code}").check()
    page.locator(".bulkbar").get_by_role("button", name="Deliver").click()
    page.get_by_role("dialog").get_by_role("button", name="Deliver").click()
    expect(page.locator(".outcome")).to_contain_text("1 refused")
    page.locator(".outcome").get_by_role("link", name=orders[3].code).click()
    page.wait_for_url(f"**/orders/{orders[3].pk}/")


def test_a_list_is_worked_by_keyboard_alone(page, site, sign_in, seller, orders):
    sign_in(page, seller)
    page.goto(f"{site}/orders/?tab=draft&sort=pk")
    expect(page.locator("[data-row]")).to_have_count(4)

    # Search, and back to the rows.
    page.keyboard.press("f")
    page.keyboard.type("sapphire")
    expect(page.locator("[data-row]")).to_have_count(3)
    page.locator("#q").blur()

    # Down, up, select the first two, and do it.
    for key in ("j", "j", "k", "x", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator(".bulkbar")).to_contain_text("2 selected")
    page.keyboard.press("b")
    expect(page.locator(".bulkbar").get_by_role("button", name="Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("2 rows")
    expect(page.get_by_role("dialog").get_by_role("button", name="Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".outcome")).to_be_focused()
    expect(page.locator(".outcome")).to_contain_text("2 done")

    # Open the one that is left; go back; change it.
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/{orders[2].pk}/")
    page.go_back()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url(f"**/orders/{orders[2].pk}/change/")


def test_rows_are_selected_with_a_thumb(page, site, sign_in, seller, orders):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, seller)
    page.goto(f"{site}/orders/?tab=draft")
    first = page.get_by_label(f"Select {orders[0].code}")
    expect(first).to_be_hidden()
    page.get_by_text("Select", exact=True).click()
    expect(first).to_be_visible()
    page.locator("[data-row]", has_text=orders[0].code).click()
    expect(first).to_be_checked()
    expect(page.locator(".bulkbar")).to_contain_text("1 selected")
    page.locator(".bulkbar").get_by_role("button", name="Clear").click()
    expect(page.locator(".bulkbar")).to_be_hidden()
    page.locator("[data-row]", has_text=orders[0].code).locator("a.name").click()
    page.wait_for_url(f"**/orders/{orders[0].pk}/")


def test_columns_are_put_in_order_by_keyboard_and_stay(page, site, sign_in, seller, orders):
    sign_in(page, seller)
    page.goto(f"{site}/orders/")
    page.get_by_role("button", name="Display").click()
    page.get_by_role("button", name="Total: further to the front").focus()
    for _turn in range(4):
        with page.expect_response("**/orders/"):
            page.keyboard.press("Enter")
    heads = page.locator("#list thead th:not(.tick)")
    expect(heads.nth(1)).to_have_text("Total")
    page.reload()
    expect(heads.nth(1)).to_have_text("Total")
    page.get_by_role("button", name="Display").click()
    page.get_by_role("button", name="The usual columns").click()
    expect(heads.nth(1)).to_have_text("Status")


def test_density_stays_with_the_browser(page, site, sign_in, seller, orders):
    sign_in(page, seller)
    page.goto(f"{site}/orders/")
    before = page.locator("[data-row]").first.bounding_box()["height"]
    page.get_by_role("button", name="Display").click()
    with page.expect_response("**/_/density/"):
        page.locator("#display-pop").get_by_role("button", name="Compact").click()
    page.reload()
    assert page.locator("[data-row]").first.bounding_box()["height"] < before
