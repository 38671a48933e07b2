"""The page of every kind of record costs the same, however much hangs on the record."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.operations import record
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.customers import AddressFactory, ContactFactory
from tests.factories.inventory import DeviceModelFactory
from tests.factories.messaging import OutboundMessageFactory
from tests.factories.orders import customer_with_credit, draft, receive, sellable_product

pytestmark = pytest.mark.django_db


def of_customer(much):
    customer = customer_with_credit()
    for n in range(much):
        ContactFactory(customer=customer)
        AddressFactory(customer=customer, is_default=not n)
        record(customer, "note.added", text=f"Note {n}", by=UserFactory(), at=timezone.now())
        draft(customer, (sellable_product(f"C{much}-{n}", price="10"), 1))
        bill(customer, total="10.00")
        pay(customer, "5.00", by=UserFactory())
        OutboundMessageFactory(customer=customer)
    return customer


def of_order(much):
    lines = [(sellable_product(f"O{much}-{n}", price="10"), n + 1) for n in range(much)]
    return draft(customer_with_credit(), *lines)


def of_invoice(much):
    customer = customer_with_credit()
    invoice = bill(customer, total="100.00")
    for _n in range(much):
        pay(customer, "2.00", by=UserFactory())
        OutboundMessageFactory(customer=customer, about=f"credit.invoice:{invoice.pk}")
    return invoice


def of_payment(much):
    customer = customer_with_credit()
    for _n in range(much):
        bill(customer, total="3.00")
    payment = pay(customer, "30.00")
    for _n in range(much):
        OutboundMessageFactory(customer=customer, about=f"credit.payment:{payment.pk}")
    return payment


def of_product(much):
    product = sellable_product(f"P{much}", price="10", on_hand=100)
    for n in range(much):
        receive(product, 1, "6")
        draft(customer_with_credit(), (product, 1))
        product.compatibilities.create(device_model=DeviceModelFactory(name=f"Phone {much} {n}"))
        other = sellable_product(f"S{much}-{n}", price="9")
        other.compatibilities.create(device_model=product.compatibilities.first().device_model)
    return product


def of_message(much):
    message = OutboundMessageFactory(customer=customer_with_credit(), state="failed")
    for n in range(much):
        message.events.create(kind="rejected", attempt=n, by=UserFactory(), at=timezone.now())
    return message


MADE = [of_customer, of_order, of_invoice, of_payment, of_product, of_message]


def asked(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return queries


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
@pytest.mark.parametrize("tab", ["", "history", "attachments"])
def test_little_and_much_cost_the_same(client, make, tab):
    client.force_login(UserFactory(is_superuser=True))
    few, many = make(2), make(5)
    asked(client, f"{few.get_absolute_url()}?tab={tab}")
    little = asked(client, f"{few.get_absolute_url()}?tab={tab}")
    much = asked(client, f"{many.get_absolute_url()}?tab={tab}")
    assert len(much) <= len(little), "\n".join(q["sql"][:160] for q in much.captured_queries)


@pytest.mark.parametrize("make", MADE, ids=lambda make: make.__name__)
def test_a_tab_that_htmx_fetches_is_a_part_and_asks_less(client, make):
    client.force_login(UserFactory(is_superuser=True))
    address = f"{make(2).get_absolute_url()}?tab=history"
    whole = asked(client, address)
    with CaptureQueriesContext(connection) as part:
        answer = client.get(address, headers={"HX-Request": "true", "HX-Target": "record"}).content.decode()
    assert "<html" not in answer
    assert 'id="tab-history"' in answer
    assert len(part) < len(whole)
