"""A field for a code offers what its words find."""

import pytest
from playwright.sync_api import expect

from inventory.models import UnmetDemand
from pricing.models import PriceRule
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.inventory import ProductFactory
from tests.factories.pricing import base_list

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_product_and_a_customer_are_found_by_what_people_call_them(page, site, log_in):
    ProductFactory(sku="LCD-77", name="Redmi Note 10 combo", grade="incell")
    shop = CustomerFactory(name="Sapphire Mobiles")
    log_in(page, UserFactory(is_superuser=True))
    page.goto(f"{site}/prices/lists/{base_list().pk}/set/")
    sku = page.get_by_label("SKU")
    sku.press_sequentially("note 10")
    hit = page.locator("datalist option")
    expect(hit).to_have_attribute("value", "LCD-77")
    expect(hit).to_have_attribute("label", "Redmi Note 10 combo · Incell")
    sku.fill("LCD-77")
    page.locator("#id_unit_price").fill("1450")
    page.get_by_role("button", name="Set the price").click()
    expect(page.get_by_role("main")).to_contain_text("The price is set.")
    assert PriceRule.objects.get().product.sku == "LCD-77"

    page.goto(f"{site}/prices/why/")
    page.get_by_label("SKU").press_sequentially("moonphone")
    page.get_by_label("Customer code").press_sequentially("sapph")
    expect(page.locator("datalist option")).to_have_attribute("value", shop.code)
    assert not UnmetDemand.objects.exists()  # a form filled in at the desk is no shop that asks
