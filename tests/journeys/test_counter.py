"""Orders written in a real browser: by keyboard alone, by thumb, by scanner, by camera, without scripts."""

import time

import pytest
from playwright.sync_api import expect

from orders.models import Order, Status
from tests.factories.orders import sellable_product

from .axe import faults
from .counter import PARTS, PHONE, add, open_counter, rough_page, scan, shop_of, stock_parts

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def lines_of(order):
    return [(line.product.name, line.quantity) for line in order.lines.select_related("product")]


def test_five_lines_are_written_and_confirmed_by_keyboard_alone(page, site, sign_in):
    shop = shop_of()
    stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site)
    keys = page.keyboard

    began = time.monotonic()
    keys.type("saphire", delay=40)  # a letter is missing
    expect(page.locator("#customer-hits [aria-selected=true]")).to_contain_text("Sapphire Mobiles")
    keys.press("Enter")
    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#credit")).to_contain_text("₹1,00,000.00")
    for number, typed in enumerate(("3 note 10", "a12", "2 iphone 11", "y20", "a15"), start=1):
        keys.type(typed, delay=40)
        expect(page.locator("#hits [aria-selected=true]")).to_contain_text(PARTS[number - 1])
        keys.press("Enter")
        expect(page.locator("[data-line]")).to_have_count(number)
        expect(page.locator("#find")).to_be_focused()
        expect(page.locator("#find")).to_have_value("")
    keys.press("Tab")  # to the quantity of the line added last, and back
    keys.type("4")
    keys.press("Enter")
    expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#totals")).to_contain_text("5 lines, 11 pieces")
    expect(page.locator("#sentence")).to_contain_text(
        "Reserves 11 pieces, invoices ₹11,000.00, leaves ₹89,000.00 of credit, sends WhatsApp to"
    )
    keys.press("Control+Enter")
    expect(page.locator("#messages")).to_contain_text("is confirmed")
    took = time.monotonic() - began

    order = Order.objects.get()
    assert order.status == Status.CONFIRMED
    assert lines_of(order) == [
        (f"{part} combo", pieces) for part, pieces in zip(PARTS, (3, 1, 2, 1, 4), strict=True)
    ]
    assert took < 30


def test_keys_choose_clear_and_remove(page, site, sign_in):
    shop = shop_of()
    stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    keys = page.keyboard

    keys.type("combo", delay=40)
    expect(page.locator("#hits [role=option]")).to_have_count(5)
    first = page.locator("#hits [aria-selected=true]").inner_text()
    keys.press("ArrowDown")
    assert page.locator("#hits [aria-selected=true]").inner_text() != first
    keys.press("ArrowUp")
    keys.press("ArrowUp")  # round to the last
    assert page.locator("#hits [role=option]").last.get_attribute("aria-selected") == "true"
    keys.press("Escape")
    expect(page.locator("#find")).to_have_value("")
    expect(page.locator("#hits")).to_be_hidden()

    keys.type("note 10", delay=40)
    expect(page.locator("#hits [aria-selected=true]")).to_be_visible()
    keys.press("Tab")  # adds, and goes to the quantity
    expect(page.get_by_label(f"Pieces of {PARTS[0]} combo")).to_be_focused()
    keys.press("Control+Delete")
    expect(page.locator("[data-line]")).to_have_count(0)
    keys.press("F2")
    expect(page.locator("#find")).to_be_focused()
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#totals")).to_contain_text("₹1,000.00")


def test_five_lines_by_thumb_take_fewer_than_twelve_taps(browser, site, sign_in):
    shop = shop_of()
    stock_parts()
    with rough_page(browser, **PHONE) as page:
        sign_in(page, shop.representative)
        page.goto(f"{site}/orders/new/")
        taps = 0

        def tap(target):
            nonlocal taps
            expect(target).to_be_visible()
            box = target.bounding_box()
            assert box["height"] >= 44, target
            target.tap()
            taps += 1

        began = time.monotonic()
        tap(page.locator("#customer-find"))
        page.keyboard.type("sapph", delay=30)
        tap(page.get_by_role("option", name="Sapphire Mobiles"))
        expect(page.locator("#find")).to_be_focused()
        for number, typed in enumerate(("3 note 10", "a12", "2 iphone 11", "y20", "a15"), start=1):
            page.keyboard.type(typed, delay=30)
            tap(page.get_by_role("option", name=PARTS[number - 1]))
            expect(page.locator("[data-line]")).to_have_count(number)
            expect(page.locator("#find")).to_be_focused()  # the phone's keyboard stays
        tap(page.locator("[data-line]").last.get_by_role("button", name="One more"))
        expect(page.locator(".dock")).to_contain_text("₹9,000.00")
        tap(page.locator(".dock").get_by_role("button", name="Confirm"))
        expect(page.locator("#messages")).to_contain_text("is confirmed")
        took = time.monotonic() - began

    assert taps == 9
    assert took < 30
    assert [pieces for _name, pieces in lines_of(Order.objects.get())] == [3, 1, 2, 1, 2]


def test_nothing_scrolls_sideways_at_320_pixels(browser, site, sign_in):
    shop = shop_of("1500")
    stock_parts(on_hand=1)
    with rough_page(browser, viewport={"width": 320, "height": 640}, has_touch=True) as page:
        sign_in(page, shop.representative)
        open_counter(page, site, shop)
        add(page, "3 note 10", 1)
        expect(page.locator("#ways")).to_contain_text("more credit")

        assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_seller_is_offered_whom_it_served_last(page, site, sign_in):
    shop = shop_of()
    part, *_ = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    add(page, part.name, 1)
    page.locator("#save").click()
    expect(page.locator("#messages")).to_contain_text("is saved")

    open_counter(page, site)

    expect(page.get_by_role("option", name="Sapphire Mobiles")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()


def test_scanner_adds_wherever_the_cursor_is_and_leaves_the_field_alone(page, site, sign_in):
    shop = shop_of()
    first, second, *_ = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)

    page.locator("#id_note").fill("ring the back door")
    scan(page, first.barcode)
    expect(page.locator("[data-line]")).to_have_count(1)
    expect(page.locator("#id_note")).to_have_value("ring the back door")

    page.get_by_label(f"Pieces of {first.name}").focus()
    scan(page, second.sku)
    expect(page.locator("[data-line]")).to_have_count(2)
    expect(page.get_by_label(f"Pieces of {first.name}")).to_have_value("1")

    page.evaluate("document.activeElement.blur()")
    scan(page, first.barcode)  # no field at all
    expect(page.get_by_label(f"Pieces of {first.name}")).to_have_value("2")
    page.evaluate("document.activeElement.blur()")
    scan(page, "70007000")
    expect(page.locator("#counter-said")).to_contain_text("No product has the code “70007000”.")
    assert page.url.endswith(f"/orders/new/?customer={shop.pk}")
    expect(page.locator("#totals")).to_contain_text("2 lines, 3 pieces")


def test_exact_code_and_enter_add_at_once(page, site, sign_in):
    shop = shop_of()
    sellable_product(sku="LCD-A1", name="One combo")
    sellable_product(sku="LCD-A10", name="Ten combo")
    sign_in(page, shop.representative)
    open_counter(page, site, shop)

    page.keyboard.type("lcd-a1", delay=45)
    page.keyboard.press("Enter")  # before the hits are there

    expect(page.locator("[data-line] .name")).to_have_text(["One combo"])


CAMERA = """
window.BarcodeDetector = class { async detect() { return window.held ? [{ rawValue: window.held }] : []; } };
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  window.stream = canvas.captureStream(5);
  return window.stream;
};
"""


def test_camera_adds_what_is_held_before_it_and_stops_when_closed(page, site, sign_in):
    shop = shop_of()
    part, other, *_ = stock_parts()
    page.add_init_script(CAMERA)
    sign_in(page, shop.representative)
    open_counter(page, site, shop)

    page.get_by_role("button", name="Scan").click()
    page.evaluate(f"window.held = '{part.barcode}'")
    expect(page.locator("[data-line]")).to_have_count(1)
    page.evaluate(f"window.held = '{other.barcode}'")
    expect(page.locator("[data-line]")).to_have_count(2)
    page.get_by_role("button", name="Done").click()

    expect(page.locator("#camera")).to_be_hidden()
    assert page.evaluate("window.stream.getTracks().map(track => track.readyState)") == ["ended"]
    expect(page.get_by_label(f"Pieces of {part.name}")).to_have_value("1")


def test_no_camera_no_button(page, site, sign_in):
    shop = shop_of()
    page.add_init_script("delete window.BarcodeDetector")
    sign_in(page, shop.representative)
    open_counter(page, site, shop)

    expect(page.locator("[data-camera]")).to_be_hidden()


def test_reasons_of_a_price_open_from_the_line(page, site, sign_in):
    shop = shop_of()
    part, *_ = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    add(page, part.name, 1)

    page.get_by_role("button", name="List price").click()

    expect(page.get_by_role("dialog", name="Why this price")).to_contain_text("1,000.00")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Why this price")).to_be_hidden()


def test_confirm_pressed_twice_makes_one_order(page, site, sign_in):
    shop = shop_of()
    part, *_ = stock_parts()
    sign_in(page, shop.representative)
    open_counter(page, site, shop)
    add(page, part.name, 1)
    expect(page.locator("#totals")).to_contain_text("₹1,000.00")

    page.locator("#confirm").dblclick()

    expect(page.locator("#messages")).to_contain_text("is confirmed")
    assert Order.objects.count() == 1


def test_order_is_written_without_scripts(browser, site, sign_in):
    shop = shop_of()
    part, *_ = stock_parts(on_hand=2)
    with rough_page(browser, java_script_enabled=False) as page:
        sign_in(page, shop.representative)
        page.goto(f"{site}/orders/new/")
        page.locator("#customer-find").fill("sapph")
        page.get_by_role("button", name="Find").click()
        page.get_by_role("option", name="Sapphire Mobiles").click()
        page.locator("#find").fill("3 note 10")
        page.get_by_role("button", name="Find").last.click()
        page.get_by_role("option", name=PARTS[0]).click()
        expect(page.locator("#sum")).to_contain_text("backorders 1 piece")
        page.get_by_role("button", name="Take only 2").click()
        page.locator("#confirm").click()
        expect(page.locator("#messages")).to_contain_text("is confirmed")

    assert lines_of(Order.objects.get()) == [(part.name, 2)]


def test_axe_finds_nothing_on_the_counter_in_any_state(page, site, sign_in):
    shop = shop_of("1500", role="Sales manager")
    parts = stock_parts(on_hand=1)
    sign_in(page, shop.representative)
    found: list[tuple[str, str]] = []

    def look(state):
        found.extend((state, fault) for fault in faults(page))

    open_counter(page, site)
    look("empty")
    page.keyboard.type("sapph", delay=40)
    expect(page.get_by_role("option", name="Sapphire Mobiles")).to_be_visible()
    look("customers found")
    page.keyboard.press("Enter")
    expect(page.locator("#find")).to_be_focused()
    look("customer chosen")
    page.keyboard.type("combo", delay=40)
    expect(page.locator("#hits [role=option]")).to_have_count(5)
    look("hits open")
    page.keyboard.press("Escape")
    add(page, f"3 {parts[0].name}", 1)
    expect(page.locator("#ways")).to_contain_text("more credit")
    look("short and over the limit")
    page.get_by_role("button", name="List price").click()
    expect(page.get_by_role("dialog", name="Why this price")).to_be_visible()
    look("why")

    assert found == []
