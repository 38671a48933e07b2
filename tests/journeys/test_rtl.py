"""Arabic, from right to left: the counter by thumb and on a wide screen, the retailer's page, the shell around them."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from credit.models import RetailerLink
from credit.operations.links import make_link, token_of
from messaging.models import OutboundMessage
from orders.models import Order, Status
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill
from tests.factories.orders import customer_with_credit

from .axe import faults
from .counter import PARTS, PHONE, rough_page, shop_of, stock_parts
from .test_every_page import MEASURE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATIN_WORD = re.compile(r"[A-Za-z]{3,}")


def stands(page, *, language="ar"):
    """It runs from right to left, does not scroll sideways, and axe finds nothing in either theme."""
    assert page.evaluate("[document.documentElement.dir, document.documentElement.lang]") == ["rtl", language]
    assert page.evaluate(MEASURE) is None
    assert faults(page) == []


def arabic_shop(**fields):
    shop = shop_of(**fields)
    type(shop.representative).objects.filter(pk=shop.representative_id).update(language="ar")
    return shop


def test_an_order_is_taken_by_thumb_in_arabic(browser, site, sign_in):
    shop = arabic_shop()
    stock_parts()
    with rough_page(browser, **PHONE) as page:
        sign_in(page, shop.representative)
        page.goto(f"{site}/orders/new/")
        stands(page)
        page.locator("#customer-find").tap()
        page.locator("#customer-find").fill("sapph")
        page.locator("#customer-hits .hit").first.tap()
        expect(page.locator("#credit")).to_contain_text("₹1,00,000.00")
        for number, part in enumerate(PARTS[:2], start=1):
            page.locator("#find").fill(part.lower())
            page.locator("#hits .hit").first.tap()
            expect(page.locator("[data-line]")).to_have_count(number)
            expect(page.locator("#find")).to_have_value("")
        page.get_by_role("button", name="أكثر بواحد").first.tap()
        expect(page.locator("#totals")).to_contain_text("سطران، 3 قطع")
        expect(page.locator("#sentence")).to_contain_text("تُحجز 3 قطع")
        stands(page)
        page.get_by_role("button", name="تأكيد").last.tap()
        expect(page.locator("#messages")).to_contain_text("تأكد الطلب")
    order = Order.objects.get()
    assert (order.status, order.total) == (Status.CONFIRMED, Decimal(3000))


def test_a_refusal_and_its_ways_out_are_said_in_arabic(page, site, sign_in):
    shop = arabic_shop(limit="500")
    stock_parts()
    sign_in(page, shop.representative)
    page.goto(f"{site}/orders/new/?customer={shop.pk}")
    page.locator("#find").fill("note 10")
    page.locator("#hits .hit").first.click()
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#sum")).to_contain_text("اطلب الموافقة")
    stands(page)
    text = page.locator("#sum").inner_text()
    for name in ("Sapphire Mobiles", f"{PARTS[0]} combo"):
        text = text.replace(name, "")
    assert LATIN_WORD.findall(text) == []
    # The page is mirrored: the sum stands at the end, the rail at the beginning.
    rail, total = page.locator(".rail").bounding_box(), page.locator("#sum").bounding_box()
    assert rail["x"] > 1000
    assert total["x"] < 400


@pytest.mark.parametrize("options", [PHONE, {}], ids=["phone", "wide"])
def test_the_retailers_page_in_arabic(browser, site, options):
    at = timezone.now()
    shop = customer_with_credit("100000", name="Sapphire Mobiles", communication_language="ar")
    invoice = bill(shop, total="18400.00")
    bill(shop, total="13460.00", at=at - dt.timedelta(days=60))
    token = token_of(make_link(invoice.account, invoice, at=at).link)
    with rough_page(browser, **options) as page:
        loaded: list[int] = []
        page.on("response", lambda answer: loaded.append(len(answer.body())))
        page.goto(f"{site}/r/{token}/")
        main = page.get_by_role("main")
        expect(main).to_contain_text("المطلوب دفعه لهذه الفاتورة")
        expect(main).to_contain_text("₹18,400.00")
        expect(main).to_contain_text("₹31,860.00")
        stands(page)
        assert sum(loaded) < 25_000
        assert page.context.cookies() == []
        # The amount reads from its sign to its cents, also between Arabic words.
        assert page.locator(".amount bdi").evaluate("e => getComputedStyle(e).direction") == "ltr"
        page.get_by_role("link", name="हिंदी").click()
        expect(main).to_contain_text("इस बिल का भुगतान")
        assert page.evaluate("document.documentElement.dir") == "ltr"
        page.locator("td a").first.click()
        expect(main).to_contain_text("दिन देर")  # the language goes along


def test_a_new_link_is_asked_for_in_arabic(browser, site):
    shop = customer_with_credit("100000", name="Sapphire Mobiles", communication_language="ar")
    invoice = bill(shop, total="18400.00")
    link = make_link(invoice.account, invoice, at=timezone.now()).link
    RetailerLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    with rough_page(browser, **PHONE, locale="ar") as page:
        page.goto(f"{site}/r/{token_of(link)}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("انتهت صلاحية هذا الرابط.")
        stands(page)
        page.get_by_role("button", name="اطلب رابطًا جديدًا").tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("راجع رسائلك.")
        stands(page)
    message = OutboundMessage.objects.get(event="link_renewed")
    assert "رابطك الجديد" in message.body


def test_every_main_page_is_mirrored_and_the_language_changed_back(page, site, sign_in):
    manager = UserFactory(is_superuser=True, name="Farah Contractor", language="ar")
    shop = customer_with_credit("1000", name="Sapphire Mobiles")
    bill(shop, total="100.00")
    sign_in(page, manager)
    paths = ["/", "/orders/", "/customers/", f"/customers/{shop.pk}/", "/receivables/", "/messages/"]
    for width in (320, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for path in paths:
            page.goto(site + path)
            assert page.evaluate("document.documentElement.dir") == "rtl", path
            assert page.evaluate(MEASURE) is None, (path, width)
    page.locator("[popovertarget]").filter(has_text="Farah").click()
    # Icons that point on point to the left.
    leave = page.locator("#user-menu .icon.turns")
    assert leave.evaluate("e => getComputedStyle(e).transform") == "matrix(-1, 0, 0, 1, 0, 0)"
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    manager.refresh_from_db()
    assert manager.language == "en"
