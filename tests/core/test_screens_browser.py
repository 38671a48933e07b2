"""The screens in a real Chromium: what the scripts add, and that the content security policy forbids none of it."""

import re
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.journeys.axe import faults

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.core.screen_site"),
]


@pytest.fixture
def site(live_server: Any, page: Any) -> Any:
    """The page, logged in as a super admin called Rhea."""
    client = Client()
    client.force_login(UserFactory(is_superuser=True, is_staff=True, name="Rhea Mehta"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.url_of = lambda path: live_server.url + path
    return page


def shops(number: int) -> None:
    for n in range(number):
        CustomerFactory(name=f"Shop {n:03d}", representative=None)


def test_search_sort_and_pages_swap_the_table_and_keep_the_address(site):
    shops(25)
    site.goto(site.url_of("/shop/"))
    site.evaluate("window.kept = true")
    site.get_by_role("link", name="Next").click()
    site.get_by_role("link", name="Shop 010").wait_for()
    site.get_by_role("link", name="Shop", exact=True).click()
    site.get_by_role("link", name="Shop 024").wait_for()
    site.get_by_role("searchbox").fill("Shop 01")
    site.get_by_role("link", name="Shop 020").wait_for(state="detached")
    assert site.locator("#count").inner_text() == "10"
    assert re.search(r"sort=-name.*q=Shop(\+|%20)01", site.url)
    assert site.evaluate("window.kept"), "the page was loaded again"
    assert "q=Shop+01" in site.locator("#export-links a").first.get_attribute("href")
    site.reload()
    assert site.get_by_role("searchbox").input_value() == "Shop 01"
    assert site.locator("tbody tr").count() == 10
    site.go_back()
    site.get_by_role("link", name="Shop 024").wait_for()


def test_a_verb_is_asked_for_in_a_dialog_and_done(site):
    shop = CustomerFactory(name="Galaxy", representative=None)
    site.goto(site.url_of(f"/shop/{shop.pk}/"))
    site.get_by_role("link", name="Block with care").click()
    site.get_by_role("dialog").get_by_text("It can't order any more.").wait_for()
    site.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    site.get_by_role("dialog").wait_for(state="hidden")
    site.get_by_role("link", name="Block with care").click()
    site.get_by_role("dialog").get_by_role("button", name="Block").click()
    site.get_by_text("Blocked.", exact=True).wait_for()
    assert Customer.objects.get().status == "blocked"


def test_a_form_says_what_it_understood_and_is_sent_once(site):
    site.goto(site.url_of("/shop/new/"))
    site.get_by_label("Limit").fill("₹ 0,900")
    site.get_by_label("Limit").fill("900,5")
    site.get_by_label("Name").fill("New")
    site.get_by_text("900.50").wait_for()
    site.get_by_role("button", name="New shop").dblclick()
    site.wait_for_url(re.compile(r"/shop/\d+/$"))
    assert Customer.objects.count() == 1


def test_leaving_typed_text_asks(site):
    site.goto(site.url_of("/shop/new/"))
    site.get_by_label("Name").press_sequentially("New")
    asked = []

    def answer(dialog: Any) -> None:
        asked.append(dialog.type)
        dialog.accept()

    site.on("dialog", answer)
    site.goto(site.url_of("/shop/"))
    assert asked == ["beforeunload"]


def test_the_theme_changes_at_once_and_stays(site):
    shops(1)
    site.goto(site.url_of("/shop/"))
    site.get_by_role("button", name="Menu of Rhea Mehta").click()
    with site.expect_response("**/_/theme/"):
        site.get_by_role("button", name="Dark").first.click()
    assert site.locator("html").get_attribute("data-theme") == "dark"
    site.reload()
    assert site.locator("html").get_attribute("data-theme") == "dark"


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_no_page_of_the_kernel_scrolls_sideways(site, width):
    shops(12)
    shop = Customer.objects.first()
    site.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/_/components/",
        "/shop/",
        f"/shop/{shop.pk}/",
        "/shop/new/",
        f"/shop/{shop.pk}/block/",
        "/accounts/2fa/",
    ):
        site.goto(site.url_of(path))
        root = "document.documentElement"
        assert site.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0, path


def test_axe_finds_nothing_on_the_pages_of_the_kernel(site):
    shops(2)
    shop = Customer.objects.first()
    for path in (
        "/_/components/",
        "/shop/",
        "/shop/?status=active&q=x",
        f"/shop/{shop.pk}/",
        "/shop/new/",
        "/accounts/2fa/",
    ):
        site.goto(site.url_of(path))
        assert [(path, fault) for fault in faults(site)] == []
