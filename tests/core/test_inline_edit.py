"""One field changed where it stands, by the ordinary operation; taken back; never over somebody else's change."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core.history import acting
from core.screens.inline import fingerprint
from customers.models import Customer, TimelineEntry
from customers.operations import change_customer
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.orders import customer_with_credit, draft, sellable_product

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def field(client, record, name, **query):
    return client.get(record.get_absolute_url(), query, headers=headers(name))


def headers(name):
    return {"HX-Request": "true", "HX-Target": f"field-{name}"}


def save(client, record, name, value, was=None, **more):
    was = fingerprint(record, name) if was is None else was
    data = {"inline": name, "was": was, name: value}
    return client.post(record.get_absolute_url(), data, headers=headers(name), **more)


@pytest.fixture
def rep(client):
    user = UserFactory(role="Sales representative", name="Rhea")
    client.force_login(user)
    return user


@pytest.fixture
def shop(rep):
    return CustomerFactory(representative=rep, phone="+919810040411", industry="Repair")


def test_a_field_opens_as_its_form_field_and_closes_again(client, shop):
    opened = field(client, shop, "phone", edit="phone").content.decode()
    assert 'name="phone"' in opened
    assert "098100 40411" in opened
    assert "<html" not in opened
    closed = field(client, shop, "phone", field="phone").content.decode()
    assert "<form" not in closed
    assert 'href="tel:+919810040411"' in closed


def test_saved_by_the_operation_with_a_way_back(client, rep, shop):
    answer = save(client, shop, "phone", "98100 12345")
    shop.refresh_from_db()
    assert shop.phone.as_e164 == "+919810012345"
    text = answer.content.decode()
    assert "098100 12345" in text
    assert "Phone saved." in text
    entry = TimelineEntry.objects.latest("pk")
    assert (entry.event, entry.text, entry.by) == ("customer.changed", "Phone changed.", rep)
    undo = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text.partition("data-undo")[2])
    )
    assert undo["inline"] == "phone"
    client.post(shop.get_absolute_url(), undo, headers=headers("phone"))
    shop.refresh_from_db()
    assert shop.phone.as_e164 == "+919810040411"


def test_without_scripts_the_page_does_the_same(client, shop):
    url = shop.get_absolute_url()
    page = client.get(url, {"edit": "industry"}).content.decode()
    assert '<input type="text" name="industry" value="Repair"' in page
    data = {"inline": "industry", "was": fingerprint(shop, "industry"), "industry": "Wholesale"}
    answer = client.post(url, data, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    assert "Industry saved." in answer.content.decode()
    assert "data-undo" in answer.content.decode()
    shop.refresh_from_db()
    assert shop.industry == "Wholesale"


def test_the_same_value_writes_nothing(client, shop):
    before = TimelineEntry.objects.count()
    answer = save(client, shop, "industry", "Repair")
    assert answer.status_code == 200
    assert "saved" not in answer.content.decode()
    assert TimelineEntry.objects.count() == before


def test_nonsense_is_refused_beside_the_field_and_stays_typed(client, shop):
    answer = save(client, shop, "phone", "12")
    assert answer.status_code == 422
    assert 'value="12"' in answer.content.decode()
    assert Customer.objects.get(pk=shop.pk).phone == shop.phone


def test_what_the_operation_refuses_is_said_beside_the_field(client, shop):
    CustomerFactory(account_number="A-1")
    answer = save(client, shop, "account_number", "A-1")
    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_somebody_elses_change_is_not_written_over_and_named(client, rep, shop):
    opened_on = fingerprint(shop, "industry")
    other = UserFactory(name="Gita")
    with acting(by=other, via="web"):
        change_customer(shop, industry="Schools", by=other, at=NOW)
    answer = save(client, shop, "industry", "Wholesale", was=opened_on)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "Gita changed this just now: it is Schools now." in text
    assert 'value="Wholesale"' in text
    assert Customer.objects.get(pk=shop.pk).industry == "Schools"
    again = re.search(r'name="was" value="(\w+)"', text)[1]
    assert save(client, shop, "industry", "Wholesale", was=again).status_code == 200
    assert Customer.objects.get(pk=shop.pk).industry == "Wholesale"


def test_a_change_of_another_field_is_no_hindrance(client, rep, shop):
    opened_on = fingerprint(shop, "industry")
    change_customer(shop, website="https://shop.example", by=rep, at=NOW)
    assert save(client, shop, "industry", "Wholesale", was=opened_on).status_code == 200


def test_undo_comes_too_late_when_somebody_changed_it_again(client, rep, shop):
    text = save(client, shop, "industry", "Wholesale").content.decode()
    undo = dict(
        re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text.partition("data-undo")[2])
    )
    change_customer(shop, industry="Schools", by=rep, at=NOW)
    assert client.post(shop.get_absolute_url(), undo, headers=headers("industry")).status_code == 409
    assert Customer.objects.get(pk=shop.pk).industry == "Schools"


def test_who_may_not_change_sees_no_pencil_and_is_refused(client, shop):
    client.force_login(UserFactory(role="Support agent"))
    assert "data-edit" not in client.get(shop.get_absolute_url()).content.decode()
    assert field(client, shop, "phone", edit="phone").status_code == 404
    assert save(client, shop, "phone", "98100 12345").status_code == 403


def test_the_tax_id_is_not_offered_to_who_may_not_see_it(client, rep, shop):
    assert save(client, shop, "tax_id", "29ABCDE1234F1Z5").status_code == 403


def test_a_customer_of_the_own_is_not_given_away_in_place(client, rep, shop):
    assert save(client, shop, "representative", str(UserFactory().pk)).status_code == 403


@pytest.mark.parametrize("name", ["", "status", "idempotency_key", "password", "nonsense\x00"])
def test_fields_that_are_not_declared_are_not_there(client, rep, shop, name):
    url = shop.get_absolute_url()
    answer = client.post(url, {"inline": name, name or "x": "1", "was": ""}, headers=headers("phone"))
    assert answer.status_code == 404


def test_somebody_elses_record_is_not_there(client, rep):
    assert save(client, CustomerFactory(industry="Repair"), "industry", "x").status_code == 404


def test_a_draft_changes_its_reference_a_confirmed_order_nothing(client, rep):
    order = draft(customer_with_credit(representative=rep), (sellable_product("SCR", price="100"), 1))
    version = order.version
    assert save(client, order, "customer_reference", "PO 7").status_code == 200
    order.refresh_from_db()
    assert (order.customer_reference, order.version, order.lines.count()) == ("PO 7", version + 1, 1)
    client.post(reverse("orders:order_confirm", args=[order.pk]), {"version": order.version})
    order.refresh_from_db()
    assert order.status == "confirmed"
    assert save(client, order, "note", "x").status_code == 403
    assert "data-edit" not in client.get(order.get_absolute_url()).content.decode()


def test_a_product_changes_in_place_and_keeps_the_rest(client):
    client.force_login(UserFactory(role="Storekeeper"))
    product = sellable_product("SCR", price="100")
    assert save(client, product, "reorder_point", "12").status_code == 200
    assert save(client, product, "barcode", "890123").status_code == 200
    product.refresh_from_db()
    assert (product.reorder_point, product.barcode) == (12, "890123")
    other = sellable_product("GLS", price="10")
    assert save(client, other, "barcode", "890123").status_code == 422


def test_issued_documents_have_no_field_to_change(client, rep):
    from tests.factories.credit import bill, pay

    customer = CustomerFactory(representative=rep)
    for record in (bill(customer), pay(customer, "5.00")):
        answer = client.post(record.get_absolute_url(), {"inline": "note", "note": "x"})
        assert answer.status_code == 405
