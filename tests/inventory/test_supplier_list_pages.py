"""Suppliers' price lists on screen: from the upload to the decision, and who may see what they cost."""

from __future__ import annotations

import io
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.jobs import run_job
from core.models import Job
from inventory.models import Product, SupplierPriceList, SupplierProduct
from inventory.operations import accept_entries
from tests.factories.accounts import UserFactory
from tests.factories.supplier_lists import compared, offered, supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client):
    person = UserFactory(role="Sales manager")
    client.force_login(person)
    return person


def text_of(response):
    return response.content.decode()


def url(price_list):
    return reverse("inventory:supplierlist_detail", args=[price_list.pk])


def workbook():
    book = openpyxl.Workbook()
    for row in (["SKU", "Name", "Price"], ["A", "Battery", 5], ["B", "Cable", "2.50"]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return SimpleUploadedFile("list.xlsx", out.getvalue())


@pytest.mark.parametrize(
    "said",
    [
        {"file": SimpleUploadedFile("list.csv", b"SKU,Name,Price\nA,Battery,5\nB,Cable,2.50\n")},
        {"file": workbook()},
        {"text": "SKU\tName\tPrice\nA\tBattery\t5\nB\tCable\t2.50\n"},
    ],
    ids=["csv", "xlsx", "pasted"],
)
def test_a_list_goes_from_the_file_to_the_difference(client, me, said):
    form = {"supplier": supplier().pk, "is_whole": "on", "idempotency_key": str(uuid.uuid4())}
    answer = client.post(reverse("inventory:supplierlist_add"), form | said)
    made = SupplierPriceList.objects.get()
    assert answer.url == reverse("inventory:supplierlist_columns", args=[made.pk])
    assert "Battery" in text_of(client.get(answer.url))
    answer = client.post(answer.url, made.mapping)
    assert answer.url == url(made)
    assert "Waiting for its turn" in text_of(client.get(url(made)))
    run_job(SupplierPriceList.objects.get().job_id or 0)
    page = text_of(client.get(url(made)))
    assert "To decide (2)" in page
    assert "New (2)" in page
    assert "2.50" in page


@pytest.mark.parametrize("said", [{}, {"text": "SKU\nA", "file": SimpleUploadedFile("a.csv", b"SKU\nA\n")}])
def test_it_is_a_file_or_pasted(client, me, said):
    answer = client.post(reverse("inventory:supplierlist_add"), {"supplier": supplier().pk} | said)
    assert answer.status_code == 422
    assert "one of the two" in text_of(answer)


def test_a_row_is_decided_by_one_press_and_the_list_stays(client, me):
    offered("A", "100", name="Battery")
    made = compared("A;Battery;110", "B;Cable;5", by=me)
    sent = {"do": "decide", "state": "tab=open", "row": made.entries.get(key="A").pk, "verb": "accept"}
    answer = client.post(url(made), sent, headers={"HX-Request": "true", "HX-Target": "list"})
    assert answer.headers["HX-Retarget"] == "#list"
    assert "Cable" in text_of(answer)
    assert "Battery" not in text_of(answer)
    assert SupplierProduct.objects.get(sku="A").price == 110
    again = client.post(url(made), sent, headers={"HX-Request": "true", "HX-Target": "list"})
    assert "already" in text_of(again)


def test_all_that_fit_a_filter_are_decided_with_an_outcome_for_each(client, me):
    for sku, price in (("A", "100"), ("B", "100"), ("C", "100")):
        offered(sku, price, name=f"Part {sku}")
    made = compared("A;Part A;104", "B;Part B;130", "C;Part C;102", by=me)
    SupplierProduct.objects.filter(sku="C").update(price=101)
    state = "tab=open&percent_min=-10&percent_max=10"
    sent = {"do": "bulk", "bulk": "accept", "whole": "on", "state": state, "confirmed": "1"}
    client.post(url(made), sent | {"key": str(uuid.uuid4())})
    job = Job.objects.latest("pk")
    assert (job.state, job.done, job.refused) == ("done", 2, 1)
    assert job.failures.get().sentence.endswith("Compare it again.")
    prices = dict(SupplierProduct.objects.values_list("sku", "price"))
    assert prices == {"A": 104, "B": 100, "C": 101}


@pytest.mark.parametrize(
    ("state", "skus"),
    [
        ("tab=repriced", ["A", "B"]),
        ("tab=open&percent_min=5", ["A"]),
        ("tab=open&stocked=true", []),
        ("tab=open&ours=false", ["NEW"]),
        ("tab=gone", ["D"]),
        ("tab=all&q=part b", ["B"]),
        ("tab=open&category=screens", ["NEW"]),
        ("tab=open&below_cost=true", ["A"]),
    ],
)
def test_filters_narrow_the_rows(client, me, state, skus):
    for sku in ("A", "B", "D"):
        offered(sku, "1400", name=f"Part {sku}")
    made = compared(
        "A;Part A;1500;", "B;Part B;1410;", "NEW;Battery;5;Screens", by=me, heading="SKU;Name;Price;Category"
    )
    page = client.get(f"{url(made)}?{state}")
    assert sorted(row.record.sku for row in page.context["table"]) == skus


def test_what_was_accepted_is_undone_by_a_job(client, me):
    made = compared("A;Battery;5", "B;Cable;5", by=me)
    accept_entries(made.entries.values_list("pk", flat=True), by=me, at=timezone.now())
    answer = client.post(reverse("inventory:supplierlist_undo", args=[made.pk]))
    job = Job.objects.latest("pk")
    assert answer.url == job.get_absolute_url()
    run_job(job.pk)
    assert not Product.objects.exists()
    job.refresh_from_db()
    assert job.sentence == "2 rows taken back."


def test_the_page_costs_the_same_however_long_the_list_is(client, me):
    def queries(price_list):
        client.get(url(price_list))
        with CaptureQueriesContext(connection) as captured:
            client.get(url(price_list))
        return len(captured)

    offered("A", "100", name="Battery")
    few, many = compared("A;Battery;110", by=me), compared(*(f"S-{n};Part {n};5" for n in range(40)), by=me)
    accept_entries(few.entries.values_list("pk", flat=True)[:1], by=me, at=timezone.now())
    accept_entries(many.entries.values_list("pk", flat=True)[:20], by=me, at=timezone.now())
    assert queries(few) == queries(many)


@pytest.mark.parametrize("role", ["Sales representative", "Storekeeper", "Support agent"])
def test_who_may_not_see_costs_sees_no_list_row_nor_file(client, role):
    made = compared("A;Battery;5")
    client.force_login(UserFactory(role=role))
    for path in (reverse("inventory:supplierlist_list"), url(made), f"{url(made)}?export=csv"):
        assert client.get(path).status_code == 403
    assert (
        client.post(url(made), {"do": "decide", "row": made.entries.get().pk, "verb": "accept"}).status_code
        == 403
    )
