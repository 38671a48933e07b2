"""The lists of customers, invoices, messages and products: their bulk actions and the columns to choose."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.jobs import run_job
from core.models import Job
from core.screens import Column
from core.screens.arranging import contributed
from customers.models import Customer, Segment
from customers.views import CustomerList
from inventory.models import Category, Product
from messaging.models import OutboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill
from tests.factories.customers import CustomerFactory
from tests.factories.inventory import ProductFactory
from tests.factories.messaging import OutboundMessageFactory
from tests.factories.orders import customer_with_credit

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    return user


def act(client, path, verb, rows, **said):
    sent = {"do": "bulk", "bulk": verb, "row": [row.pk for row in rows], "confirmed": "1"}
    response = client.post(path, sent | {f"bulk-{name}": value for name, value in said.items()})
    assert response.status_code == 302
    return Job.objects.latest("pk")


def test_customers_are_put_in_a_segment_and_taken_out(client, admin):
    shops = [CustomerFactory() for _n in range(2)]
    segment = Segment.objects.create(name="Diwali")
    act(client, "/customers/", "put_in", shops, segment=segment.pk)
    assert segment.memberships.count() == 2
    job = act(client, "/customers/", "take_out", [*shops[:1], CustomerFactory()], segment=segment.pk)
    assert (segment.memberships.count(), job.refused) == (1, 1)


def test_customers_are_handed_over_by_who_sees_others(client, admin):
    shop, now = CustomerFactory(), UserFactory(role="Sales representative")
    act(client, "/customers/", "hand_over", [shop], representative=now.pk)
    assert Customer.objects.get(pk=shop.pk).representative == now
    client.force_login(now)
    sent = {"do": "bulk", "bulk": "hand_over", "row": [shop.pk]}
    assert client.post("/customers/", sent).status_code == 403


def test_the_status_of_customers_is_set_with_a_reason(client, admin):
    shops = [CustomerFactory(), CustomerFactory(status="blocked")]
    job = act(client, "/customers/", "set_status", shops, status="blocked", reason="Unpaid")
    assert (job.done, job.refused) == (2, 1)
    assert set(Customer.objects.values_list("status", flat=True)) == {"blocked"}


def test_what_a_customer_owes_is_a_column_for_who_may_see_it(client, admin):
    customer_with_credit("5000", name="Owing")
    page = client.get(
        "/customers/?cols=name,credit_account.balance,credit_account.credit_limit"
    ).content.decode()
    assert "5,000.00" in page
    client.force_login(UserFactory(role="Storekeeper"))
    page = client.get("/customers/?cols=name,credit_account.credit_limit").content.decode()
    assert "Owing" in page
    assert "5,000.00" not in page


def test_every_column_of_customers_costs_the_same_for_any_number_of_rows(client, admin):
    columns = [*CustomerList.columns, *contributed("customers:customer_list", Column)]

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/customers/", {"cols": ",".join(c.name for c in columns)})
        return len(queries)

    customer_with_credit("5000")
    asked()
    few = asked()
    for _n in range(4):
        customer_with_credit("5000")
    assert asked() == few


def test_invoices_are_sent_again_unless_paid(client, admin):
    shop = customer_with_credit("5000", phone="+919810000001")
    invoices = [bill(shop, total="100.00"), bill(shop, total="200.00")]
    before = OutboundMessage.objects.count()
    job = act(client, "/receivables/", "send", invoices)
    assert (job.done, job.refused) == (2, 0)
    assert OutboundMessage.objects.count() > before


def test_one_pdf_of_many_invoices_is_a_workers(client, admin, monkeypatch):
    made = []
    monkeypatch.setattr(
        "credit.operations.batches.make_invoice_pdf", lambda invoice, at: made.append(invoice)
    )
    shop = customer_with_credit("5000")
    job = act(client, "/receivables/", "pdf", [bill(shop, total="100.00"), bill(shop, total="200.00")])
    assert job.state == "queued"
    monkeypatch.setattr("credit.operations.batches.read_invoice_pdf", lambda invoice, at: _paper())
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.done, len(made)) == ("done", 2, 2)
    assert job.result_name.endswith(".pdf")


def _paper() -> bytes:
    import io

    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(out)
    return out.getvalue()


def test_failed_messages_go_out_again_and_waiting_ones_are_cancelled(client, admin):
    failed, queued = OutboundMessageFactory(state="failed"), OutboundMessageFactory(state="queued")
    job = act(client, "/messages/", "resend", [failed, queued])
    assert (job.done, job.refused) == (2, 1)
    act(client, "/messages/", "cancel", [failed, queued])
    assert set(OutboundMessage.objects.values_list("state", flat=True)) == {"cancelled"}


def test_messages_are_found_by_shop_address_document_and_words(client, admin):
    shop = CustomerFactory(name="Zebra Phones")
    OutboundMessageFactory(
        customer=shop, body="Your parcel is here", key="order:77:x", recipient="+919810012345"
    )
    OutboundMessageFactory(
        customer=CustomerFactory(name="Other"), body="Nothing", key="k", recipient="+919899999999"
    )
    for text in ("zebra", "PARCEL", "order:77", "10012345"):
        assert client.get("/messages/", {"q": text}).context["count"].number == 1, text
    assert client.get("/messages/", {"q": "lion"}).context["count"].number == 0


def test_products_get_a_category_a_reorder_point_and_are_sold_or_not(client, admin):
    products = [ProductFactory(), ProductFactory()]
    category = Category.objects.create(path="Displays > Vivo")
    act(client, "/stock/", "category", products, category=category.pk)
    act(client, "/stock/", "reorder_point", products, reorder_point="5")
    act(client, "/stock/", "deactivate", products[:1])
    assert set(Product.objects.values_list("category", "reorder_point")) == {(category.pk, 5)}
    assert list(Product.objects.order_by("pk").values_list("is_active", flat=True)) == [False, True]
    again = act(client, "/stock/", "deactivate", products)
    assert again.refused == 1
