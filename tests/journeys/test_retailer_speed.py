"""The retailer's page on a bad phone: little to fetch, and what is owed is seen with the first thing drawn.

The line is slow 3G (400 kbit/s, 400 ms there and back), the processor four times slower. Bytes and requests are
counted as they come over the wire and held; times depend on the machine, so they are told (`pytest -s`) and not held.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from core.money import format_money
from credit.operations.links import make_link, token_of
from tests.factories.credit import bill
from tests.factories.orders import customer_with_credit, now

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
    "connectionType": "cellular3g",
}
MOST_BYTES = 50_000
MOST_REQUESTS = 3
"""The page, its style sheet, and the shop's sign."""
DRAWN = """() => new Promise(tell => new PerformanceObserver(seen => {
    const first = seen.getEntriesByName('first-contentful-paint')[0];
    if (first) tell(first.startTime);
}).observe({type: 'paint', buffered: true}))"""


class Fetched(NamedTuple):
    """Everything a page took from the network."""

    bytes: int
    urls: list[str]
    first_drawn_ms: float
    answered_ms: float


@pytest.fixture
def phone(browser: Any) -> Any:
    """A small phone on a slow line, which has never been here."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def owed(live_server: Any, settings: Any) -> Any:
    """A shop with several open invoices, and the address of the page for the newest."""
    settings.PUBLIC_BASE_URL = live_server.url
    customer = customer_with_credit("1000000", name="Corner Phones")
    for _n in range(8):
        bill(customer, total="1750.00")
    invoice = bill(customer, total="48200.00")
    link = make_link(invoice.account, invoice, at=now()).link
    return invoice, f"{live_server.url}/r/{token_of(link)}/"


def fetch(phone: Any, url: str) -> Fetched:
    """Open a page over the slow line and weigh what came, as it came (headers and bodies, compressed if they were)."""
    line = phone.context.new_cdp_session(phone)
    line.send("Network.enable")
    line.send("Network.setCacheDisabled", {"cacheDisabled": True})
    line.send("Network.emulateNetworkConditions", SLOW_3G)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    urls: list[str] = []
    weights: list[int] = []
    line.on("Network.requestWillBeSent", lambda told: urls.append(told["request"]["url"]))
    line.on("Network.loadingFinished", lambda told: weights.append(int(told["encodedDataLength"])))
    phone.goto(url, wait_until="networkidle")
    drawn = phone.evaluate(DRAWN)
    answered = phone.evaluate("performance.getEntriesByType('navigation')[0].responseStart")
    return Fetched(sum(weights), [u for u in urls if not u.startswith("data:")], drawn, answered)


def test_the_page_is_light_and_says_what_is_owed_at_once(phone, owed):
    invoice, url = owed
    fetched = fetch(phone, url)
    print(  # noqa: T201 - what a time is worth depends on the machine: it is told
        f"\n{fetched.bytes:,} bytes in {len(fetched.urls)} requests; first drawn {fetched.first_drawn_ms:.0f} ms "
        f"after the tap, {fetched.first_drawn_ms - fetched.answered_ms:.0f} ms after the answer began"
    )
    assert fetched.bytes < MOST_BYTES
    assert len(fetched.urls) <= MOST_REQUESTS, fetched.urls
    assert not any(u.endswith((".js", ".woff2", ".woff")) for u in fetched.urls)
    amount = phone.get_by_text(format_money(invoice.outstanding, invoice.currency)).first
    assert amount.is_visible()
    assert amount.bounding_box()["y"] < 740
    assert phone.get_by_text(invoice.number).first.is_visible()


def test_a_link_that_leads_nowhere_is_light_too(phone, live_server):
    fetched = fetch(phone, f"{live_server.url}/r/made-up/")
    assert fetched.bytes < MOST_BYTES
    assert len(fetched.urls) <= MOST_REQUESTS, fetched.urls
