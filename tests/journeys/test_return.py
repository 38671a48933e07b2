"""Goods come back in a real browser: asked, scanned to two places, settled less a fee; the limit is free again."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from credit.models import CreditAccount, CreditNote
from inventory.models import StockLevel
from orders.models import Return
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, sellable_product
from tests.factories.returns import delivered, places

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_return_to_two_places_less_a_fee_frees_the_limit(page, site, log_in):
    places()
    shop = customer_with_credit("10000", name="Sapphire Mobiles")
    product = sellable_product(name="Redmi Note 10 combo", barcode="4006381333931", price="1000", on_hand=20)
    order = delivered(shop, (product, 5))
    assert CreditAccount.objects.get(customer=shop).exposure == Decimal(5000)

    # Noted at the desk, from the order.
    log_in(page, UserFactory(is_superuser=True))
    page.goto(f"{site}{order.get_absolute_url()}")
    page.goto(f"{site}/orders/returns/new/?customer={shop.pk}")
    page.locator("input[name^=pieces_]").fill("3")
    page.locator("select[name^=reason_]").select_option("too_many")
    page.get_by_role("button", name="Note the return").click()
    expect(page.get_by_role("main")).to_contain_text("Accepted, on its way")

    # Received by scan: two pieces to the shelf, one to the damaged.
    page.get_by_role("link", name="Receive").click()
    scan = page.locator("#return-scan")
    for _turn in range(2):
        scan.fill("4006381333931")
        scan.press("Enter")
    page.get_by_role("group", name="A scanned piece goes to").get_by_text("Damaged", exact=True).click()
    scan.fill("4006381333931")
    scan.press("Enter")
    expect(page.locator(".scan-said")).to_contain_text("1 × Damaged")
    scan.fill("999")
    scan.press("Enter")
    expect(page.locator(".scan-said")).to_contain_text("is not on this return")
    page.get_by_role("button", name="Book what came").click()
    expect(page.get_by_role("main")).to_contain_text("2 × Back to the shelf")

    # Settled: a credit note less ten percent.
    page.get_by_role("link", name="Settle").click()
    page.get_by_label("Restocking fee, %").fill("10")
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("main")).to_contain_text("CRN-")
    expect(page.get_by_role("main")).to_contain_text("₹300.00")

    assert CreditNote.objects.get().total == Decimal(3000)
    assert Return.objects.get().fee == Decimal(300)
    assert CreditAccount.objects.get(customer=shop).exposure == Decimal(2300)
    levels = StockLevel.objects.filter(product=product).values_list("location__kind", "on_hand")
    assert dict(levels) == {"sellable": 17, "damaged": 1}
    assert wrong_books() == []
