"""A storekeeper receives a purchase order by scanner; what a shop waited for is here, and the shop hears of it."""

import pytest
from playwright.sync_api import expect

from credit.models import Invoice
from inventory.models import Location
from inventory.operations import put_on_shelf
from inventory.queries import check_books
from orders.operations import confirm_order
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product
from tests.factories.purchasing import ordered

from .conftest import phone_page, until
from .counter import PHONE, scan

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_purchase_order_is_received_by_scan_and_the_waiting_shop_is_told(
    page, site, sandbox, worker, sign_in, stranger
):
    product = sellable_product(name="Redmi Note 10 combo", price="1000", on_hand=0, barcode="8901234500011")
    sellable_product(name="Galaxy A12 combo", price="1000", on_hand=0, barcode="8901234500028")
    shop = customer_with_credit("100000", name="Sapphire Mobiles")
    order = draft(shop, (product, 3))
    confirm_order(order, by=order.created_by, at=now())
    bought = ordered((product, 6, "600"))
    put_on_shelf(product.pk, bought.location, "A-03-2")
    LocationFactory(name="Damaged goods", kind=Location.Kind.DAMAGED)

    sign_in(page, UserFactory(role="Storekeeper"))
    page.set_viewport_size(PHONE["viewport"])
    page.goto(f"{site}{bought.get_absolute_url()}")
    page.locator("#record-head").get_by_role("link", name="Receive", exact=True).click()
    expect(page.locator("#receipt")).to_contain_text("Redmi Note 10 combo")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    pieces = page.locator("[name=lines-0-quantity]")
    for number in (1, 2, 3, 4):
        scan(page, "8901234500011")
        expect(pieces).to_have_value(str(number))
    expect(page.locator("#receive-said")).to_contain_text("Put it on A-03-2.")
    scan(page, "8901234500028")
    expect(page.locator("#receive-said")).to_contain_text(f"Galaxy A12 combo is not on {bought.number}")
    expect(pieces).to_have_value("4")
    page.locator("[name=lines-0-damaged]").fill("1")
    page.get_by_role("button", name="Receive", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Goods received.")

    invoice = until(Invoice.objects.first, "The backorder was never filled.")
    order.refresh_from_db()
    assert order.status == "confirmed"
    lying = dict(bought.lines.get().product.levels.values_list("location__kind", "on_hand"))
    assert lying == {"sellable": 4, "damaged": 1}
    assert list(check_books()) == []

    def told():
        stranger.goto(phone_page(sandbox, shop.address_for("whatsapp")))
        return invoice.number in stranger.locator("body").inner_text()

    until(told, "The shop never heard of it.")
