"""Contact persons and addresses: one key person, one default of each kind."""

from typing import Any

import pytest
from django.utils import timezone

from core.errors import Refusal
from customers.operations import (
    add_address,
    add_contact,
    change_address,
    change_contact,
    remove_address,
    remove_contact,
)
from tests.factories.customers import AddressFactory, ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db
TOLD: dict[str, Any] = {"by": None, "at": timezone.now()}


def contacts(customer):
    return [(c.name, c.is_key) for c in customer.contacts.order_by("pk")]


def addresses(customer):
    return [(a.kind, a.street, a.is_default) for a in customer.addresses.order_by("pk")]


def test_a_new_key_person_takes_over():
    customer = CustomerFactory()
    add_contact(customer, name="Ravi", **TOLD)
    add_contact(customer, name="Sita", is_key=True, **TOLD)
    assert contacts(customer) == [("Ravi", False), ("Sita", True)]
    assert [e.text for e in customer.timeline.order_by("pk")] == [
        "Contact person Ravi added.",
        "Contact person Sita added.",
    ]


def test_the_key_person_stays_it_until_another_one_is():
    contact = ContactFactory(is_key=True, name="Ravi")
    change_contact(contact, name="Ravi K", is_key=False, **TOLD)
    assert contacts(contact.customer) == [("Ravi K", True)]


def test_when_the_key_person_goes_the_longest_standing_one_follows():
    customer = CustomerFactory()
    key = ContactFactory(customer=customer, name="A", is_key=True)
    ContactFactory(customer=customer, name="Z")
    ContactFactory(customer=customer, name="B")
    remove_contact(key, **TOLD)
    assert contacts(customer) == [("Z", True), ("B", False)]


def test_a_contact_needs_a_name_and_a_real_phone():
    customer = CustomerFactory()
    wrongs: list[dict[str, Any]] = [
        {"name": ""},
        {"name": "Ravi", "phone": "12"},
        {"name": "Ravi", "email": "x"},
    ]
    for wrong in wrongs:
        with pytest.raises(Refusal):
            add_contact(customer, **wrong, **TOLD)
    assert contacts(customer) == []


def test_a_refused_new_key_person_leaves_the_old_one():
    contact = ContactFactory(is_key=True, name="Ravi")
    with pytest.raises(Refusal):
        add_contact(contact.customer, name="Sita", email="x", is_key=True, **TOLD)
    assert contacts(contact.customer) == [("Ravi", True)]


def test_one_default_address_of_each_kind():
    customer = CustomerFactory()
    for kind, street, default in [
        ("billing", "1", False),
        ("shipping", "2", False),
        ("billing", "3", True),
        ("shipping", "4", False),
    ]:
        add_address(customer, kind=kind, street=street, is_default=default, **TOLD)
    assert addresses(customer) == [
        ("billing", "1", False),
        ("shipping", "2", True),
        ("billing", "3", True),
        ("shipping", "4", False),
    ]


def test_an_address_that_changes_its_kind_leaves_a_default_behind():
    customer = CustomerFactory()
    moved = AddressFactory(customer=customer, kind="billing", street="1", is_default=True)
    AddressFactory(customer=customer, kind="billing", street="2", is_default=False)
    AddressFactory(customer=customer, kind="shipping", street="3", is_default=True)
    change_address(moved, kind="shipping", **TOLD)
    assert addresses(customer) == [("shipping", "1", False), ("billing", "2", True), ("shipping", "3", True)]


def test_the_default_stays_it_until_another_one_is():
    address = AddressFactory(kind="billing", street="1", is_default=True)
    change_address(address, street="1a", is_default=False, **TOLD)
    assert addresses(address.customer) == [("billing", "1a", True)]


def test_when_the_default_goes_another_of_its_kind_follows():
    customer = CustomerFactory()
    gone = AddressFactory(customer=customer, kind="billing", street="1", is_default=True)
    AddressFactory(customer=customer, kind="shipping", street="2", is_default=True)
    AddressFactory(customer=customer, kind="billing", street="3", is_default=False)
    remove_address(gone, **TOLD)
    assert addresses(customer) == [("shipping", "2", True), ("billing", "3", True)]
    assert customer.timeline.get().text == "Billing address removed: 1, Mumbai, Maharashtra, 400001."
