"""What the counter's journeys share: a seller with a shop and parts on the shelf, and pages that lose connection."""

import contextlib
import time
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import expect

from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, sellable_product

PARTS = ["Redmi Note 10 incell", "Galaxy A12 original", "iPhone 11 hard oled", "Vivo Y20 TFT", "OPPO A15 TFT"]
expect.set_options(timeout=15_000)  # a busy machine is slow, not wrong
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def shop_of(limit: str = "100000", role: str = "Sales representative", **fields: Any) -> Any:
    """A shop with credit whose representative has this role."""
    seller = UserFactory(role=role, name="Rhea Menon")
    return customer_with_credit(limit, **{"name": "Sapphire Mobiles", "representative": seller} | fields)


def stock_parts(on_hand: int = 20) -> list[Any]:
    """Five displays at 1,000 with barcodes."""
    return [
        sellable_product(name=f"{part} combo", price="1000", on_hand=on_hand, barcode=f"89012345000{n}")
        for n, part in enumerate(PARTS, start=1)
    ]


def open_counter(page: Any, site: str, customer: Any = None) -> None:
    page.goto(f"{site}/orders/new/" + (f"?customer={customer.pk}" if customer else ""))
    expect(page.locator("#find" if customer else "#customer-find")).to_be_focused()


def add(page: Any, words: str, lines: int) -> None:
    """Type a part into the search and take the first hit by Enter; there are `lines` lines then."""
    page.locator("#find").fill(words)
    expect(page.locator("#hits [aria-selected=true]")).to_be_visible()
    page.locator("#find").press("Enter")
    expect(page.locator("[data-line]")).to_have_count(lines)


def scan(page: Any, code: str) -> None:
    """Type a code as a scanner does: 5 ms from key to key by the events' own clock, however slow this machine is."""
    wire = page.context.new_cdp_session(page)
    began = time.time()
    for place, letter in enumerate([*code, "Enter"]):
        key = {
            "key": letter,
            "text": "\r" if letter == "Enter" else letter,
            "timestamp": began + place * 0.005,
        }
        if letter == "Enter":
            key |= {"code": "Enter", "windowsVirtualKeyCode": 13}
        wire.send("Input.dispatchKeyEvent", {"type": "keyDown", **key})
        wire.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})
    wire.detach()


@contextlib.contextmanager
def rough_page(browser: Any, **options: Any) -> Iterator[Any]:
    """A page on which requests may fail, but no script may break."""
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}} | options)
    context.set_default_timeout(30_000)
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    yield page
    context.close()
    assert broken == []
