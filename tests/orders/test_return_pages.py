"""The pages of returns, deliveries and picking: what they show and do, and how often they ask."""

from __future__ import annotations

import io
import uuid

import pytest
from django.urls import reverse
from pypdf import PdfReader

from credit.models import Invoice
from credit.operations.links import make_link, token_of
from inventory.models import StockLevel
from orders.models import Delivery, DeliveryConfirmation, PickMark, Return
from orders.operations import confirm_order, deliver_order
from orders.slips import of_pick_list, slip_pdf
from tests.factories.accounts import UserFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product
from tests.factories.returns import ask_return, delivered, lines_of, places, received

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


def words(pdf: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def page_of(client, name: str, *args, **query):
    return client.get(reverse(f"orders:{name}", args=args), query)


def ready(*lines, **customer):
    return confirm_order(draft(customer_with_credit(**customer), *lines), by=None, at=now())


def test_a_return_from_the_desk_to_the_credit_note(client, boss):
    order = delivered(customer_with_credit(), (sellable_product("BACK-1", price="100"), 5))
    places()
    (line,) = lines_of(order)
    add = {"customer": order.customer_id, f"pieces_{line.pk}": "3", f"reason_{line.pk}": "too_many"}
    assert page_of(client, "return_add", invoice=line.invoice_id).status_code == 200
    assert client.post(reverse("orders:return_add"), add).status_code == 302
    rma = Return.objects.get()
    back = rma.lines.get()
    came = {f"came_{back.pk}_shelf": "2", f"came_{back.pk}_damaged": "1", "version": rma.version}
    shelf = StockLevel.objects.get(product=back.product).location_id
    assert page_of(client, "return_receive", rma.pk).status_code == 200
    assert (
        client.post(reverse("orders:return_receive", args=[rma.pk]), came | {"shelf": shelf}).status_code
        == 302
    )
    rma.refresh_from_db()
    assert page_of(client, "return_settle", rma.pk).status_code == 200
    settle = {"settlement": "credit", "fee_percent": "10", "version": rma.version}
    assert client.post(reverse("orders:return_settle", args=[rma.pk]), settle).status_code == 302
    shown = page_of(client, "return_detail", rma.pk).content.decode()
    assert "CRN-" in shown
    assert "DBN-" in shown
    assert "2 × Back to the shelf" in shown
    said = words(page_of(client, "return_slip", rma.pk).content)
    assert rma.number in said
    assert "BACK-1" in said


@pytest.mark.parametrize(("name", "most"), [("return_list", 14), ("delivery_list", 14), ("pick_queue", 14)])
def test_lists_ask_as_often_for_many_rows_as_for_few(client, boss, django_assert_max_num_queries, name, most):
    product = sellable_product(on_hand=100)

    def more():
        order = ready((product, 3))
        deliver_order(order, pieces={order.lines.get().pk: 2}, by=None, at=now())
        ask_return(order, 1)

    more()
    page_of(client, name)
    with django_assert_max_num_queries(most) as few:
        page_of(client, name)
    for _turn in range(4):
        more()
    with django_assert_max_num_queries(len(few)):
        assert page_of(client, name).status_code == 200


def test_the_record_of_a_return_asks_as_often_for_many_lines(client, boss, django_assert_max_num_queries):
    customer = customer_with_credit()
    counted = []
    for lines in (1, 6):
        order = delivered(customer, *[(sellable_product(), 2) for _ in range(lines)])
        rma = received(ask_return(order, *[1] * lines), *[{"shelf": 1}] * lines)
        page_of(client, "return_detail", rma.pk)
        with django_assert_max_num_queries(40) as queries:
            page_of(client, "return_detail", rma.pk)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_part_is_delivered_from_its_page_with_a_slip_without_prices(client, boss):
    order = ready((sellable_product("PART-1", price="777"), 5), language="hi")
    line = order.lines.get()
    url = reverse("orders:order_deliver_part", args=[order.pk])
    assert client.get(url).status_code == 200
    sent = {f"pieces_{line.pk}": "2", "version": order.version}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 422  # the page is stale: nothing goes twice
    delivery = Delivery.objects.get()
    said = words(page_of(client, "delivery_slip", delivery.pk).content)
    assert delivery.number in said
    assert "777" not in said
    assert "PART-1" in words(page_of(client, "order_packing_slip", order.pk).content)
    shown = page_of(client, "order_detail", order.pk).content.decode()
    assert delivery.number in shown


def test_a_pick_list_goes_by_shelf_and_adds_up_over_orders(client, boss):
    near, far = sellable_product("NEAR-1", on_hand=50), sellable_product("FAR-1", on_hand=50)
    StockLevel.objects.filter(product=near).update(shelf="A-01")
    StockLevel.objects.filter(product=far).update(shelf="Z-09")
    orders = [ready((far, 2), (near, 3)) for _ in range(2)]
    slip = of_pick_list(orders)
    together = slip.tables[0]
    assert [(row[0].strip("\u2068\u2069"), row[2]) for row in together.rows] == [("A-01", "6"), ("Z-09", "4")]
    said = words(slip_pdf(slip))
    assert said.index("NEAR-1") < said.index("FAR-1")
    assert orders[1].code in said
    assert "NEAR-1" in words(page_of(client, "order_pick_list", orders[0].pk).content)


def test_scans_are_kept_counted_once_and_a_wrong_product_is_said(client, boss):
    product = sellable_product("SCAN-1", barcode="4006381333931")
    other = sellable_product("SCAN-2")
    order = ready((product, 2))
    url = reverse("orders:order_pick", args=[order.pk])
    htmx = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "pick"}
    key = str(uuid.uuid4())
    for _turn in range(2):
        answer = client.post(url, {"code": "4006381333931", "reference": key}, **htmx)
    assert PickMark.objects.count() == 1
    assert "1 of 2" in answer.content.decode()
    assert "Wrong product" in client.post(url, {"code": other.sku}, **htmx).content.decode()
    assert "1 / 2" in client.get(url).content.decode()
    listed = page_of(client, "pick_queue").content.decode()
    assert boss.name in listed


def test_a_shop_asks_to_send_goods_back_and_sees_what_became_of_it(client):
    customer = customer_with_credit(language="ar")
    order = delivered(customer, (sellable_product(), 5))
    invoice = Invoice.objects.get(order_number=order.code)
    token = token_of(make_link(invoice.account, invoice, at=now()).link)
    url = reverse("orders:shop_return", args=[token, invoice.number])
    form = client.get(url)
    assert form.status_code == 200
    (line,) = lines_of(order)
    sent = {"key": form.context["key"], "reason": "faulty", "words": "No touch", f"pieces_{line.pk}": "2"}
    assert client.post(url, sent).status_code == 303
    assert client.post(url, sent).status_code == 303
    rma = Return.objects.get()
    assert (rma.from_shop, rma.note, rma.lines.get().quantity) == (True, "No touch", 2)
    slip = client.get(reverse("orders:retailer_return", args=[token, rma.number]))
    assert slip["Content-Type"] == "application/pdf"
    assert rma.number in client.get(reverse("credit:retailer", args=[token])).content.decode()
    again = client.get(url)
    too_many = {"key": again.context["key"], "reason": "faulty", f"pieces_{line.pk}": "4"}
    assert client.post(url, too_many).status_code == 422


def test_a_shop_confirms_each_delivery_on_its_page(client):
    order = ready((sellable_product(), 5))
    for pieces in (2, 3):
        order = deliver_order(order, pieces={order.lines.get().pk: pieces}, by=None, at=now())
    invoice = Invoice.objects.get(order_number=order.code)
    token = token_of(make_link(invoice.account, invoice, at=now()).link)
    first, second = Delivery.objects.order_by("pk")
    shown = client.get(reverse("credit:retailer", args=[token])).content.decode()
    assert first.number in shown
    assert second.number in shown
    url = reverse("orders:shop_received", args=[token, invoice.number])
    form = client.get(url, {"delivery": second.number})
    client.post(url, {"key": form.context["key"], "delivery": second.number, "received_by": "Asha"})
    assert DeliveryConfirmation.objects.get().delivery == second
