"""A new customer."""

import threading
import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import Refusal
from customers.models import Customer
from customers.operations import add_customer
from tests.factories.accounts import UserFactory
from tests.factories.customers import ContactFactory, CustomerFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def add(**fields):
    return add_customer(**{"by": None, "at": NOW, "name": "Cell Point", **fields})


def test_a_customer_is_stored_with_all_of_its_profile():
    rep = UserFactory(role="Sales representative")
    customer = add(
        by=rep,
        name="  Cell Point ",
        kind="wholesaler",
        first_name="Asha",
        born_on=date(1990, 2, 3),
        account_number=" K-7 ",
        representative=rep,
        phone="098765 43210",
        whatsapp="wa.me/919876543211",
        email="Asha@Example.com",
        tax_id="27AAPFU0939F1ZV",
        annual_revenue=Decimal("1200000.00"),
        channels=["sms", "whatsapp"],
    )
    customer = Customer.objects.get(pk=customer.pk)
    assert customer.name == "Cell Point"
    assert customer.code == f"C-{customer.pk:05d}"
    assert customer.account_number == "K-7"
    assert customer.phone.as_e164 == "+919876543210"
    assert customer.whatsapp.as_e164 == "+919876543211"
    assert customer.email == "asha@example.com"
    assert customer.tax_id == "27AAPFU0939F1ZV"
    assert customer.channels == ["sms", "whatsapp"]
    assert customer.status == "active"
    assert [(e.event, e.text, e.by) for e in customer.timeline.all()] == [
        ("customer.added", "Customer added.", rep)
    ]


def test_messages_go_to_numbers_in_e164():
    customer = add(phone="098765 43210", whatsapp="", email="a@example.com")
    assert [customer.address_for(c) for c in ("whatsapp", "sms", "email")] == [
        "+919876543210",
        "+919876543210",
        "a@example.com",
    ]


def test_the_first_contact_is_the_key_person_and_the_first_address_of_a_kind_the_default():
    customer = add(
        contacts=[{"name": "Ravi"}, {"name": "Sita", "phone": "98765 43211"}],
        addresses=[
            {"kind": "billing", "street": "1 Main"},
            {"kind": "shipping", "street": "2 Main"},
            {"kind": "billing", "street": "3 Main"},
        ],
    )
    assert [(c.name, c.is_key) for c in customer.contacts.order_by("pk")] == [("Ravi", True), ("Sita", False)]
    assert [(a.kind, a.street, a.is_default) for a in customer.addresses.order_by("pk")] == [
        ("billing", "1 Main", True),
        ("shipping", "2 Main", True),
        ("billing", "3 Main", False),
    ]


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": "   "}, "name", "Name: This field cannot be blank."),
        ({"phone": "12"}, "phone", "“12” is not a telephone number that can be called."),
        ({"email": "no"}, "email", "E-mail: Enter a valid email address."),
        ({"kind": "alien"}, "kind", "Type: Value 'alien' is not a valid choice."),
        ({"name": "x" * 161}, "name", "Name: Ensure this value has at most 160 characters (it has 161)."),
        ({"born_on": date(1850, 1, 1)}, None, None),
    ],
)
def test_a_wrong_field_is_refused_in_a_sentence_and_nothing_is_stored(wrong, field, words):
    with pytest.raises(Refusal) as refused:
        add(**wrong)
    if words:
        assert refused.value.text == words
        assert refused.value.details["field"] == field
    assert Customer.objects.count() == 0


def test_a_wrong_contact_stores_no_customer_either():
    with pytest.raises(Refusal):
        add(contacts=[{"name": "Ravi", "phone": "12"}])
    assert Customer.objects.count() == 0


def test_an_account_number_is_given_once():
    add(account_number="K-7")
    with pytest.raises(Refusal) as refused:
        add(account_number="K-7")
    assert refused.value.details["field"] == "account_number"


def test_a_field_that_does_not_exist_is_a_bug():
    with pytest.raises(TypeError, match="shoe_size"):
        add(shoe_size=43)


@pytest.mark.parametrize(
    ("same", "words"),
    [
        ({"phone": "+91 98765 43210"}, "the same phone"),
        ({"second_phone": "9876543210"}, "the same phone"),
        ({"whatsapp": "wa.me/919876543210"}, "the same phone"),
        ({"contacts": [{"name": "X", "phone": "9876543210"}]}, "the same phone"),
        ({"email": "ASHA@example.com"}, "the same e-mail"),
        ({"tax_id": "27 aapfu 0939f1zv"}, "the same tax ID"),
    ],
)
def test_somebody_with_the_same_phone_email_or_tax_id_is_pointed_out(same, words):
    known = add(phone="9876543210", email="asha@example.com", tax_id="27AAPFU0939F1ZV")
    with pytest.raises(Refusal) as refused:
        add(name="Another", **same)
    assert refused.value.code == "possible_duplicate"
    assert refused.value.text == f"Cell Point ({known.code}) has {words}."
    assert [d.customer for d in refused.value.details["duplicates"]] == [known]


def test_a_contact_s_phone_counts_as_the_shop_s():
    contact = ContactFactory(phone="+919876543210", customer__name="Known Shop")
    with pytest.raises(Refusal) as refused:
        add(phone="9876543210")
    assert [d.customer for d in refused.value.details["duplicates"]] == [contact.customer]


def test_part_of_an_email_is_no_duplicate():
    CustomerFactory(email="xasha@example.com")
    assert add(email="asha@example.com").pk


def test_a_reason_overrides_the_hint_and_stays_on_the_timeline():
    known = add(phone="9876543210")
    customer = add(name="Branch", phone="9876543210", duplicate_reason="the owner's second shop")
    assert customer.timeline.get().text == (
        f"Customer added although it looks like {known.code}: the owner's second shop"
    )


def test_somebody_else_s_customer_is_not_named_to_who_may_not_see_it():
    CustomerFactory(name="Secret Shop", phone="+919876543210")
    with pytest.raises(Refusal) as refused:
        add(by=UserFactory(role="Sales representative"), phone="9876543210")
    assert refused.value.text == "A customer of somebody else has the same phone."
    assert refused.value.details["duplicates"] == []


def test_the_same_form_sent_twice_adds_one_customer():
    key = str(uuid.uuid4())
    first, second = add(phone="9876543210", idempotency_key=key), add(phone="9876543210", idempotency_key=key)
    assert first == second
    assert Customer.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fields", [{}, {"phone": "98765 43210"}, {"account_number": "K-7"}] * 2)
def test_the_same_form_sent_twice_at_once_adds_one_customer(fields):
    key, made, start = str(uuid.uuid4()), [], threading.Barrier(2)

    def send():
        start.wait()
        made.append(add(idempotency_key=key, **fields).pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 2
    assert set(made) == {Customer.objects.get().pk}
