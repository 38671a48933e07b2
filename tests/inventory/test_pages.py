"""Pages of the goods: what they show to whom, and that forms call operations once."""

import csv
import io
import re
import uuid
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.jobs import ask_to_cancel, run_job
from inventory.models import (
    GoodsReceipt,
    ImportBatch,
    Product,
    ProductCost,
    StockLevel,
    StockMove,
    Supplier,
)
from tests.factories.accounts import UserFactory
from tests.factories.inventory import DeviceModelFactory, LocationFactory, ProductFactory, now, stocked

pytestmark = pytest.mark.django_db
TABLE = "Article;Title;Rate\nA-1;Samsung A12 combo incell;650\n;No SKU;5\nA-2;=cmd();cheap\n"


@pytest.fixture
def storekeeper(client):
    client.force_login(UserFactory(role="Storekeeper"))
    return client


@pytest.fixture
def manager(client):
    client.force_login(UserFactory(role="Sales manager"))
    return client


@pytest.fixture
def seller(client):
    client.force_login(UserFactory(role="Sales representative"))
    return client


def text_of(response):
    return response.content.decode()


def test_the_list_shows_what_is_here(seller):
    stocked(7, name="Redmi Note 10 combo", sku="N10", list_price=Decimal("1450"))
    page = text_of(seller.get(reverse("inventory:product_list")))
    assert "Redmi Note 10 combo" in page
    assert "N10" in page


def test_the_list_costs_the_same_however_long_it_is(seller):
    url = reverse("inventory:product_list")
    stocked(1)
    seller.get(url)
    few = _queries(seller, url)
    for _ in range(12):
        stocked(1)
    assert _queries(seller, url) == few


def _queries(client, url):
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(captured)


@pytest.mark.parametrize(
    ("text", "found"), [("note 10", True), ("m2101k7ag", True), ("redmy note", True), ("s21", False)]
)
def test_the_list_is_searched_by_phone(seller, text, found):
    phone = DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"])
    ProductFactory(name="Combo incell", sku="X1", fits=[phone])
    page = text_of(seller.get(reverse("inventory:product_list"), {"q": text}))
    assert ("Combo incell" in page) is found


def test_cost_is_shown_only_with_its_right_on_page_and_in_the_file(client):
    level = stocked(3, cost="812.34")
    pages = [reverse("inventory:product_list"), level.product.get_absolute_url()]
    files = [f"{reverse('inventory:product_list')}?export=csv"]
    for role, sees in (("Sales manager", True), ("Sales representative", False), ("Storekeeper", False)):
        client.force_login(UserFactory(role=role))
        for url in pages + files:
            response = client.get(url)
            body = b"".join(response.streaming_content) if response.streaming else response.content
            assert (b"812.34" in body) is sees, (role, url)


def test_a_product_page_shows_stock_phones_and_substitutes(storekeeper):
    phone = DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"])
    level = stocked(3, name="Combo incell", fits=[phone])
    stocked(2, name="Combo AMOLED", location=level.location, fits=[phone])
    page = text_of(storekeeper.get(level.product.get_absolute_url()))
    assert "Redmi Note 10" in page
    assert "Combo AMOLED" in page
    assert "Receipt" in page


def test_what_fits_page(storekeeper):
    phone = DeviceModelFactory(name="Redmi Note 10", codes=["M2101K7AG"])
    ProductFactory(name="Combo incell", fits=[phone])
    page = text_of(storekeeper.get(reverse("inventory:what_fits"), {"q": "M2101K7AG"}))
    assert "Combo incell" in page
    assert text_of(storekeeper.get(reverse("inventory:what_fits"), {"q": "\x00"}))


def test_products_are_found_as_json(seller):
    phone = DeviceModelFactory(name="Redmi Note 10")
    level = stocked(4, name="Combo incell", sku="N10", fits=[phone], list_price=Decimal("1450"))
    (hit,) = seller.get(reverse("inventory:product_search"), {"q": "note 10"}).json()["results"]
    assert (hit["sku"], hit["available"], hit["via"], hit["list_price"]) == (
        "N10",
        4,
        "Xiaomi Redmi Note 10",
        "1450.0000",
    )
    assert hit["url"] == level.product.get_absolute_url()


def test_goods_are_received_once_however_often_the_form_is_sent(storekeeper):
    product, location = ProductFactory(sku="N10"), LocationFactory(is_default=True)
    url = reverse("inventory:goods_receive")
    assert "lines-TOTAL_FORMS" in text_of(storekeeper.get(url))
    data = {
        "idempotency_key": str(uuid.uuid4()), "location": location.pk,
        "supplier": Supplier.objects.create(name="Shenzhen Co").pk,
        "lines-TOTAL_FORMS": "2", "lines-INITIAL_FORMS": "0",
        "lines-0-product": "n10", "lines-0-quantity": "5", "lines-0-unit_cost": "812.5",
        "lines-1-product": "",
    }  # fmt: skip
    for _ in range(2):
        response = storekeeper.post(url, data)
        assert response.status_code == 302
    receipt = GoodsReceipt.objects.get()
    assert (receipt.supplier.name, receipt.by.email, StockLevel.objects.get().on_hand) == (
        "Shenzhen Co",
        receipt.by.email,
        5,
    )
    assert ProductCost.objects.get().average == Decimal("812.5")
    page = text_of(storekeeper.get(receipt.get_absolute_url()))
    assert product.name in page
    assert "812" not in page


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (
            {"product": "unknown", "quantity": "1", "unit_cost": "1"},
            "There is no product with the SKU or barcode",
        ),
        ({"product": "N10", "quantity": "", "unit_cost": "1"}, "This is needed."),
        ({"product": "N10", "quantity": "-1", "unit_cost": "1"}, "greater than or equal to 1"),
        ({"product": "N10", "quantity": "1", "unit_cost": "abc"}, "is not an amount"),
        ({"product": "", "quantity": "1", "unit_cost": "1"}, "Which product?"),
        ({"product": "", "quantity": "", "unit_cost": ""}, "Add at least one product."),
    ],
)
def test_a_wrong_receipt_comes_back_with_what_was_typed(storekeeper, line, words):
    ProductFactory(sku="N10")
    location = LocationFactory(is_default=True)
    data = {f"lines-0-{name}": value for name, value in line.items()}
    data |= {
        "location": location.pk,
        "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0",
        "supplier": Supplier.objects.create(name="Kept").pk,
    }
    response = storekeeper.post(reverse("inventory:goods_receive"), data)
    assert response.status_code == 422
    assert words in text_of(response)
    assert re.search(r'<option value="\d+" selected>Kept', text_of(response))
    assert not StockMove.objects.exists()


def test_stock_is_adjusted_and_refused_in_words(storekeeper):
    level = stocked(5, name="A12 combo")
    url = reverse("inventory:stock_adjust", args=[level.product_id])
    data = {"location": level.location_id, "quantity": "-2", "reason": "broken"}
    assert storekeeper.post(url, data).status_code == 302
    refused = storekeeper.post(url, {**data, "quantity": "-9"})
    assert refused.status_code == 422
    assert "A12 combo: 3 here, 0 of them promised; at most 3 can be taken off." in text_of(refused)


def test_stock_is_transferred(storekeeper):
    level, store = stocked(5), LocationFactory()
    url = reverse("inventory:stock_transfer", args=[level.product_id])
    data = {"source": level.location_id, "destination": store.pk, "quantity": "2"}
    assert storekeeper.post(url, data).status_code == 302
    assert StockLevel.objects.get(location=store).on_hand == 2


def test_a_product_is_entered_with_its_phones_and_its_sku_is_taken_once(storekeeper):
    url = reverse("inventory:product_add")
    data = {"name": "Samsung A12/A13 combo", "sku": "A12", "list_price": "1,450.50", "tax_category": "standard",
            "warranty_months": "0", "is_active": "on"}  # fmt: skip
    assert storekeeper.post(url, data).status_code == 302
    product = Product.objects.get()
    assert (product.list_price, product.brand.name) == (Decimal("1450.5"), "Samsung")
    assert sorted(device.name for device in product.device_models.all()) == ["A12", "A13"]
    again = storekeeper.post(url, {**data, "sku": "a12"})
    assert again.status_code == 422
    assert "A12 is the SKU of" in text_of(again)
    change = reverse("inventory:product_change", args=[product.pk])
    assert storekeeper.post(change, {**data, "name": "Samsung A14 combo"}).status_code == 302
    assert [device.name for device in product.device_models.all()] == ["A14"]


def upload(client, content=TABLE, name="list.csv"):
    file = SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)
    return client.post(reverse("inventory:import_upload"), {"file": file})


def test_an_import_goes_from_upload_over_columns_to_its_outcome(storekeeper):
    assert upload(storekeeper).status_code == 302
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.rows, batch.mapping) == (
        "uploaded",
        3,
        {"sku": "Article", "name": "Title", "price": "Rate"},
    )
    columns = reverse("inventory:import_columns", args=[batch.pk])
    assert storekeeper.get(batch.get_absolute_url()).url == columns
    page = text_of(storekeeper.get(columns))
    assert "Samsung A12 combo incell" in page
    assert "UTF-8" in page
    assert storekeeper.post(columns, {"sku": "Article", "name": "Title", "price": "Rate"}).status_code == 302
    batch.refresh_from_db()
    assert batch.state == "waiting"
    progress = f"{reverse('core:job_progress', args=[batch.job_id])}?then=page"
    assert f'hx-get="{progress}" hx-trigger="every 1s' in text_of(storekeeper.get(batch.get_absolute_url()))
    assert batch.job_id is not None
    run_job(batch.job_id)
    run_job(batch.job_id)
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.refused) == ("done", 1, 2)
    assert (batch.job.done, batch.job.refused) == (3, 2)
    assert batch.job.sentence == "1 new, 0 changed, 0 unchanged, 2 refused."
    done = storekeeper.get(progress, headers={"HX-Request": "true", "HX-Target": f"job-{batch.job_id}"})
    assert done["HX-Refresh"] == "true"
    page = text_of(storekeeper.get(batch.get_absolute_url()))
    assert "The SKU is missing." in page
    file = b"".join(storekeeper.get(reverse("inventory:import_failures", args=[batch.pk])).streaming_content)
    rows = list(csv.reader(io.StringIO(file.decode("utf-8-sig"))))
    assert rows == [
        ["Article", "Title", "Rate", "Row", "Why"],
        ["", "No SKU", "5", "3", "The SKU is missing."],
        ["A-2", "'=cmd()", "cheap", "4", "“cheap” is not an amount."],
    ]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"%PDF-1.7", "a.csv", "PDF file"),
        (b"a;b\n", "a.csv", "heading but no rows"),
        (b"PK\x03\x04xx", "a.xlsx", "damaged"),
    ],
)
def test_an_upload_that_is_no_table_is_refused(storekeeper, content, name, words):
    response = upload(storekeeper, content, name)
    assert response.status_code == 422
    assert words in text_of(response)
    assert not ImportBatch.objects.exists()


def test_a_stopped_import_says_how_far_it_came_and_a_colleague_sees_it_run(storekeeper):
    upload(storekeeper)
    batch = ImportBatch.objects.get()
    storekeeper.post(
        reverse("inventory:import_columns", args=[batch.pk]),
        {"sku": "Article", "name": "Title", "price": "Rate"},
    )
    colleague = Client()
    colleague.force_login(UserFactory(role="Storekeeper"))
    assert "imports this now: 0 of 3." in text_of(colleague.get(batch.get_absolute_url()))
    batch.refresh_from_db()
    assert batch.job is not None
    ask_to_cancel(batch.job, at=now())
    batch.refresh_from_db()
    assert (batch.state, batch.refusal) == ("stopped", "Cancelled before anything was done.")
    assert batch.refusal in text_of(storekeeper.get(batch.get_absolute_url()))


@pytest.mark.parametrize(
    ("name", "args", "allowed"),
    [
        ("product_list", [], {"Sales representative", "Storekeeper", "Sales manager"}),
        ("product_add", [], {"Storekeeper"}),
        ("goods_receive", [], {"Storekeeper", "Sales manager"}),
        ("receipt_list", [], {"Storekeeper", "Sales manager"}),
        ("stockmove_list", [], {"Storekeeper", "Sales manager"}),
        ("import_list", [], {"Storekeeper", "Sales manager"}),
        ("import_upload", [], {"Storekeeper", "Sales manager"}),
        ("devicemodel_list", [], {"Sales representative", "Storekeeper", "Sales manager"}),
    ],
)
def test_who_may_open_what(client, name, args, allowed):
    for role in ("Sales representative", "Storekeeper", "Sales manager"):
        client.force_login(UserFactory(role=role))
        status = client.get(reverse(f"inventory:{name}", args=args)).status_code
        assert (status == 200) is (role in allowed), role
        assert status in {200, 403}


def test_every_admin_page_of_the_goods_opens(admin_client):
    stocked(1)
    for model in ("brand", "category", "product", "devicemodel", "location", "productcost", "stocklevel", "stockmove",
                  "reservation", "goodsreceipt", "importbatch", "importrow"):  # fmt: skip
        assert admin_client.get(reverse(f"admin:inventory_{model}_changelist")).status_code == 200, model
    move = StockMove.objects.get()
    page = admin_client.get(reverse("admin:inventory_stockmove_change", args=[move.pk]))
    assert page.status_code == 200
    assert b'name="_save"' not in page.content
    assert admin_client.get(reverse("admin:inventory_stockmove_add")).status_code == 403


def test_a_receipt_grows_by_search_and_scan_and_books_nothing_before_it_is_received(storekeeper):
    """Without a script: the buttons of the form send it, and it comes back with one line more."""
    glass = ProductFactory(sku="GLS-1", name="Glass for A12", barcode="890100")
    ProductFactory(sku="LCD-1", name="Display for A12")
    ProductFactory(sku="LCD-2", name="Display for A12 black")
    LocationFactory(is_default=True)
    url = reverse("inventory:goods_receive")
    empty = {"idempotency_key": str(uuid.uuid4()), "lines-TOTAL_FORMS": "0", "lines-INITIAL_FORMS": "0"}
    supplier = Supplier.objects.create(name="Shenzhen Co")
    page = text_of(storekeeper.post(url, {**empty, "do": "add", "find": "890100", "supplier": supplier.pk}))
    assert 'value="GLS-1"' in page
    assert f'<option value="{supplier.pk}" selected>Shenzhen Co' in page
    line = {**empty, "lines-TOTAL_FORMS": "1", "lines-0-product": "GLS-1", "lines-0-quantity": "4",
            "lines-0-unit_cost": "1.2k"}  # fmt: skip
    again = text_of(storekeeper.post(url, {**line, "do": "add", "find": "gls-1"}))
    assert "Glass for A12: 5 pieces." in again
    assert "6,000.00" in again
    choice = text_of(storekeeper.post(url, {**line, "do": "add", "find": "display a12"}))
    assert choice.count('value="add:') == 2
    two = text_of(storekeeper.post(url, {**line, "do": f"add:{Product.objects.get(sku='LCD-1').pk}"}))
    assert 'name="lines-1-product"' in two
    none = text_of(storekeeper.post(url, {**line, "do": "remove:0"}))
    assert "GLS-1" not in none
    part = storekeeper.get(
        url, {"find": "glass"}, headers={"HX-Request": "true", "HX-Target": "receive-hits"}
    )
    assert f'value="add:{glass.pk}"' in text_of(part)
    assert "<html" not in text_of(part)
    assert not StockMove.objects.exists()
