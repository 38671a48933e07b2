"""Tax IDs: encrypted at rest, found by exact value, shown to few, and their keys can be changed."""

import re
from io import StringIO

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from customers.models import Customer
from customers.operations import change_customer
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
GSTIN = "27AAPFU0939F1ZV"


def raw(customer):
    """What lies on disk: the row, its history, its search text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text, (SELECT string_agg(e::text, ' ') FROM customers_customerevent e WHERE e.id = c.id)"
            " FROM customers_customer c WHERE id = %s",
            [customer.pk],
        )
        return " ".join(cursor.fetchone())


def rotate():
    out = StringIO()
    call_command("rotate_field_keys", stdout=out)
    return out.getvalue()


def test_it_is_not_on_disk_in_plain_text():
    customer = CustomerFactory(tax_id=GSTIN)
    change_customer(customer, tax_id="29ABCDE1234F1Z5", by=None, at=timezone.now())
    stored = raw(customer)
    assert GSTIN not in stored
    assert "29ABCDE1234F1Z5" not in stored
    assert "gAAAA" in stored
    assert Customer.objects.get(pk=customer.pk).tax_id == "29ABCDE1234F1Z5"


def test_it_is_found_by_its_exact_value_however_it_is_written():
    customer = CustomerFactory(tax_id=GSTIN)
    CustomerFactory(tax_id="29ABCDE1234F1Z5")
    for typed in (GSTIN, "27 aapfu 0939-f1zv"):
        assert list(Customer.objects.with_tax_id(typed)) == [customer]
    for typed in (GSTIN[:-1], "", " "):
        assert list(Customer.objects.with_tax_id(typed)) == []


def test_keys_are_rotated_without_losing_a_value_or_a_look_up(settings):
    settings.FIELD_ENCRYPTION_KEYS = ["old"]
    customer = CustomerFactory(tax_id=GSTIN)
    empty = CustomerFactory(tax_id="")
    settings.FIELD_ENCRYPTION_KEYS = ["new", "old"]
    assert list(Customer.objects.with_tax_id(GSTIN)) == [customer]
    written, changed = customer.history.count(), Customer.objects.get(pk=customer.pk).updated_at

    assert "customers.Customer.tax_id: 1 encrypted anew" in rotate()
    assert "customers.Customer.tax_id: 0 encrypted anew" in rotate()

    settings.FIELD_ENCRYPTION_KEYS = ["new"]
    assert list(Customer.objects.with_tax_id(GSTIN)) == [customer]
    assert Customer.objects.get(pk=customer.pk).tax_id == GSTIN
    assert customer.history.get().tax_id == GSTIN
    assert customer.history.count() == written
    assert Customer.objects.get(pk=customer.pk).updated_at == changed
    assert Customer.objects.get(pk=empty.pk).tax_id == ""


def test_without_rotation_an_old_key_can_not_be_dropped(settings):
    settings.FIELD_ENCRYPTION_KEYS = ["old"]
    customer = CustomerFactory(tax_id=GSTIN)
    settings.FIELD_ENCRYPTION_KEYS = ["new"]
    with pytest.raises(InvalidToken):
        Customer.objects.get(pk=customer.pk)


def test_history_is_guarded_again_after_a_rotation():
    customer = CustomerFactory(tax_id=GSTIN)
    rotate()
    with pytest.raises(Exception, match="Cannot update or delete"):
        customer.history.update(name="x")


@pytest.mark.parametrize(
    ("role", "sees"), [("Credit controller", True), ("Accountant", True), ("Support agent", False)]
)
def test_it_is_shown_only_with_the_permission(role, sees, client):
    customer = CustomerFactory(tax_id=GSTIN)
    client.force_login(UserFactory(role=role))
    page = client.get(customer.get_absolute_url()).content.decode()
    assert (GSTIN in page) is sees


def test_without_the_permission_the_form_neither_shows_nor_clears_it(client):
    rep = UserFactory(role="Sales representative")
    customer = CustomerFactory(tax_id=GSTIN, representative=rep, name="Before")
    client.force_login(rep)
    url = f"/customers/{customer.pk}/change/"
    page = client.get(url).content.decode()
    assert "tax_id" not in page
    typed = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    answer = client.post(
        url,
        typed
        | {"name": "After", "tax_id": "", "kind": "business", "language": "en", "tax_treatment": "standard"}
        | {"delivery_method": "pickup", "currency": "INR", "contact_method": "whatsapp"},
    )
    assert answer.status_code == 302, answer.content.decode()
    stored = Customer.objects.get(pk=customer.pk)
    assert (stored.name, stored.tax_id) == ("After", GSTIN)
