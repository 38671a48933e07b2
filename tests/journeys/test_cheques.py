"""A post-dated cheque in a real browser: taken in, deposited on its day, sent back; its invoices are open as before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from credit.models import BankAccount, Cheque, CreditAccount, Invoice
from messaging.models import OutboundMessage
from orders.models import Order
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import overdue_bill
from tests.factories.orders import customer_with_credit, held_order

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
DAY = dt.timedelta(days=1)


def test_a_post_dated_cheque_bounces_and_its_invoices_are_open_as_they_were(page, site, sign_in, monkeypatch):
    BankAccount.objects.create(name="Main", bank="HDFC")
    shop = customer_with_credit("1000", name="Sapphire Mobiles")
    bills = [overdue_bill(shop, 10, "600.00"), overdue_bill(shop, 2, "300.00")]
    held = held_order(customer=shop)  # 200 more than the limit leaves
    controller, today = UserFactory(role="Credit controller"), timezone.localdate()
    sign_in(page, controller)
    main, before = page.get_by_role("main"), timezone.now

    def books():
        account = CreditAccount.objects.get(customer=shop)
        rows = Invoice.objects.filter(pk__in=[each.pk for each in bills]).order_by("due_on")
        return [(each.outstanding, each.due_on) for each in rows], account.balance, account.uncleared

    # Taken in today for the day after tomorrow: it pays nothing, and no bank would take it yet.
    page.goto(f"{site}/receivables/cheques/new/?customer={shop.pk}")
    page.get_by_label("Cheque number").fill("004417")
    page.get_by_label("Bank", exact=True).fill("State Bank")
    page.get_by_label("Date on the cheque").fill((today + 2 * DAY).strftime("%d/%m/%Y"))
    page.get_by_label("Amount", exact=True).fill("900")
    page.get_by_role("button", name="Take in").click()
    expect(main).to_contain_text("It is in hand and has paid nothing yet.")
    page.goto(f"{site}/receivables/deposits/new/")
    expect(main).to_contain_text("Cheques for later days wait for theirs.")
    as_it_was = books()
    assert as_it_was == ([(600, bills[0].due_on), (300, bills[1].due_on)], 900, 0)

    # Its day: deposited. The invoices are paid, the credit is not free, the order stays held.
    monkeypatch.setattr(timezone, "now", lambda: before() + 2 * DAY)
    sign_in(page, controller)
    page.goto(f"{site}/receivables/deposits/new/")
    expect(page.get_by_role("checkbox", name="004417")).to_be_checked()
    page.get_by_role("button", name="Deposit", exact=True).click()
    expect(main).to_contain_text("CHD-")
    assert books() == ([(0, bills[0].due_on), (0, bills[1].due_on)], 0, 900)
    assert Order.objects.get(pk=held.pk).status == "credit_hold"

    # The bank sends it back.
    page.goto(f"{site}{Cheque.objects.get().get_absolute_url()}")
    page.get_by_role("link", name="Bounced", exact=True).click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Reason").fill("Funds insufficient")
    dialog.get_by_label("Fee for the customer").fill("250")
    dialog.get_by_role("button", name="Bounced", exact=True).click()
    expect(main).to_contain_text("What it had paid is open again, due when it was.")
    fee = Invoice.objects.get(kind="debit_note")
    expect(main.get_by_role("link", name=fee.number)).to_be_visible()

    assert books() == (as_it_was[0], 1150, 0)
    assert (fee.total, fee.outstanding) == (Decimal(250), Decimal(250))
    message = OutboundMessage.objects.get(event="cheque_bounced")
    assert message.customer == shop
    assert "Funds insufficient" in message.body
    assert Order.objects.get(pk=held.pk).status == "credit_hold"
    assert wrong_books() == []
