"""Suppliers and what they sell us out of a table: an outcome for each row, and the export changes nothing."""

from __future__ import annotations

import io
import json
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from core.jobs import run_job
from core.models import Job
from inventory.models import Product, Supplier, SupplierProduct
from tests.doors.world import fingerprint
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(client):
    client.force_login(UserFactory(role="Sales manager"))
    return client


def imported(buyer, door, content, name="table.csv"):
    """What the import says in the end, what it refused, and the file of outcomes."""
    answer = buyer.post(reverse(f"inventory:{door}"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    job = Job.objects.latest("pk")
    run_job(job.pk)
    job.refresh_from_db()
    refused = [(each.number, each.sentence) for each in job.failures.order_by("number")]
    return job.sentence, refused, job.result.read().decode("utf-8-sig").splitlines()


def all_fields(buyer, door):
    """The file that the list offers as the one to import again."""
    page = buyer.get(reverse(f"inventory:{door}"))
    action = next(each for each in page.context["view"].actions if "export=xlsx" in each.href)
    return b"".join(buyer.get(action.href))


def test_suppliers_come_with_an_outcome_a_row(buyer):
    known = Supplier.objects.create(name="Deep Parts", currency="CNY", address="1 Road\nShenzhen")
    table = (
        "Code,Supplier,Currency,Lead time in days,Minimum order,E-mail for orders,Fax\n"
        f"{known.code},Deep Parts Ltd,CNY,12,500,,1\n"
        ",Near Parts,inr,3,,sales@near.example,2\n"
        ",near parts,INR,4,,,3\n"
        ",Odd Parts,INR,soon,,,4\n"
        ",Bad Parts,INR,,,nobody,5\n"
        "S-99999,Lost Parts,,,,,6\n"
    )
    sentence, refused, lines = imported(buyer, "supplier_import", table.encode())
    assert sentence == "1 new, 1 changed, 0 unchanged, 4 refused. Columns that were not read: Fax."
    assert refused == [
        (4, "Row 3 says something else of it."),
        (5, "“soon” is not a whole number from 0 to 3,650."),
        (6, "E-mail for orders: Enter a valid email address."),
        (7, "There is no supplier with the code “S-99999”. Leave it empty for a new one."),
    ]
    assert lines[3] == ",near parts,INR,4,,,3,refused,Row 3 says something else of it."
    assert lines[1].endswith('changed,"Supplier, Lead time in days, Minimum order"')
    known.refresh_from_db()
    said = known.name, known.lead_time_days, known.minimum_amount, known.address
    assert said == ("Deep Parts Ltd", 12, Decimal(500), "1 Road\nShenzhen")
    new = Supplier.objects.get(name="Near Parts")
    assert (new.currency, new.lead_time_days, new.email) == ("INR", 3, "sales@near.example")


def test_what_they_sell_comes_with_an_outcome_a_row(buyer):
    deep, near = (Supplier.objects.create(name=name, currency="CNY") for name in ("Deep Parts", "Near Parts"))
    first, second = ProductFactory(sku="N10"), ProductFactory(sku="N11", barcode="2026000000018")
    old = SupplierProduct.objects.create(
        supplier=near, product=first, price="9", is_preferred=True, sku="T-1"
    )
    table = (
        "Supplier,Our SKU,Supplier's SKU,Price,Currency,Lead time in days,Minimum pieces,Preferred\n"
        "deep parts,n10,D-1,8.1250,,7,5,yes\n"
        f"{deep.code},2026000000018,D-1,4,USD,,,\n"
        f"{near.code},N10,T-1,9.5,CNY,,1,no\n"
        "Far Parts,N10,,1,,,,\n"
        "Deep Parts,N99,,1,,,,\n"
        "Near Parts,N11,,-1,,,,\n"
    )
    sentence, refused, lines = imported(buyer, "supplierproduct_import", table.encode())
    assert sentence == "1 new, 1 changed, 0 unchanged, 4 refused."
    assert refused == [
        (3, f"“D-1” is this supplier's SKU of {first}."),
        (5, "There is no supplier “Far Parts”. Add it first."),
        (6, "There is no product with the SKU or barcode “N99”."),
        (7, "The price is negative: -1."),
    ]
    assert lines[3].endswith("changed,Price: 9.0000 → 9.5000; Currency: INR → CNY")
    new = SupplierProduct.objects.get(supplier=deep)
    said = new.product, new.price, new.currency, new.lead_time_days, new.minimum_quantity, new.is_preferred
    assert (said, old.is_preferred) == ((first, 8.125, "CNY", 7, 5, True), True)
    old.refresh_from_db()
    assert (old.is_preferred, old.price, second.suppliers.count()) == (False, 9.5, 0)


def test_the_files_of_the_lists_change_nothing_when_they_are_imported(buyer):
    deep = Supplier.objects.create(
        name="Deep Parts", phone="+919820012345", address="1 Road\nShenzhen", minimum_amount="500.50",
        website="https://deep.example", lead_time_days=9, payment_terms="30 % ahead", note="-",
    )  # fmt: skip
    Supplier.objects.create(name="Near Parts", is_active=False)
    for number, product in enumerate(ProductFactory.create_batch(2)):
        SupplierProduct.objects.create(
            supplier=deep, product=product, sku=f"D-{number}", price="8.125", is_gone=not number, name="Screen",
            minimum_quantity=5, pack_size=number + 1, lead_time_days=number, is_preferred=bool(number), currency="CNY",
        )  # fmt: skip
    files = {door: all_fields(buyer, f"{door}_list") for door in ("supplier", "supplierproduct")}
    tables = ("inventory_supplier", "inventory_supplierproduct")
    before = {name: fingerprint()[name] for name in tables}
    for door, content in files.items():
        sentence, _refused, lines = imported(buyer, f"{door}_import", content, "list.xlsx")
        assert sentence.startswith("0 new, 0 changed, 2 unchanged, 0 refused."), lines
    assert {name: fingerprint()[name] for name in tables} == before


def test_the_command_does_the_same_and_tries_it_dry(tmp_path, capsys):
    file = tmp_path / "offers.csv"
    file.write_text("Supplier,Our SKU,Price\nDeep Parts,N10,8\nDeep Parts,N11,x\n")
    Supplier.objects.create(name="Deep Parts")
    ProductFactory(sku="N10")
    call_command("import_suppliers", str(file), "--products", "--dry-run")
    assert "1 new, 0 changed, 0 unchanged, 1 refused" in capsys.readouterr().out
    assert not SupplierProduct.objects.exists()
    out = io.StringIO()
    call_command("import_suppliers", str(file), "--products", "--json", stdout=out)
    assert [row["outcome"] for row in json.loads(out.getvalue())["rows"]] == ["new", "refused"]
    assert Product.objects.get(suppliers__price=8).sku == "N10"
    file.write_text("Supplier,Colour\nDeep Parts,red\n")
    with pytest.raises(CommandError, match="Our SKU"):
        call_command("import_suppliers", str(file), "--products")
