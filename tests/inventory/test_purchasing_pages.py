"""Buying on screen."""

import re
import uuid
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import (
    GoodsReceipt,
    Location,
    PurchaseOrder,
    StockLevel,
    Supplier,
    SupplierProduct,
    SupplierReturn,
)
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory, ProductFactory
from tests.factories.purchasing import SupplierFactory, arrive, ordered, shelf

pytestmark = pytest.mark.django_db


def client_as(role):
    client = Client()
    client.force_login(UserFactory(role=role))
    return client


@pytest.fixture
def buyer():
    return client_as("Sales manager")


@pytest.fixture
def storekeeper():
    return client_as("Storekeeper")


def text_of(response):
    return response.content.decode()


def key():
    return {"idempotency_key": str(uuid.uuid4())}


def test_a_supplier_is_entered_once_by_name(buyer):
    data = {"name": "Huaying", "currency": "usd", "language": "en", "lead_time_days": "9", "is_active": "on"}
    assert buyer.post(reverse("inventory:supplier_add"), data).status_code == 302
    supplier = Supplier.objects.get()
    assert (supplier.currency, supplier.lead_time_days) == ("USD", 9)
    again = buyer.post(reverse("inventory:supplier_add"), {**data, "name": "HUAYING"})
    assert again.status_code == 422
    assert "There is a supplier of this name." in text_of(again)


def test_one_supplier_of_a_product_is_preferred(buyer):
    product, old, new = ProductFactory(sku="A-1"), SupplierFactory(), SupplierFactory()
    SupplierProduct.objects.create(supplier=old, product=product, is_preferred=True)
    url = reverse("inventory:supplierproduct_add", args=[new.pk])
    data = {"code": "A-1", "sku": "HY-9", "price": "812.5", "minimum_quantity": "5", "is_preferred": "on"}
    assert buyer.post(url, data).status_code == 302
    offer = SupplierProduct.objects.get(is_preferred=True)
    assert (offer.supplier, offer.price) == (new, Decimal("812.5"))
    assert buyer.post(url, data).status_code == 422


def test_an_order_begins_with_what_is_short_and_is_written_and_sent(buyer):
    supplier, product = SupplierFactory(), ProductFactory(sku="A-1")
    shelf()
    SupplierProduct.objects.create(supplier=supplier, product=product, price=Decimal(8), minimum_quantity=50)
    url = reverse("inventory:purchase_add")
    page = text_of(buyer.get(f"{url}?supplier={supplier.pk}&products={product.pk}:40"))
    assert re.search(r'name="lines-0-quantity" value="40"', page) or 'value="40"' in page
    data = {
        **key(), "supplier": supplier.pk, "location": shelf().pk, "lines-TOTAL_FORMS": "1",
        "lines-INITIAL_FORMS": "0", "lines-0-product": "A-1", "lines-0-quantity": "40", "lines-0-unit_cost": "",
    }  # fmt: skip
    for _ in range(2):
        assert buyer.post(url, data).status_code == 302
    order = PurchaseOrder.objects.get()
    assert order.total == Decimal("320.00")
    page = text_of(buyer.get(order.get_absolute_url()))
    assert "they sell at least 50" in page
    send = reverse("inventory:purchase_send", args=[order.pk])
    assert supplier.email in text_of(buyer.get(send))
    assert buyer.post(send, {**key(), "recipient": supplier.email}).status_code == 302
    page = text_of(buyer.get(order.get_absolute_url()))
    assert "Queued" in page
    change = reverse("inventory:purchase_change", args=[order.pk])
    assert 'value="40"' in text_of(buyer.get(change))
    assert buyer.post(change, {**data, **key(), "lines-0-quantity": "60"}).status_code == 302
    assert "changed, not sent again" in text_of(buyer.get(order.get_absolute_url()))
    pdf = buyer.get(reverse("inventory:purchase_pdf", args=[order.pk]))
    assert pdf.content[:5] == b"%PDF-"


def test_scans_count_pieces_of_the_order_and_say_what_is_not_on_it(storekeeper):
    product = ProductFactory(sku="A-1", name="A12 combo", barcode="890100")
    ProductFactory(sku="B-1", name="B combo", barcode="890200")
    order = ordered((product, 10, "5"))
    StockLevel.objects.create(product=product, location=order.location, shelf="A-03-2")
    aside = LocationFactory(kind=Location.Kind.DAMAGED)
    url = reverse("inventory:purchase_receive", args=[order.pk])
    assert "A-03-2" in text_of(storekeeper.get(url))
    form = {
        **key(), "lines-TOTAL_FORMS": "1", "lines-INITIAL_FORMS": "0", "lines-0-product": "A-1",
        "lines-0-quantity": "2", "lines-0-damaged": "1", "lines-0-shelf": "A-03-2", "damaged_to": aside.pk,
    }  # fmt: skip
    page = text_of(storekeeper.post(url, {**form, "do": "add", "find": "890100"}))
    assert "A12 combo: 3 pieces." in page
    assert "Put it on A-03-2." in page
    wrong = text_of(storekeeper.post(url, {**form, "do": "add", "find": "890200"}))
    assert f"B combo is not on {order.number}. Put it aside." in wrong
    over = storekeeper.post(url, {**form, "lines-0-quantity": "12"})
    assert over.status_code == 422
    assert "A12 combo: 13 came, 10 were still to come." in text_of(over)
    for _ in range(2):
        assert storekeeper.post(url, {**form, "lines-0-quantity": "4"}).status_code == 302
    receipt = GoodsReceipt.objects.get()
    assert sorted(receipt.lines.values_list("quantity", "location")) == [(1, aside.pk), (4, None)]
    order.refresh_from_db()
    assert order.status == "part_received"


def test_broken_goods_go_back_from_their_receipt_and_are_credited(buyer):
    product = ProductFactory(sku="A-1")
    order = ordered((product, 10, "5"))
    receipt = arrive(order, 10)
    data = {
        **key(), "supplier": order.supplier_id, "code": "A-1", "location": order.location_id, "quantity": "2",
        "reason": "defect", "wanted": "credit", "receipt": receipt.number,
    }  # fmt: skip
    assert buyer.post(reverse("inventory:supplierreturn_add"), data).status_code == 302
    going = SupplierReturn.objects.get()
    assert going.expected == Decimal("10.00")
    url = reverse("inventory:supplierreturn_settle", args=[going.pk])
    assert buyer.post(url, {**key(), "status": "credited"}).status_code == 422
    assert buyer.post(url, {**key(), "status": "credited", "credited": "10"}).status_code == 302
    assert "Credited" in text_of(buyer.get(going.get_absolute_url()))
    page = text_of(buyer.get(order.supplier.get_absolute_url()))
    assert "2 of 10 pieces went back" in page
    pdf = buyer.get(reverse("inventory:supplierreturn_pdf", args=[going.pk]))
    assert pdf.content[:5] == b"%PDF-"


def test_a_storekeeper_receives_but_reads_no_price_and_writes_no_order(storekeeper):
    order = ordered((ProductFactory(), 10, "987.65"))
    page = text_of(storekeeper.get(order.get_absolute_url()))
    assert "987.65" not in page
    assert "9,876.50" not in page
    for name, args in (("purchase_add", []), ("purchase_pdf", [order.pk]), ("purchase_send", [order.pk])):
        assert storekeeper.get(reverse(f"inventory:{name}", args=args)).status_code == 403


@pytest.mark.parametrize(
    "name", ["supplier_list", "supplierproduct_list", "purchase_list", "supplierreturn_list"]
)
def test_lists_ask_the_same_however_long(buyer, django_assert_num_queries, name):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse(f"inventory:{name}") + "?tab=all"

    def one_more():
        product = ProductFactory()
        order = ordered((product, 2, "5"))
        SupplierProduct.objects.create(supplier=order.supplier, product=product, price=1)
        return order

    one_more()
    buyer.get(url)
    with CaptureQueriesContext(connection) as few:
        assert buyer.get(url).status_code == 200
    for _ in range(4):
        one_more()
    with django_assert_num_queries(len(few)):
        assert buyer.get(url).status_code == 200
