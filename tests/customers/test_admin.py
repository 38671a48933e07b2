"""Customers in the admin."""

import pytest
from django.utils import timezone

from core.changes import Tracked, changes
from core.history import acting
from customers.models import Customer
from customers.operations import change_customer, record
from tests.factories.accounts import UserFactory
from tests.factories.customers import AddressFactory, ContactFactory, CustomerFactory, SegmentFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True, is_staff=True, name="Root")
    client.force_login(user)
    return user


def test_lists_and_records_open(admin, client):
    customer = CustomerFactory(name="Cell Point")
    ContactFactory(customer=customer, name="Ravi")
    AddressFactory(customer=customer)
    segment = SegmentFactory(customers=[customer])
    record(customer, "note.added", text="Called", by=admin, at=NOW)
    for url in (
        "customer/", f"customer/{customer.pk}/change/", "customer/add/", "segment/", f"segment/{segment.pk}/change/",
        "timelineentry/", f"timelineentry/{customer.timeline.get().pk}/change/",
    ):  # fmt: skip
        assert client.get(f"/admin/customers/{url}").status_code == 200, url


def test_the_admin_searches_as_the_pages_do(admin, client):
    CustomerFactory(name="Cell Point", phone="+919876543210")
    CustomerFactory(name="Another")
    page = client.get("/admin/customers/customer/?q=43210").content.decode()
    assert "Cell Point" in page
    assert "Another" not in page


def test_history_shows_who_changed_what_but_no_tax_id(admin, client):
    customer = CustomerFactory(name="Before", tax_id="27AAPFU0939F1ZV")
    change_customer(customer, name="After", tax_id="29ABCDE1234F1Z5", by=admin, at=NOW)
    page = client.get(f"/admin/customers/customer/{customer.pk}/history/").content.decode()
    assert "Before → After" in page
    assert "Tax ID: •••" in page
    assert "27AAPFU" not in page
    assert "29ABCDE" not in page


@pytest.mark.django_db(transaction=True)
def test_history_names_who_acted():
    customer, user = CustomerFactory(name="Before"), UserFactory(name="Asha")
    with acting(by=user, via="web", where="here"):
        change_customer(customer, name="After", by=user, at=NOW)
    latest, first = changes([Tracked(Customer, {"pgh_obj_id": customer.pk})], user=user).rows
    assert (latest.by, latest.door, [f[:4] for f in latest.fields]) == (
        "Asha",
        "on a page",
        [("Name", "Before", "After", False)],
    )
    assert (first.verb, first.fields) == ("added", [])


def test_what_happened_can_not_be_edited_in_the_admin(admin, client):
    entry = record(CustomerFactory(), "note.added", text="Called", by=admin, at=NOW)
    assert client.post(f"/admin/customers/timelineentry/{entry.pk}/change/", {"text": "x"}).status_code == 403
    assert client.get("/admin/customers/timelineentry/add/").status_code == 403
    assert client.post(f"/admin/customers/customer/{entry.customer_id}/delete/").status_code == 403
