"""Many prices are changed at once on a phone: looked through, one left out, set from a day on, undone before it."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from pricing.models import PriceChange
from pricing.queries import price_each
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import PricedProductFactory, PriceRuleFactory, TaxRateFactory, base_list

from .counter import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_prices_are_changed_together_looked_through_set_and_undone_before_they_count(page, site, log_in):
    TaxRateFactory()
    shop = CustomerFactory()
    combo, frame = (
        PricedProductFactory(name=name, sku=sku) for name, sku in (("Combo", "CO"), ("Frame", "FR"))
    )
    for product, price in ((combo, "1000"), (frame, "333")):
        PriceRuleFactory(price_list=base_list(), product=product, unit_price=price)
    today = timezone.localdate()
    first = today + dt.timedelta(days=3)

    def asked(day):
        lines = price_each(shop, [(combo.pk, 1), (frame.pk, 1)], on=day, currency="INR")
        return [line and line.unit_price for line in lines]

    log_in(page, UserFactory(role="Sales manager"))
    page.set_viewport_size(PHONE["viewport"])
    main = page.get_by_role("main")

    # The preview says before and after; no price has changed.
    page.goto(f"{site}/prices/changes/new/")
    page.get_by_label("Round to").select_option("5")
    page.get_by_label("First day").fill(first.isoformat())
    page.get_by_label("How much").fill("10")
    page.get_by_role("button", name="Show what it does").click()
    expect(main).to_contain_text("₹1,100.00")
    expect(main).to_contain_text("₹365.00")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert asked(first) == [Decimal(1000), Decimal(333)]

    # One is left out, the other is set from the day on.
    page.get_by_text("Select", exact=True).click()
    page.get_by_role("checkbox", name="Select Frame").check()
    page.locator("#bulk").get_by_role("button", name="Leave out").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave out").click()
    expect(main).to_contain_text("1 left out")
    page.get_by_role("link", name="Set these prices").click()
    expect(page.get_by_role("dialog")).to_contain_text("1 price")
    page.get_by_role("dialog").get_by_role("button", name="Set the prices").click()
    expect(main).to_contain_text("The prices are set.")
    assert asked(today) == [Decimal(1000), Decimal(333)]
    assert asked(first) == [Decimal(1100), Decimal(333)]

    # Before that day comes, it is taken back.
    page.get_by_role("link", name="Undo").click()
    page.get_by_role("dialog").get_by_role("button", name="Undo").click()
    expect(main).to_contain_text("Undone. The prices before it count on.")
    assert asked(first) == [Decimal(1000), Decimal(333)]
    assert PriceChange.objects.get().state == PriceChange.State.UNDONE
