"""A storekeeper counts by scanner at a phone's width while somebody sells; a manager approves; the stock is right."""

import pytest
from playwright.sync_api import expect

from inventory.models import StockCount
from inventory.operations import StockLine, put_on_shelf, reserve, ship
from inventory.queries import check_books
from tests.factories.accounts import UserFactory
from tests.factories.inventory import now, stocked

from .counter import PHONE, scan

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_count_by_scanner_while_a_sale_happens(page, site, sign_in, browser):
    level = stocked(6, name="Redmi Note 10 combo", barcode="8901234500011", cost="2500", list_price=3000)
    other = stocked(9, name="Galaxy A12 combo", barcode="8901234500028", cost="900", list_price=1200)
    for each, shelf in ((level, "A-01-1"), (other, "A-01-2")):
        put_on_shelf(each.product_id, each.location, shelf)
    manager = UserFactory(role="Sales manager")
    page.set_default_timeout(60_000)
    sign_in(page, UserFactory(role="Storekeeper"))
    page.set_viewport_size(PHONE["viewport"])

    page.goto(f"{site}/stock/counts/new/?location={level.location_id}")
    page.get_by_role("button", name="Begin to count").click()
    page.locator("#record-head").get_by_role("link", name="Count", exact=True).click()
    now_part = page.locator("#count-now")
    expect(page.locator("#count-lines")).to_contain_text("Redmi Note 10 combo")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    # Three of six are there; the books say so only when the counting has ended, for it is blind.
    for number in (1, 2, 3):
        scan(page, "8901234500011")
        expect(now_part.locator("[data-counted]")).to_have_text(str(number))
    expect(page.locator("body")).not_to_contain_text("The books say")

    # Meanwhile the counter sells two of the other product, which is counted after that, by typing.
    reserve([StockLine("sale:1", other.product_id, 2)], location=other.location_id, at=now())
    ship(["sale:1"], document="ORD-1", by=None, at=now())
    row = page.locator("#count-lines li").filter(has_text="Galaxy A12 combo")
    row.get_by_role("textbox").fill("7")
    row.get_by_role("button", name="Set").click()
    expect(now_part).to_contain_text("2 of 2 products counted")
    # and one of the first, after it was counted
    reserve([StockLine("sale:2", level.product_id, 1)], location=level.location_id, at=now())
    ship(["sale:2"], document="ORD-2", by=None, at=now())

    page.get_by_role("link", name="To the count").click()
    page.get_by_role("link", name="Finish").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.locator("#record-body")).to_contain_text("-1 since then, kept".replace("-", "−"))
    count = StockCount.objects.get()
    assert count.state == "review"

    second = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    sign_in(second, manager)
    second.goto(f"{site}/")
    expect(second.locator("main")).to_contain_text(f"{count.number}")
    second.goto(f"{site}{count.get_absolute_url()}")
    expect(second.locator("#record-body")).to_contain_text("Redmi Note 10 combo")
    second.get_by_role("link", name="Approve").click()
    second.get_by_role("button", name="Approve and book").click()
    expect(second.locator("#record-head")).to_contain_text("Approved")
    second.context.close()

    for each, pieces in ((level, 2), (other, 7)):
        each.refresh_from_db()
        assert each.on_hand == pieces
    assert list(check_books()) == []
