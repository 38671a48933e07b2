"""A supplier's price list in a real browser: compared, decided by keys and in bulk, taken back."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from core.jobs import run_job
from core.models import Job
from inventory.models import Product, SupplierPriceList, SupplierProduct
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.supplier_lists import offered, supplier

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LIST = """Item;Text;Dealer
A;Battery;110
B;Cable with box;20
NEW-1;Дисплей для Xiaomi Redmi Note 10 в сборе с тачскрином;700
NEW-2;Charger;50
"""


def test_a_list_is_compared_decided_and_taken_back(page, site, sign_in):
    offered("A", "100", name="Battery")
    offered("B", "20", name="Cable")
    offered("C", "30", name="Sticker")
    sign_in(page, UserFactory(role="Sales manager"))
    main = page.get_by_role("main")

    # Pasted, its columns told, compared.
    page.goto(f"{site}/purchasing/lists/new/")
    page.get_by_label("Supplier", exact=True).select_option(label=supplier().name)
    page.get_by_label("Or paste it").fill(LIST)
    page.get_by_role("button", name="Next").click()
    expect(main).to_contain_text("Which column is what?")
    for label, column in (("Supplier's SKU", "Item"), ("Name", "Text"), ("Price of one piece", "Dealer")):
        page.get_by_label(label, exact=True).select_option(column)
    page.get_by_role("button", name="Compare").click()
    expect(main).to_contain_text("Waiting for its turn")
    run_job(SupplierPriceList.objects.get().job_id or 0)
    expect(main).to_contain_text("To decide (5)", timeout=20_000)
    for tab in ("New (2)", "Repriced (1)", "Renamed (1)", "Gone (1)"):
        expect(page.get_by_role("link", name=tab)).to_be_visible()
    rows = main.locator("[data-row]")
    expect(rows).to_have_count(5)
    assert not SupplierProduct.objects.filter(sku="A", price=110).exists()

    # By keys: the first row accepted, the cursor goes on, the second with their name, the third rejected.
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(rows).to_have_count(4)
    expect(rows.first).to_be_focused()
    page.keyboard.press("t")
    expect(rows).to_have_count(3)
    expect(rows.first).to_be_focused()
    page.keyboard.press("r")
    expect(rows).to_have_count(2)
    assert SupplierProduct.objects.get(sku="A").price == 110
    assert Product.objects.filter(name="Cable with box").exists()
    assert not Product.objects.filter(sku="NEW-1").exists()

    # The rest in one go, with an outcome.
    main.get_by_role("checkbox", name="Select this page").check()
    page.locator(".bulkbar").get_by_role("button", name="Accept", exact=True).click()
    page.locator("#dialog").get_by_role("button", name="Accept", exact=True).click()
    expect(rows).to_have_count(0)
    assert SupplierProduct.objects.get(sku="C").is_gone
    assert Product.objects.filter(sku="NEW-2").exists()

    # Everything is taken back.
    page.get_by_role("link", name="Undo what was accepted").click()
    page.locator("#dialog").get_by_role("button", name="Undo", exact=True).click()
    expect(main).to_contain_text("Waiting for its turn")
    run_job(Job.objects.latest("pk").pk)
    expect(main).to_contain_text("4 rows taken back.", timeout=20_000)
    assert SupplierProduct.objects.get(sku="A").price == 100
    assert not Product.objects.filter(sku="NEW-2").exists()
    assert not SupplierProduct.objects.get(sku="C").is_gone
    assert wrong_books() == []
