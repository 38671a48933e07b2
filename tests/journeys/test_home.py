"""Home in a real Chromium: by keyboard, by thumb, in both themes; what it leads to; that it stays true while open."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Task
from accounts.operations import add_task
from core.dates import local_date
from credit.models import PromiseToPay
from credit.operations import record_promise, settle_due
from orders.operations import confirm_order
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.credit import bill, pay
from tests.factories.orders import customer_with_credit, draft, held_order, sellable_product
from tests.journeys.axe import faults

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1440, "height": 900}


@pytest.fixture
def manager() -> Any:
    """Somebody with all of it: sales, a hold, a broken promise, missing goods, tasks."""
    at = timezone.now()
    user = UserFactory(role="Sales manager", team=TeamFactory(), name="Anil Kapoor")
    product, rare = sellable_product(price="400", on_hand=90), sellable_product(price="5", on_hand=1)
    shop = customer_with_credit(name="Star Touch House", representative=user, phone="+919810012345")
    confirm_order(draft(shop, (product, 2)), by=None, at=at)
    confirm_order(draft(shop, (rare, 4)), by=None, at=at)
    bill(shop, total="900.00", at=at - 40 * DAY)
    pay(shop, "100.00", at=at)
    past: dict[str, Any] = {"promised_on": local_date(at) - 2 * DAY, "at": at - 5 * DAY}
    record_promise(shop.pk, Decimal(300), reference="a", by=None, **past)
    settle_due(at=at)
    seller = UserFactory(role="Sales representative", team=user.team)
    held_order(customer=customer_with_credit("100", representative=seller))
    add_task("Count the shelf", assignee=user, due_on=local_date(at), by=user, at=at)
    add_task("Ring the bank", assignee=user, due_on=local_date(at) - DAY, by=user, at=at)
    return user


@pytest.mark.parametrize("size", [PHONE, WIDE, {"width": 320, "height": 640}], ids=["phone", "wide", "320"])
def test_home_stands_on_every_screen_and_axe_finds_nothing(page, live_server, sign_in, manager, size):
    page.set_viewport_size(size)
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, manager)
    for path in (
        "/",
        "/tasks/",
        "/tasks/calendar/",
        "/tasks/calendar/?view=week",
        "/receivables/promises/?tab=all",
    ):
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], path
        assert faults(page) == [], path


def test_a_task_is_done_in_one_tap_and_taken_back(page, live_server, sign_in, manager):
    page.set_viewport_size(PHONE)
    sign_in(page, manager)
    page.goto(live_server.url)
    page.get_by_role("button", name="Done: Count the shelf").click()
    page.get_by_text("Done: Count the shelf").wait_for()
    assert Task.objects.get(title="Count the shelf").done_at
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/tasks/*/")
    assert Task.objects.get(title="Count the shelf").done_at is None


def test_a_promise_is_recorded_in_two_taps_and_the_ageing_comes_back(page, live_server, sign_in, manager):
    sign_in(page, manager)
    page.goto(live_server.url)
    page.goto(live_server.url + reverse("credit:ageing"))
    page.get_by_role("link", name="Promise of Star Touch House").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Amount").wait_for()
    dialog.get_by_role("button", name="Record promise").click()
    page.get_by_text("Star Touch House promised").wait_for()
    assert page.url.endswith("/ageing/")
    assert PromiseToPay.objects.open().count() == 1


def test_the_chart_says_its_values_to_the_keyboard_and_holds_a_table(page, live_server, sign_in, manager):
    sign_in(page, manager)
    page.goto(live_server.url)
    chart = page.locator("[data-chart]").first
    chart.locator(".plot").focus()
    page.keyboard.press("End")
    assert "₹" in chart.locator(".said").inner_text() or ":" in chart.locator(".said").inner_text()
    page.keyboard.press("Home")
    assert chart.locator(".said").inner_text().startswith("1:")
    page.keyboard.press("Escape")
    assert chart.locator(".said").inner_text() == ""
    chart.get_by_text("Show as table").click()
    assert chart.locator("tbody tr").count() >= 28


def test_a_hold_is_decided_from_home_by_keyboard(page, live_server, sign_in, manager):
    sign_in(page, manager)
    page.goto(live_server.url)
    page.get_by_role("link", name="Decide").focus()
    page.keyboard.press("Enter")
    page.locator("#dialog").get_by_label("Reason").wait_for()
    page.keyboard.type("Pays on Monday")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/*/")


def test_an_open_home_learns_what_happened_elsewhere(page, live_server, sign_in, manager):
    sign_in(page, manager)
    page.goto(live_server.url)
    assert page.get_by_text("Water the plants").count() == 0
    add_task("Water the plants", assignee=manager, due_on=timezone.localdate(), by=None, at=timezone.now())
    page.evaluate("document.dispatchEvent(new Event('live:ask'))")
    page.get_by_text("Water the plants").first.wait_for(timeout=20_000)


def test_on_paper_there_is_no_shell_and_heads_repeat(page, live_server, sign_in, manager):
    sign_in(page, manager)
    page.goto(live_server.url)
    page.emulate_media(media="print")
    for path in ("/", "/orders/", "/tasks/"):
        page.goto(live_server.url + path)
        for shell in (".rail", ".topbar", ".tabbar"):
            assert page.locator(shell).count() == 0 or not page.locator(shell).first.is_visible()
        if page.locator(".table thead").count():
            shown = page.locator(".table thead").first.evaluate("e => getComputedStyle(e).display")
            assert shown == "table-header-group"
