"""Ways out at the counter: what is short, what credit refuses, and who lets it go."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from credit.models import Payment
from credit.operations import record_payment
from orders.models import Order, Status
from orders.operations import place_order
from orders.operations.drafts import Item
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.inventory import BrandFactory, CategoryFactory, DeviceModelFactory
from tests.factories.orders import now, sellable_product

from .counter import add, open_counter, rough_page, shop_of, stock_parts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def over(page, site, sign_in):
    """A manager at the counter with an order of 3,000 for a shop that has 1,800 of credit."""
    shop = shop_of("1800", role="Sales manager")
    shop.representative.team = TeamFactory()
    shop.representative.save()
    parts = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    add(page, f"2 {parts[0].name}", 1)
    add(page, parts[1].name, 2)
    expect(page.locator("#ways")).to_contain_text("Needs ₹1,200.00 more credit.")
    expect(page.locator("#confirm")).to_have_text("Ask for approval")
    return shop


def test_payment_is_taken_in_place_and_the_order_goes_through(page, over):
    page.locator("#id_note").fill("pays at the counter")
    page.get_by_role("link", name="Take a payment").click()
    dialog = page.locator("#dialog")
    expect(dialog.get_by_label("Amount", exact=True)).to_have_value("1200.00")
    dialog.get_by_role("button", name="Record").click()

    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#credit")).to_contain_text("Paid ahead")
    expect(page.locator("#ways")).to_be_empty()
    expect(page.locator("#id_note")).to_have_value("pays at the counter")
    page.get_by_role("button", name="Confirm").first.click()
    expect(page.locator("#messages")).to_contain_text("is confirmed")

    assert Payment.objects.get().amount == 1200
    assert Order.objects.get().status == Status.CONFIRMED


def test_taking_off_what_is_offered_makes_it_fit(page, over):
    page.locator("#ways").get_by_role("button", name="Take off").first.click()

    expect(page.locator("#ways")).to_be_empty()
    expect(page.locator("#confirm")).to_have_text("Confirm")
    page.locator("#confirm").click()
    expect(page.locator("#messages")).to_contain_text("is confirmed")
    assert Order.objects.get().total == 1000


def test_draft_is_saved_instead(page, over):
    page.locator("#ways").get_by_role("button", name="Save as a draft").click()

    expect(page.locator("#messages")).to_contain_text("is saved")
    assert Order.objects.get().status == Status.DRAFT


def test_approval_is_asked_and_a_colleague_gives_it(page, site, sign_in, over, colleague):
    page.locator("#ways").get_by_role("button", name="Ask for approval").click()
    expect(page.locator("#messages")).to_contain_text("is on credit hold")

    sign_in(colleague, UserFactory(role="Credit controller"))
    colleague.goto(f"{site}/orders/holds/")
    colleague.get_by_role("link", name="Approve").first.click()
    colleague.get_by_label("Reason").fill("pays on Friday")
    colleague.get_by_role("button", name="Approve").last.click()
    expect(colleague.get_by_role("main")).to_contain_text("Confirmed")

    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Confirmed")
    assert Order.objects.get().status == Status.CONFIRMED


def test_credit_that_went_meanwhile_is_refused_with_all_that_was_typed(browser, site, sign_in):
    shop = shop_of("1800", role="Sales manager")
    part, other, *_ = stock_parts()
    with rough_page(browser) as page:
        sign_in(page, shop.representative)
        open_counter(page, site, shop)
        add(page, part.name, 1)
        page.locator("#id_note").fill("back door")
        expect(page.locator("#confirm")).to_have_text("Confirm")
        by = shop.representative
        place_order(shop, [Item(other.pk, 1)], by=by, at=now(), idempotency_key="elsewhere")

        page.locator("#confirm").click()

        expect(page.locator("#refused")).to_be_focused()
        expect(page.locator("#refused")).to_contain_text(
            "has ₹800.00 of credit left; this order needs ₹1,000.00."
        )
        expect(page.locator("#id_note")).to_have_value("back door")
        assert Order.objects.count() == 1
        record_payment(
            shop.pk, Decimal(500), method="cash", received_on=now().date(), reference="till", by=by, at=now()
        )
        page.get_by_label(f"Pieces of {part.name}").press("ArrowUp")
        page.get_by_label(f"Pieces of {part.name}").press("ArrowDown")
        expect(page.locator("#confirm")).to_have_text("Confirm")
        page.locator("#confirm").click()
        expect(page.locator("#messages")).to_contain_text("is confirmed")


def test_prices_that_changed_meanwhile_are_shown_before_anything_is_written(browser, site, sign_in):
    shop = shop_of()
    part, *_ = stock_parts()
    with rough_page(browser) as page:
        sign_in(page, shop.representative)
        open_counter(page, site, shop)
        add(page, part.name, 1)
        expect(page.locator("#totals")).to_contain_text("₹1,000.00")
        part.list_price = 1100
        part.save()

        page.locator("#confirm").click()

        expect(page.locator("#refused")).to_contain_text("the total is now ₹1,100.00, it was ₹1,000.00")
        assert not Order.objects.exists()
        page.locator("#confirm").click()
        expect(page.locator("#messages")).to_contain_text("is confirmed")


def test_short_line_offers_what_is_here_and_what_would_do(page, site, sign_in):
    shop = shop_of()
    device = DeviceModelFactory(brand=BrandFactory(name="Xiaomi"), name="Redmi Note 10", codes=["M2101K7AG"])
    displays = CategoryFactory()
    short = sellable_product(name="Note 10 combo incell", grade="incell", category=displays, on_hand=2)
    other = sellable_product(
        name="Note 10 combo soft", grade="oled_soft", category=displays, on_hand=9, price="180"
    )
    for product in (short, other):
        product.compatibilities.create(device_model=device)
    sign_in(page, shop.representative)
    open_counter(page, site, shop)

    page.keyboard.type("M2101K7AG incell", delay=45)
    expect(page.locator("#hits [aria-selected=true]")).to_contain_text("fits M2101K7AG")
    page.keyboard.press("Tab")
    expect(page.get_by_label(f"Pieces of {short.name}")).to_be_focused()
    page.keyboard.type("6")
    line = page.locator("[data-line]")
    expect(line).to_contain_text("2 of 6 here now; 4 are backordered.")
    expect(page.locator("#sentence")).to_contain_text("Reserves 2 pieces, backorders 4 pieces")
    line.get_by_role("button", name="Take only 2").click()
    expect(page.locator("#sentence")).to_contain_text("Reserves 2 pieces, invoices")

    page.get_by_label(f"Pieces of {short.name}").fill("6")
    instead = line.get_by_role("button", name="Instead")
    expect(instead).to_contain_text("180.00")
    expect(instead).to_contain_text("9 here")
    instead.click()
    expect(page.locator("[data-line] .name")).to_have_text([other.name])
    expect(page.get_by_label(f"Pieces of {other.name}")).to_have_value("6")
    expect(page.locator("#totals")).to_contain_text("₹1,080.00")


def test_draft_is_changed_on_the_same_page(page, site, sign_in):
    shop = shop_of()
    part, other, *_ = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    add(page, part.name, 1)
    page.locator("#save").click()
    page.get_by_role("link", name="Change").first.click()

    expect(page.get_by_label(f"Pieces of {part.name}")).to_have_value("1")
    add(page, f"2 {other.name}", 2)
    page.get_by_role("button", name=f"Remove {part.name}").click()
    expect(page.locator("#totals")).to_contain_text("₹2,000.00")
    page.locator("#confirm").click()
    expect(page.locator("#messages")).to_contain_text("is confirmed")

    assert [(line.product, line.quantity) for line in Order.objects.get().lines.all()] == [(other, 2)]
