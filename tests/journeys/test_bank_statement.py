"""A bank statement in a real browser: its columns told once, the sure lines confirmed in one go, the rest by keys."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from credit.models import BankAccount, BankLine, CreditAccount, Payment
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.bank import csv
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def still(invoice):
    invoice.refresh_from_db()
    return invoice.outstanding


def test_a_statement_becomes_payments_and_comes_twice_in_vain(page, site, sign_in):
    account = BankAccount.objects.create(name="Main", bank="State Bank")
    shops = [CustomerFactory(name=name) for name in ("Ravi Mobiles", "Meena Telecom", "Iqbal Phones")]
    for shop in shops:
        AccountFactory(customer=shop)
    first, second = bill(shops[0], total="1500.00"), bill(shops[1], total="820.00")
    older, newer = bill(shops[2], total="77.00"), bill(shops[2], total="310.00")
    day = timezone.localdate().strftime("%d/%m/%Y")
    rows = [
        f"{day},NEFT {first.number},N1001,,1500.00",
        f"{day},IMPS {second.number} MEENA TELECOM,N1002,,820.00",
        f"{day},IQBAL PHONES,N1003,,310.00",
        f"{day},SOMEBODY ELSE,N1004,,5.25",
    ]
    file = {"name": "november.csv", "mimeType": "text/csv", "buffer": csv(*rows)}
    sign_in(page, UserFactory(role="Credit controller"))
    main = page.get_by_role("main")

    def upload(content):
        page.goto(f"{site}/receivables/bank/new/")
        page.locator("input[type=file]").set_input_files(content)
        page.get_by_role("button", name="Next").click()

    # The columns are guessed and said once.
    upload(file)
    expect(main).to_contain_text("Which column is what?")
    page.get_by_label("Dates").select_option("dmy")
    page.get_by_role("button", name="Read the lines").click()
    lines = main.locator(".bankrow")
    expect(lines).to_have_count(4)
    expect(lines.filter(has_text=first.number)).to_contain_text("Ravi Mobiles")
    expect(lines.filter(has_text=first.number)).to_contain_text("It is exactly what is open on it.")
    expect(lines.filter(has_text="SOMEBODY ELSE")).to_contain_text("Nobody and nothing here fits.")
    statement = page.url

    # What names its invoice is confirmed in one go, and the invoices are paid.
    page.get_by_role("link", name="Confirm the sure ones").click()
    dialog = page.locator("#dialog")
    dialog.get_by_label("Confirm suggestions").select_option("95")
    dialog.get_by_role("button", name="Confirm", exact=True).click()
    expect(lines).to_have_count(2)
    assert [still(first), still(second)] == [0, 0]
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [Decimal("820.00"), Decimal("1500.00")]

    # The next one by keys: down, down, up, and Enter confirms where one stands.
    page.keyboard.press("j")
    expect(page.locator(".bankrow[data-cursor]")).to_contain_text("IQBAL")
    page.keyboard.press("j")
    expect(page.locator(".bankrow[data-cursor]")).to_contain_text("SOMEBODY ELSE")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(lines.filter(has_text="IQBAL")).to_contain_text("RCT-")
    assert [still(older), still(newer)] == [77, 0]
    assert Payment.objects.count() == 3
    assert CreditAccount.objects.get(customer=shops[2]).balance == Decimal("77.00")

    # The same file again, and one that overlaps it, add nothing that is there.
    upload(file)
    expect(main).to_contain_text("Nothing was added.")
    assert page.url == statement
    upload({**file, "name": "overlap.csv", "buffer": csv(*rows, f"{day},LATER,N1005,,9.00")})
    expect(page).to_have_url(re.compile(r"/receivables/bank/\d+/$"))
    expect(lines).to_have_count(1)
    assert (BankLine.objects.filter(account=account).count(), Payment.objects.count()) == (5, 3)
    assert wrong_books() == []
