"""Changes of the profile, and of whether a customer may order."""

import pytest
from django.utils import timezone

from core.errors import Refusal
from customers.models import Customer
from customers.operations import change_customer, set_status
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def texts(customer):
    return [(entry.event, entry.text) for entry in customer.timeline.order_by("pk")]


def test_changed_fields_are_stored_and_told():
    customer, user = CustomerFactory(phone=""), UserFactory()
    change_customer(customer, phone="098765 43210", industry="Repair", by=user, at=NOW)
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.phone.as_e164, stored.industry) == ("+919876543210", "Repair")
    assert texts(customer) == [("customer.changed", "Phone, industry changed.")]


def test_what_stays_the_same_is_neither_written_nor_told():
    customer = CustomerFactory(phone="+919876543210", tax_id="ABC")
    change_customer(customer, phone="98765 43210", name=customer.name, tax_id="ABC", by=None, at=NOW)
    assert texts(customer) == []
    assert customer.history.count() == 1
    assert Customer.objects.get(pk=customer.pk).updated_at == customer.updated_at


def test_a_hand_over_names_both():
    old, new = UserFactory(name="Anil"), UserFactory(name="Bina")
    customer = CustomerFactory(representative=old)
    change_customer(customer, representative=new, by=None, at=NOW)
    assert texts(customer) == [("customer.changed", "Handed over from Anil to Bina.")]


def test_the_status_is_not_changed_on_the_side():
    with pytest.raises(TypeError):
        change_customer(CustomerFactory(), status="blocked", by=None, at=NOW)


def test_a_refused_change_leaves_all_as_it_was():
    customer = CustomerFactory(industry="Repair")
    with pytest.raises(Refusal):
        change_customer(customer, industry="Sales", email="no", by=None, at=NOW)
    assert Customer.objects.get(pk=customer.pk).industry == "Repair"
    assert texts(customer) == []


@pytest.mark.parametrize(
    ("status", "told", "can_order"),
    [
        ("inactive", "Made inactive. Moved away", True),
        ("blocked", "Blocked. Moved away", False),
        ("blacklisted", "Blacklisted. Moved away", False),
    ],
)
def test_set_status_says_who_why_and_whether_it_may_order(status, told, can_order):
    customer, user = CustomerFactory(), UserFactory()
    stopped = set_status(customer, status, reason=" Moved away ", by=user, at=NOW)
    assert (stopped.status, stopped.can_order) == (status, can_order)
    entry = customer.timeline.get()
    assert (entry.event, entry.text, entry.by, entry.at) == (f"customer.{status}", told, user, NOW)


def test_a_blocked_customer_may_order_again():
    customer = set_status(CustomerFactory(status="blocked"), "active", reason="Paid", by=None, at=NOW)
    assert customer.can_order
    assert texts(customer) == [("customer.active", "Active again. Paid")]


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [("blocked", "  ", "reason_missing"), ("active", "x", "same_status"), ("gone", "x", "invalid")],
)
def test_set_status_refuses(status, reason, code):
    customer = CustomerFactory()
    with pytest.raises(Refusal) as refused:
        set_status(customer, status, reason=reason, by=None, at=NOW)
    assert refused.value.code == code
    assert texts(customer) == []


def test_every_change_is_in_the_history_by_trigger():
    customer = CustomerFactory(name="Before")
    Customer.objects.filter(pk=customer.pk).update(name="After")
    assert list(customer.history.order_by("pgh_id").values_list("pgh_label", "name")) == [
        ("insert", "Before"),
        ("update", "After"),
    ]
