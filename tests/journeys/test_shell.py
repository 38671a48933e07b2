"""The shell by keyboard: finding, going, hearing, and what the connection is like."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from core import live
from core.notify import notify
from credit.models import Invoice
from orders.models import Order
from orders.operations import confirm_order
from tests.conftest import fresh_page
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import bill
from tests.factories.orders import customer_with_credit, draft, now, sellable_product
from tests.journeys.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people() -> dict[str, Any]:
    team = TeamFactory()
    return {
        "seller": UserFactory(role="Sales representative", team=team, name="Rhea Seller"),
        "controller": UserFactory(role="Credit controller", name="Devi Controller"),
        "manager": UserFactory(role="Sales manager", team=team, name="Anil Manager"),
    }


@pytest.fixture
def shop(people: dict[str, Any]) -> Any:
    return customer_with_credit("100", name="New Krishna Mobiles", representative=people["seller"])


def focus(page: Any) -> str:
    return str(
        page.evaluate("document.activeElement.getAttribute('role') || document.activeElement.localName")
    )


def test_a_shop_by_a_typo_an_invoice_by_its_digits_and_an_order_for_somebody(
    site: str, page: Any, sign_in: Any, people: dict[str, Any], shop: Any
) -> None:
    invoice = bill(shop, total="321.00")
    sign_in(page, people["manager"])
    page.goto(f"{site}/")
    page.keyboard.press("Control+k")
    assert focus(page) == "combobox"
    page.keyboard.type("krihsna")
    expect(page.get_by_role("option", name=re.compile("New Krishna Mobiles")).first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{shop.get_absolute_url()}")

    page.keyboard.press("/")
    page.keyboard.type("inv " + invoice.number.split("-")[2].lstrip("0"))
    page.keyboard.press("Enter")  # before the answer is here: the first of it opens
    page.wait_for_url(f"**{invoice.get_absolute_url()}")

    page.keyboard.press("Control+k")
    recent = page.get_by_role("group", name="Recent").get_by_role("option")
    expect(recent.first).to_contain_text("New Krishna Mobiles")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.keyboard.type("order krishna")
    expect(page.get_by_role("option").first).to_contain_text("New order for New Krishna Mobiles")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Search and do")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+a")
    page.keyboard.type("krishna mobiles")
    expect(page.locator("#hit-customer-1")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "New order for New Krishna Mobiles":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/orders/new/?customer={shop.pk}")


def test_a_hold_reaches_the_controllers_open_page_without_a_reload(
    site: str, page: Any, sign_in: Any, people: dict[str, Any], shop: Any, browser: Any
) -> None:
    order = draft(shop, (sellable_product("HOLD-1", price="1000"), 1))
    sign_in(page, people["controller"])
    page.goto(f"{site}{order.get_absolute_url()}")
    page.evaluate("window.kept = true")
    expect(page.locator("[data-count=bell]")).to_be_hidden()
    with fresh_page(browser) as other:
        sign_in(other, people["seller"])
        confirm_order(Order.objects.get(pk=order.pk), by=people["seller"], at=now())
        other.goto(f"{site}{order.get_absolute_url()}")
        expect(other.get_by_text("Credit hold").first).to_be_visible()
    expect(page.locator(".bell [data-count=bell]")).to_have_text("1", timeout=15_000)
    expect(page.locator(".rail [data-count='orders:hold_queue']")).to_have_text("1")
    expect(page.get_by_role("status").get_by_text(f"{order.code} of New Krishna Mobiles")).to_be_visible()
    expect(page.get_by_text("Credit hold", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Notifications").click()
    page.get_by_role("dialog", name="Notifications").get_by_role("link", name=re.compile(order.code)).click()
    page.wait_for_url(f"**{order.get_absolute_url()}")
    expect(page.locator(".bell [data-count=bell]")).to_be_hidden(timeout=15_000)


def test_what_is_being_typed_is_not_swept_away(
    site: str, page: Any, sign_in: Any, people: dict[str, Any], shop: Any
) -> None:
    sign_in(page, people["controller"])
    page.goto(f"{site}/customers/")
    page.evaluate(
        """() => {
            const list = document.getElementById("list");
            list.dataset.liveEvery = "0";
            list.insertAdjacentHTML("afterbegin", '<input id="typed">');
        }"""
    )
    page.locator("#typed").fill("half a word")
    customer_with_credit("1", name="Brand New Shop", representative=people["seller"])
    live.touch("customers.customer")
    live.teller.flush()
    page.evaluate("document.dispatchEvent(new Event('live:ask'))")
    page.wait_for_timeout(2500)
    assert page.locator("#typed").input_value() == "half a word"
    page.locator("#typed").fill("")
    page.locator("h1").click()
    expect(page.get_by_role("link", name="Brand New Shop")).to_be_visible(timeout=15_000)


def test_shortcuts_are_listed_go_places_and_can_be_switched_off(
    site: str, page: Any, sign_in: Any, people: dict[str, Any]
) -> None:
    sign_in(page, people["manager"])
    page.goto(f"{site}/customers/")
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_contain_text("Orders")
    expect(help_).to_contain_text("On this page")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url("**/orders/")
    page.get_by_role("searchbox").first.focus()
    page.keyboard.type("go")
    assert page.url.split("?")[0].endswith("/orders/")
    page.goto(f"{site}/customers/")
    page.keyboard.press("n")
    page.wait_for_url("**/customers/add/")
    page.goto(f"{site}/customers/")
    page.get_by_role("button", name="Menu of Anil Manager").click()
    page.get_by_role("button", name="Shortcuts of one letter").click()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert page.url.endswith("/customers/")
    page.keyboard.press("Control+k")
    assert focus(page) == "combobox"


def test_offline_is_said_and_ends_by_itself(
    site: str, page: Any, sign_in: Any, people: dict[str, Any]
) -> None:
    sign_in(page, people["seller"])
    page.goto(f"{site}/customers/")
    page.context.set_offline(True)
    expect(page.get_by_text("Offline: nothing is lost.")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Offline: nothing is lost.")).to_be_hidden(timeout=15_000)
    expect(page.get_by_text("The connection is back.", exact=True)).to_be_visible()


def test_an_ended_session_is_said_and_the_page_goes_on_after_a_new_login(
    site: str, browser: Any, sign_in: Any, people: dict[str, Any]
) -> None:
    page = browser.new_context().new_page()  # a refused request is a line in the console, here it is meant
    sign_in(page, people["seller"])
    page.goto(f"{site}/customers/add/")
    page.get_by_label("Name", exact=True).first.fill("Typed before")
    kept = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    with page.expect_response(re.compile("/_/live/")) as asked:
        page.evaluate("document.dispatchEvent(new Event('live:ask'))")
    assert asked.value.status == 401
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    page.context.add_cookies([cookie for cookie in kept if cookie["name"] == "sessionid"])
    page.wait_for_timeout(1100)
    page.evaluate("document.dispatchEvent(new Event('live:ask'))")
    expect(page.get_by_text("You are logged out.")).to_be_hidden(timeout=15_000)
    assert page.get_by_label("Name", exact=True).first.input_value() == "Typed before"
    page.context.close()


def test_on_a_phone_the_search_fills_the_screen_and_more_opens_a_sheet(
    site: str, page: Any, sign_in: Any, people: dict[str, Any], shop: Any
) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, people["seller"])
    page.goto(f"{site}/customers/")
    page.get_by_role("link", name="Search", exact=True).click()
    box = page.get_by_role("dialog", name="Search and do").bounding_box()
    assert (box["width"], box["height"]) == (390, 800)
    page.get_by_role("combobox").fill("krishna")
    page.get_by_role("option", name=re.compile("New Krishna")).first.click()
    page.wait_for_url(f"**{shop.get_absolute_url()}")
    bar = page.get_by_role("navigation", name="Main, bottom")
    assert [text.strip() for text in bar.locator("a, button").all_inner_texts()] == [
        "Home", "Orders", "Customers", "Stock", "More",
    ]  # fmt: skip
    bar.get_by_role("button", name="More").click()
    expect(page.locator("#more").get_by_role("link", name="Receivables")).to_be_visible()


def test_the_bell_marks_all_as_read(site: str, page: Any, sign_in: Any, people: dict[str, Any]) -> None:
    for number in range(3):
        notify([people["seller"]], "x.y", f"Thing {number}", key=str(number), url="/customers/", at=now())
    sign_in(page, people["seller"])
    page.goto(f"{site}/customers/")
    expect(page.locator(".bell .count")).to_have_text("3")
    page.get_by_role("button", name="Notifications").click()
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.locator(".bell .count")).to_be_hidden(timeout=15_000)
    expect(page.get_by_role("button", name="Mark all as read")).to_be_hidden()
    assert Invoice.objects.count() == 0


def test_axe_finds_nothing_in_what_opens(
    site: str, page: Any, sign_in: Any, people: dict[str, Any], shop: Any
) -> None:
    bill(shop, total="321.00")
    for number, tone in enumerate(["", "good", "warn", "bad", "info"]):
        notify([people["manager"]], "x.y", f"Thing {number}", key=str(number), tone=tone, at=now())
    sign_in(page, people["manager"])
    page.goto(f"{site}{shop.get_absolute_url()}")
    page.goto(f"{site}/customers/")
    wrong = []
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    wrong.append(faults(page))
    page.keyboard.type("krishna")
    expect(page.get_by_role("option", name=re.compile("INV-"))).to_be_visible()
    wrong.append(faults(page))
    page.get_by_role("combobox").fill("zzzzqqqq")
    expect(page.get_by_text("Nothing fits")).to_be_visible()
    wrong.append(faults(page))
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    wrong.append(faults(page))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Notifications").click()
    expect(page.get_by_text("Thing 4")).to_be_visible()
    wrong.append(faults(page))
    page.get_by_role("button", name="Menu of Anil Manager").click()
    wrong.append(faults(page))
    page.goto(f"{site}/_/find/?q=krishna")
    wrong.append(faults(page))
    page.goto(f"{site}/notifications/")
    wrong.append(faults(page))
    assert [found for found in wrong if found] == []
