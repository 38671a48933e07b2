"""The retailer's side of paying online: what the page offers, and where people are sent."""

from __future__ import annotations

import re

import pytest

from credit.models import Checkout, Payment
from credit.operations.links import token_of

from .test_gateways import arrive, link_of, work_all

pytestmark = pytest.mark.django_db


def send(client, link, amount="400", **fields):
    return client.post(
        f"/r/{token_of(link)}/pay/", {"amount": amount, "gateway": "stripe", "key": "k1", **fields}
    )


def test_a_page_offers_the_gateways_that_are_set_up_with_what_is_open_typed_in(client, pay):
    link, _invoices = link_of("1000")
    page = client.get(f"/r/{token_of(link)}/").content.decode()
    assert re.findall(r'name="gateway" value="(\w+)"', page) == ["razorpay", "stripe"]
    assert 'name="amount"' in page
    assert 'value="1000.00"' in page


def test_without_keys_nothing_is_offered(client, settings):
    settings.STRIPE_SECRET_KEY = settings.RAZORPAY_KEY_ID = ""
    link, _invoices = link_of("1000")
    assert 'name="gateway"' not in client.get(f"/r/{token_of(link)}/").content.decode()


def test_paying_a_part_leads_to_the_gateway_and_back_to_a_page_that_knows(client, pay):
    link, _invoices = link_of("1000")
    answer = send(client, link)
    assert answer.status_code == 303
    going = client.get(answer["Location"]).content.decode()
    assert f'url={pay.url}/pay/{pay.pages[0].id}"' in going
    back = pay.pages[0].back.replace("http://testserver", "")
    assert "We wait for the word of the bank" in client.get(back).content.decode()
    assert not Payment.objects.exists()  # coming back books nothing
    arrive(client, pay.pay(pay.pages[0]))
    work_all()
    assert "Your payment has arrived" in client.get(back).content.decode()
    assert Payment.objects.get().amount == 400


def test_the_same_form_sent_twice_is_one_checkout(client, pay):
    link, _invoices = link_of("1000")
    assert send(client, link)["Location"] == send(client, link)["Location"]
    assert Checkout.objects.count() == len(pay.pages) == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [("", "how much"), ("abc", "abc"), ("0", "how much"), ("5000", "too much"), ("9" * 39, "")],
)
def test_what_can_not_be_paid_is_said_beside_the_field_and_stays_typed(client, pay, typed, said):
    link, _invoices = link_of("1000")
    answer = send(client, link, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert said in page
    assert not typed or f'value="{typed}"' in page
    assert not Checkout.objects.exists()


def test_a_gateway_that_is_down_says_that_nothing_was_charged(client, pay):
    link, _invoices = link_of("1000")
    pay.fail = ["down"] * 3
    answer = send(client, link)
    assert answer.status_code == 422
    assert "Nothing was charged" in answer.content.decode()


def test_another_accounts_checkout_is_not_there(client, pay):
    link, _invoices = link_of("1000")
    other, _theirs = link_of("1000")
    send(client, link)
    reference = Checkout.objects.get().reference
    assert client.get(f"/r/{token_of(other)}/paid/{reference}/").status_code == 404
    assert client.get(f"/r/{token_of(link)}/paid/{reference}/").status_code == 200
