"""The list of what is short, its papers, and the daily report: right, and told once a day."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from openpyxl import load_workbook

from core.errors import Refusal
from core.models import Notification
from inventory.models import PurchaseOrder, ShortageReader, ShortageReport, Supplier, SupplierProduct
from inventory.operations import order_product, send_shortage_report, set_reader, watch_stock
from inventory.queries.shortage_report import report_lines
from inventory.queries.shortages import shortages, who_waits
from inventory.tasks import send_shortage_report as by_beat
from messaging.models import OutboundMessage
from messaging.operations.sending import outgoing
from tests.factories.accounts import UserFactory
from tests.factories.inventory import stocked
from tests.factories.orders import ConfirmedOrderFactory, customer_with_credit, sellable_product, shelf
from tests.inventory.test_watch_stock import on_order

MORNING = dt.datetime(2026, 11, 23, 3, 0, tzinfo=dt.UTC)  # 8:30 in Kolkata


def a_short_product(name="Note 10", pieces=7, **fields):
    """One that two shops wait for."""
    product = sellable_product(name=name, on_hand=2, **fields)
    for number, shop in enumerate(["Ravi Mobiles", "City Phones"]):
        customer = customer_with_credit(name=shop)
        ConfirmedOrderFactory(customer=customer, lines=[(product, pieces + number)])
    return product


@pytest.mark.django_db
def test_a_short_product_is_told_with_who_waits_and_what_to_order():
    product = a_short_product(reorder_point=3, reorder_quantity=10)
    offer = {"product": product, "minimum_quantity": 25, "pack_size": 10, "is_preferred": True}
    SupplierProduct.objects.create(supplier=Supplier.objects.create(name="Deep Parts"), **offer)
    on_order(product, 4, location=shelf(), expected_in=6)
    on_order(product, 1, location=shelf(), expected_in=-2)
    watch_stock(at=timezone.now())
    row: Any = shortages().get()
    assert (row.available, row.backordered, row.incoming, row.projected, row.late) == (0, 13, 5, -8, 1)
    assert (row.missing, row.suggested, row.supplier_name) == (12, 30, "Deep Parts")
    assert (row.shops, who_waits(row)) == (2, "Ravi Mobiles (5), City Phones (8)")
    (line,) = report_lines()
    same = line._fields[3:9] + line._fields[10:18]
    assert {name: getattr(line, name) for name in same} == {name: getattr(row, name) for name in same}
    assert (line.name, line.reorder_point, line.who) == (product.name, 3, who_waits(row))
    assert row.coming_on == timezone.localdate() - dt.timedelta(days=2)


@pytest.mark.django_db
def test_a_day_tells_what_will_still_be_short():
    level = stocked(4, reorder_point=5)
    on_order(level.product, 2, location=level.location, expected_in=6)
    watch_stock(at=timezone.now())
    today = timezone.localdate()
    still = [shortages(by=today + dt.timedelta(days=days)).count() for days in (0, 5, 6)]
    assert still == [1, 1, 0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "?tab=order", "?tab=late", "?q=note", "?still_on=2026-12-01", "?sort=-projected"]
)
def test_the_list_costs_the_same_for_many(client, address, django_assert_max_num_queries):
    client.force_login(UserFactory(role="Storekeeper"))
    for number in range(4):
        a_short_product(name=f"Note {number}")
    watch_stock(at=timezone.now())
    with django_assert_max_num_queries(14):
        assert client.get(f"/stock/shortages/{address}").status_code == 200


@pytest.mark.django_db
def test_the_queue_page_shows_only_ones_own_customers(client):
    rep = UserFactory(role="Sales representative")
    product = sellable_product(on_hand=0)
    for name, whose in (("Mine Mobiles", rep), ("Other Mobiles", None)):
        customer = customer_with_credit(name=name, representative=whose)
        ConfirmedOrderFactory(customer=customer, lines=[(product, 1)], by=rep)
    client.force_login(rep)
    page = client.get("/orders/backorders/").content.decode()
    assert "Mine Mobiles" in page
    assert "Other Mobiles" not in page


@pytest.mark.django_db
def test_the_list_is_a_paper_and_a_table(client):
    client.force_login(UserFactory(role="Storekeeper"))
    a_short_product(name="Note 10")
    watch_stock(at=timezone.now())
    assert client.get("/stock/shortages/pdf/").content.startswith(b"%PDF")
    table = client.get("/stock/shortages/?export=xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(table))).active
    assert sheet["A2"].value == "Note 10"


@pytest.mark.django_db
def test_the_report_is_sent_once_a_day_however_often_it_is_started():
    reader = UserFactory(role="Storekeeper", phone="+919820012345")
    set_reader(reader, report_by_whatsapp=True)
    ShortageReader.objects.create(user=UserFactory(role="Support agent"))  # has no right any more
    a_short_product(name="Note 10")
    watch_stock(at=timezone.now())
    with time_machine.travel(MORNING, tick=False):
        for _ in range(100):
            by_beat()
    report = ShortageReport.objects.get()
    assert (report.on, report.products, report.pieces, report.shops, report.people) == (
        dt.date(2026, 11, 23), 1, 13, 2, 1,
    )  # fmt: skip
    assert Notification.objects.filter(event="stock.report").count() == 1
    mail, chat = OutboundMessage.objects.filter(event="shortage_report").order_by("-channel")[::-1]
    assert (mail.recipient, chat.recipient) == (reader.email, "+919820012345")
    ((name, content, _type),) = outgoing(mail).files
    assert name == "shortages-2026-11-23.xlsx"
    assert load_workbook(io.BytesIO(content)).active["B2"].value == "Note 10"
    assert outgoing(chat).files == ()


@pytest.mark.django_db
def test_the_report_waits_for_its_hour_and_catches_up_once():
    set_reader(UserFactory(role="Storekeeper"))
    for hours, reports in ((-1, 0), (5, 1), (8, 1), (48, 2)):  # nobody worked on the 24th
        with time_machine.travel(MORNING + dt.timedelta(hours=hours), tick=False):
            by_beat()
        assert ShortageReport.objects.count() == reports


@pytest.mark.django_db
def test_the_command_says_it_dry_and_sends_it_to_somebody(capsys):
    someone = UserFactory(role="Sales manager")
    call_command("send_shortage_report", "--dry-run")
    assert "Nothing was sent" in capsys.readouterr().out
    assert not ShortageReport.objects.exists()
    send_shortage_report(at=timezone.now())
    for _ in range(3):
        call_command("send_shortage_report", "--to", someone.email)
    assert OutboundMessage.objects.filter(event="shortage_report", recipient=someone.email).count() == 1


@pytest.mark.django_db
def test_one_press_puts_what_is_missing_on_a_draft_once():
    buyer = UserFactory(role="Storekeeper")
    supplier = Supplier.objects.create(name="Deep Parts")
    products = [a_short_product(name=name, reorder_point=3) for name in ("Note 10", "Note 11")]
    for product in products:
        SupplierProduct.objects.create(supplier=supplier, product=product, minimum_quantity=5, price="12.5")
    watch_stock(at=timezone.now())
    for product in products:
        order_product(product.pk, by=buyer, at=timezone.now())
    with pytest.raises(Refusal, match="stands on"):
        order_product(products[0].pk, by=buyer, at=timezone.now())
    draft = PurchaseOrder.objects.get()
    lines = list(draft.lines.values_list("position", "product__name", "quantity"))
    assert (lines, draft.total) == ([(1, "Note 10", 17), (2, "Note 11", 17)], 425)
    assert [row.suggested for row in shortages()] == [17, 17]


@pytest.mark.django_db
def test_a_selection_of_products_becomes_a_draft_for_each_supplier_with_an_outcome_for_each(client):
    short, plenty, unknown, gone, cheap = (
        stocked(pieces, reorder_point=5, name=name).product
        for name, pieces in (("Short", 4), ("Plenty", 6), ("Unknown", 1), ("Gone", 1), ("Cheap", 2))
    )
    deep, near = (Supplier.objects.create(name=name, currency="INR") for name in ("Deep Parts", "Near Parts"))
    left = Supplier.objects.create(name="Left Parts", is_active=False)

    def sells(supplier, product, **fields):
        SupplierProduct.objects.create(supplier=supplier, product=product, **fields)

    sells(left, short, price=1, is_preferred=True)  # nobody buys there any more
    sells(near, short, price=10, minimum_quantity=20)
    sells(deep, short, price=11)
    sells(deep, plenty, price=5)
    sells(deep, gone, is_gone=True)
    sells(deep, cheap, price="2.50")
    sells(near, cheap, price=9, is_preferred=True)
    client.force_login(UserFactory(role="Sales manager"))
    chosen = {"do": "bulk", "bulk": "order", "confirmed": "1"}
    rows = [f"{product.pk}@" for product in (short, plenty, unknown, gone, cheap)]
    page = client.post("/stock/", chosen | {"row": rows, "key": "a1", "bulk-pieces": ""}, follow=True)
    said = page.content.decode()
    assert "20 pieces on Draft" in said
    assert said.count("Nobody is known to sell") == 2
    assert "6 are here or on their way, above its reorder point of 5. Say how many to order." in said
    drafts = {draft.supplier.name: draft for draft in PurchaseOrder.objects.all()}
    near_lines = drafts.pop("Near Parts").lines.values_list("product__name", "quantity", "price")
    assert (sorted(near_lines), drafts) == ([("Cheap", 4, 9), ("Short", 20, 10)], {})
    client.post("/stock/", chosen | {"row": [f"{plenty.pk}@"], "key": "a2", "bulk-pieces": "7"})
    (line,) = PurchaseOrder.objects.get(supplier=deep).lines.all()
    assert (line.product, line.quantity, line.price) == (plenty, 7, 5)
