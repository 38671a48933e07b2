"""Through its link a shop says that goods arrived, and asks for the same again."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from core.errors import Refusal
from core.models import Notification
from credit.models import Invoice
from credit.operations.links import make_link, token_of
from customers.models import TimelineEntry
from inventory.models import Product
from orders.models import DeliveryConfirmation, Order, Reorder
from orders.operations import confirm_order
from orders.operations.shop import ask_for_again, confirm_delivery
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.orders import customer_with_credit, draft, now, sellable_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return UserFactory(role="Sales representative", team=TeamFactory())


@pytest.fixture
def invoice(seller) -> Invoice:
    """Three displays of ten, sold on credit."""
    product = sellable_product("RN10", price="100", on_hand=10)
    customer = customer_with_credit("100000", name="Corner Phones", representative=seller)
    order = draft(customer, (product, 3))
    confirm_order(order, by=seller, at=now())
    return Invoice.objects.get(order_number=order.code)


@pytest.fixture
def url(invoice):
    return f"/r/{token_of(make_link(invoice.account, invoice, at=timezone.now()).link)}/"


def send(client, url, **fields):
    found = re.search(r'name="key" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return client.post(url, {"key": found[1], **fields})


def test_a_shop_confirms_that_its_order_has_arrived(client, url, invoice, seller):
    answer = send(client, f"{url}received/{invoice.number}/", received_by="Asha", words="All good")
    assert answer.status_code == 303
    row = DeliveryConfirmation.objects.get()
    assert (row.invoice, row.received_by, row.all_there) == (invoice, "Asha", True)
    assert "You said that it arrived" in client.get(url).content.decode()
    entry = TimelineEntry.objects.get(event="order.received")
    assert entry.text == f"The shop says that {row.order.code} has arrived · Asha: All good"
    client.force_login(seller)
    page = client.get(row.order.get_absolute_url()).content.decode()
    assert "The shop says it arrived" in page
    assert "Asha" in page


def test_the_first_word_counts(invoice):
    confirm_delivery(invoice, link=None, received_by="Asha", at=now())
    again = confirm_delivery(invoice, link=None, received_by="Somebody else", at=now())
    assert again.received_by == "Asha"
    assert TimelineEntry.objects.filter(event="order.received").count() == 1


def test_who_is_in_charge_hears_of_what_is_missing(invoice, seller):
    confirm_delivery(invoice, link=None, all_there=False, words="One is missing", at=now())
    assert Notification.objects.get(event="order.received").user == seller


def test_an_invoice_without_an_order_has_no_delivery(invoice):
    other = Invoice(pk=invoice.pk + 1, account=invoice.account, order_number="")
    with pytest.raises(Refusal):
        confirm_delivery(other, link=None, at=now())


def test_the_same_again_is_a_draft_at_todays_prices_that_waits_for_us(client, url, invoice, seller):
    Product.objects.filter(sku="RN10").update(list_price="120")
    answer = send(client, f"{url}again/{invoice.number}/", pieces_0="5", words="By Friday")
    assert answer.status_code == 303
    row = Reorder.objects.get()
    line = row.order.lines.get()
    assert (row.order.status, line.quantity, row.order.note) == ("draft", 5, "By Friday")
    assert Notification.objects.get(event="order.reorder_asked").user == seller
    assert "You asked for this again" in client.get(url).content.decode()
    client.force_login(seller)
    assert "Reorder from Corner Phones" in client.get(row.order.get_absolute_url()).content.decode()


def test_asked_twice_with_one_form_is_one_draft(invoice):
    for _again in range(2):
        ask_for_again(invoice, link=None, reference="link:1:abc", at=now())
    assert Order.objects.filter(status="draft").count() == 1


def test_what_is_not_in_stock_is_told_and_what_is_not_sold_is_left_out(client, url, invoice):
    page = client.get(f"{url}again/{invoice.number}/").content.decode()
    assert "in stock now" not in page
    answer = send(client, f"{url}again/{invoice.number}/", pieces_0="3")
    assert answer.status_code == 303
    Product.objects.update(is_active=False)
    with pytest.raises(Refusal, match="None of this"):
        ask_for_again(invoice, link=None, reference="another", at=now())


def test_nothing_is_ordered_with_no_pieces(client, url, invoice):
    answer = send(client, f"{url}again/{invoice.number}/", pieces_0="0")
    assert answer.status_code == 422
    assert "Say how many pieces you want." in answer.content.decode()


def test_a_link_to_another_invoice_can_not_act_on_this_one(client, url, invoice):
    product = Product.objects.get(sku="RN10")
    order = draft(invoice.account.customer, (product, 1))
    confirm_order(order, by=None, at=now())
    other = Invoice.objects.get(order_number=order.code)
    for verb in ("received", "again"):
        assert client.get(f"{url}{verb}/{other.number}/").status_code == 404
