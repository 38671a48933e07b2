"""A shop on its own phone: one link, and everything it does there is seen by the people it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from credit.models import Dispute, Invoice, Payment, PaymentNotice
from credit.operations.links import make_link, token_of
from credit.sandbox import PaymentSandbox
from orders.models import DeliveryConfirmation, Reorder
from orders.operations import confirm_order
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import overdue_bill
from tests.factories.orders import draft, now, sellable_product

from .conftest import until
from .counter import PHONE, shop_of

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SECRETS = {"STRIPE_SECRET_KEY": "sk_test_x", "RAZORPAY_KEY_ID": "rzp_test_x", "RAZORPAY_KEY_SECRET": "secret"}
HOOKS = {"STRIPE_WEBHOOK_SECRETS": "whsec_new", "RAZORPAY_WEBHOOK_SECRETS": "hook_new"}


@pytest.fixture
def gateways(site: str, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[PaymentSandbox]:
    """Gateways that tell the running site of each payment; a worker that starts after this knows them too."""
    with PaymentSandbox(
        stripe_key=SECRETS["STRIPE_SECRET_KEY"],
        stripe_secret=HOOKS["STRIPE_WEBHOOK_SECRETS"],
        razorpay_auth=(SECRETS["RAZORPAY_KEY_ID"], SECRETS["RAZORPAY_KEY_SECRET"]),
        razorpay_secret=HOOKS["RAZORPAY_WEBHOOK_SECRETS"],
        webhook_base=site,
    ) as running:
        own = SECRETS | dict.fromkeys(("STRIPE_API_BASE_URL", "RAZORPAY_API_BASE_URL"), running.url)
        for name, value in own.items():
            setattr(settings, name, value)
            monkeypatch.setenv(name, value)
        for name, value in HOOKS.items():
            setattr(settings, name, [value])
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    """A phone of 390 pixels under a finger, which has never been here."""
    context = browser.new_context(**PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    context.close()


def photo() -> dict[str, Any]:
    out = BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


def fits(phone: Any, said: str) -> None:
    """The page that says this is there, and nothing reaches over the edge of the phone."""
    expect(phone.get_by_role("main")).to_contain_text(said)
    phone.wait_for_load_state()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]


def pay_two(phone: Any, site: str, door: str, chosen: list[Invoice]) -> Payment:
    """Chosen on the page of the account, paid at the gateway; it tells us, and the page knows."""
    phone.goto(door)
    fits(phone, "Open invoices")
    for invoice in chosen:
        phone.get_by_label(f"Choose {invoice.number}").tap()
    phone.get_by_role("button", name="Pay the chosen invoices").tap()
    fits(phone, "You chose")
    expect(phone.get_by_label("Amount to pay online")).to_have_value("1050.00")
    phone.locator("button[name=gateway][value=stripe]").tap()
    phone.get_by_role("button", name="Pay INR 1,050.00").tap()
    phone.wait_for_url(f"{site}/r/*/paid/**")
    made: Payment = until(
        lambda: Payment.objects.filter(method="gateway").first(), "The payment was never booked."
    )
    phone.reload()
    fits(phone, "Thank you. Your payment has arrived.")
    return made


def send_proof(phone: Any, door: str, invoice: Invoice) -> PaymentNotice:
    """Money that went another way, with a picture of it."""
    phone.goto(door)
    phone.get_by_role("link", name=invoice.number).tap()
    phone.get_by_role("link", name="I have paid: send proof").tap()
    fits(phone, "You have paid?")
    phone.get_by_label("Amount paid").fill("300")
    phone.get_by_label("Reference of the payment").fill("UTR4417")
    phone.get_by_role("checkbox", name=invoice.number).set_checked(True)
    phone.get_by_label("Photo or PDF of the payment").set_input_files(photo())
    phone.get_by_role("button", name="Send").tap()
    fits(phone, "waiting to be checked")
    return PaymentNotice.objects.get()


def dispute_a_line(phone: Any, door: str, invoice: Invoice) -> Dispute:
    phone.goto(door)
    phone.get_by_role("link", name=invoice.number).tap()
    phone.get_by_role("link", name="Something is wrong with this invoice").tap()
    fits(phone, "What is wrong with this invoice?")
    phone.get_by_role("radio").first.set_checked(True)
    phone.get_by_label("What is wrong", exact=True).select_option("faulty")
    phone.get_by_label("How much of it, if not all").fill("100")
    phone.get_by_label("In your words").fill("One stays dark")
    phone.get_by_label("A photo, if you have one").set_input_files(photo())
    phone.get_by_role("button", name="Send").tap()
    fits(phone, "we look at it")
    return Dispute.objects.get()


def confirm_and_reorder(phone: Any) -> Reorder:
    """From the page of the invoice: the goods are here, and five more are wanted."""
    phone.get_by_role("link", name="It has arrived").tap()
    fits(phone, "Has it arrived?")
    phone.get_by_label("Your name").fill("Asha")
    phone.get_by_role("button", name="Yes, it has arrived").tap()
    fits(phone, "You said that it arrived")
    phone.get_by_role("link", name="Order the same again").tap()
    fits(phone, "At today's prices. Nothing is ordered")
    phone.locator("input[name=pieces_0]").fill("5")
    phone.get_by_role("button", name="Ask for this").tap()
    fits(phone, "You asked for this again")
    return Reorder.objects.get()


def test_a_shop_does_everything_behind_one_link_and_staff_see_each(
    phone, page, colleague, site, gateways, sandbox, worker, sign_in
):
    shop = shop_of(name="Corner Phones")
    seller = shop.representative
    old = [overdue_bill(shop, days, total) for days, total in ((40, "600.00"), (20, "300.00"), (5, "450.00"))]
    order = confirm_order(draft(shop, (sellable_product(price="100", on_hand=20), 3)), by=seller, at=now())
    bought = Invoice.objects.get(order_number=order.code)
    door = f"{site}/r/{token_of(make_link(bought.account, at=timezone.now()).link)}/"

    payment = pay_two(phone, site, door, [old[0], old[2]])
    assert dict(payment.allocations.values_list("invoice", "amount")) == {old[0].pk: 600, old[2].pk: 450}
    notice = send_proof(phone, door, old[1])
    assert (notice.amount, notice.source, notice.shares) == (
        Decimal(300),
        "retailer",
        [[old[1].pk, "300.00"]],
    )
    dispute = dispute_a_line(phone, door, bought)
    assert (dispute.amount, dispute.line.quantity, dispute.raised_by_retailer) == (Decimal(100), 3, True)
    again = confirm_and_reorder(phone)
    assert DeliveryConfirmation.objects.get().received_by == "Asha"
    assert again.order.lines.get().quantity == 5

    # Who collects sees payment, proof and dispute in the lists, what was sent along, and all of it with the customer.
    def shows(staff: Any, path: str, *said: str) -> None:
        staff.goto(f"{site}{path}")
        for text in said:
            expect(staff.get_by_role("main")).to_contain_text(text)

    sign_in(page, UserFactory(role="Credit controller"))
    shows(page, "/receivables/payments/", payment.number)
    shows(page, "/receivables/approve/", "Corner Phones")
    shows(page, notice.get_absolute_url(), "UTR4417")
    expect(page.locator("img.proof")).to_be_visible()
    shows(page, "/receivables/disputes/", bought.number)
    shows(page, dispute.get_absolute_url(), "One stays dark")
    shows(page, shop.get_absolute_url(), payment.number, f"The shop says that {order.code} has arrived")

    # Who sells sees the order that arrived, and the one that is wanted.
    sign_in(colleague, seller)
    shows(colleague, order.get_absolute_url(), "The shop says it arrived")
    shows(colleague, again.order.get_absolute_url(), "Reorder from Corner Phones")
    assert wrong_books() == []
