"""The timeline, and the figures that higher layers tell."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from customers.models import CustomerFigures
from customers.operations import correct_purchases, record, record_purchase
from customers.queries import last_activity, timeline_page
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

NOW = timezone.now()


@pytest.mark.django_db
def test_recording_costs_one_insert(django_assert_num_queries):
    customer, user = CustomerFactory(), UserFactory()
    with django_assert_num_queries(1):
        entry = record(
            customer.pk,
            "order.confirmed",
            text="Order SO-00012 confirmed, 48,200.00.",
            about="orders.order:12",
            url="/orders/12/",
            by=user,
            at=NOW,
        )
    entry.refresh_from_db()
    assert (entry.customer, entry.event, entry.text, entry.about, entry.url, entry.by, entry.at) == (
        customer,
        "order.confirmed",
        "Order SO-00012 confirmed, 48,200.00.",
        "orders.order:12",
        "/orders/12/",
        user,
        NOW,
    )


@pytest.mark.django_db
def test_a_long_text_is_cut_rather_than_refused():
    entry = record(CustomerFactory(), "note.added", text="x" * 1000, by=None, at=NOW)
    assert entry.text == "x" * 299 + "…"


@pytest.mark.django_db
def test_what_happened_can_not_be_rewritten():
    entry = record(CustomerFactory(), "note.added", text="x", by=None, at=NOW)
    entry.text = "y"
    with pytest.raises(DatabaseError, match="Cannot update or delete"):
        entry.save()


@pytest.mark.django_db
def test_the_timeline_is_read_newest_first_in_pages_and_by_kind():
    customer = CustomerFactory()
    for n in range(45):
        kind = "order.confirmed" if n % 2 else "payment.recorded"
        record(customer, kind, text=str(n), by=None, at=NOW - timedelta(minutes=n // 3))
    record(CustomerFactory(), "order.confirmed", text="another's", by=None, at=NOW)
    told, after = [], ""
    for _page in range(3):
        page = timeline_page(customer, after=after)
        told += page.rows
        after = page.after
    assert (len(told), after) == (45, "")
    assert told == sorted(told, key=lambda e: (e.at, e.pk), reverse=True)
    assert {e.kind for e in timeline_page(customer, kind="payment").rows} == {"payment"}
    assert last_activity(customer) == NOW


@pytest.mark.django_db
def test_purchases_add_up():
    customer = CustomerFactory()
    for amount, on in [("100.10", date(2026, 3, 1)), ("0.15", date(2026, 1, 5)), ("50", date(2026, 2, 1))]:
        record_purchase(customer.pk, amount=Decimal(amount), on=on, at=NOW)
    figures = CustomerFigures.objects.get(customer=customer)
    assert (figures.orders, figures.spent) == (3, Decimal("150.25"))
    assert (figures.first_purchase_on, figures.last_purchase_on) == (date(2026, 1, 5), date(2026, 3, 1))
    assert figures.average_order == Decimal("50.08")


@pytest.mark.django_db
def test_a_purchase_is_one_statement(django_assert_num_queries):
    customer = CustomerFactory()
    with django_assert_num_queries(1):
        record_purchase(customer.pk, amount=Decimal(1), on=date(2026, 1, 1), at=NOW)


@pytest.mark.django_db
def test_figures_can_be_set_to_what_the_documents_say():
    customer = CustomerFactory()
    record_purchase(customer.pk, amount=Decimal(10), on=date(2026, 1, 1), at=NOW)
    correct_purchases(customer.pk, orders=0, spent=Decimal(0), first_on=None, last_on=None)
    figures = CustomerFigures.objects.get(customer=customer)
    assert (figures.orders, figures.spent, figures.last_purchase_on) == (0, Decimal(0), None)
    assert figures.average_order == Decimal("0.00")


@pytest.mark.django_db(transaction=True)
def test_purchases_told_at_once_all_count():
    customer, start = CustomerFactory(), threading.Barrier(4)

    def tell():
        start.wait()
        for _n in range(5):
            record_purchase(customer.pk, amount=Decimal("1.50"), on=date(2026, 1, 1), at=NOW)
        connection.close()

    threads = [threading.Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    figures = CustomerFigures.objects.get(customer=customer)
    assert (figures.orders, figures.spent) == (20, Decimal("30.00"))
