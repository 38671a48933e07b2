"""Asking for a new link: it goes to the number on file, once an hour, and the page tells a stranger nothing."""

import datetime as dt
import threading

import pytest
import time_machine
from django.conf import settings as project
from django.core.signing import Signer
from django.db import connection
from django.test import Client

from core.throttle import too_often
from credit.models import RetailerLink
from credit.operations.asking import ask_for_link
from credit.operations.links import find_link, make_link, replace_link, revoke_link, token_of
from customers.models import TimelineEntry
from messaging.models import OutboundMessage
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(days=project.RETAILER_LINK_DAYS)


@pytest.fixture
def account():
    return AccountFactory(
        customer=CustomerFactory(name="Shree Mobile Point", phone="+919810012345", channels=["sms"])
    )


@pytest.fixture
def ended(account):
    """The token of an invoice's link that has expired by `LATER`."""
    return token_of(make_link(account, bill(account.customer, at=NOW), at=NOW).link)


@pytest.fixture
def later():
    with time_machine.travel(LATER, tick=False):
        yield LATER


def ask(client, token, at="127.0.0.1", **query):
    return client.post(f"/r/{token}/ask/", query_params=query, REMOTE_ADDR=at)


def test_a_link_that_ended_brings_a_new_one_to_the_customer(client, account, ended, later):
    answer = ask(client, ended)
    assert answer.status_code == 200
    message = OutboundMessage.objects.get()
    assert (message.event, message.recipient, message.channel) == ("link_renewed", "+919810012345", "sms")
    link = RetailerLink.objects.get(revoked_at=None)
    assert f"/r/{token_of(link)}/" in message.body
    assert link.invoice == find_link(token_of(link), at=later).invoice
    assert client.get(f"/r/{token_of(link)}/").status_code == 200


def test_the_customers_timeline_says_so(account, ended):
    ask_for_link(ended, at=LATER)
    entry = TimelineEntry.objects.get(event="message.link_asked")
    assert (entry.customer, entry.by) == (account.customer, None)
    assert entry.text == "Asked for a new link; the old one had ended."
    assert entry.about.startswith("credit.invoice:")


def test_the_answer_says_nothing_of_the_customer(client, account, ended, later):
    said = ask(client, ended).content.decode()
    for secret in ("Shree", "98100", "12345", "INV-", "₹"):
        assert secret not in said
    assert token_of(RetailerLink.objects.get(revoked_at=None)) not in said


def test_every_address_gets_the_same_answer(client, account, ended, later):
    forged = Signer(salt="somebody else", sep=".").sign(ended.split(".")[0])
    living = token_of(make_link(account, at=later).link)
    known = ask(client, ended).content
    for n, token in enumerate(["x.y", forged, ended[:-1], ended[:-1] + "é", living, ended]):
        answer = ask(client, token, at=f"10.0.0.{n}")
        assert (answer.status_code, answer.content) == (200, known), token
    assert OutboundMessage.objects.count() == 1


@pytest.mark.parametrize("change", ["made up", "cut", "foreign", "nul"])
def test_a_token_that_was_never_ours_leads_nowhere(ended, change):
    uid = ended.split(".")[0]
    token = {
        "made up": "x.y",
        "cut": ended[:-1],
        "foreign": Signer(salt="somebody else", sep=".").sign(uid),
        "nul": "\x00",
    }[change]
    assert not ask_for_link(token, at=LATER)
    assert not OutboundMessage.objects.exists()
    assert not TimelineEntry.objects.filter(event="message.link_asked").exists()


def test_a_link_that_works_brings_no_other(account):
    token = token_of(make_link(account, at=NOW).link)
    assert not ask_for_link(token, at=NOW)
    assert RetailerLink.objects.count() == 1


def test_a_link_that_staff_ended_brings_a_new_one_to_the_customer_alone(account):
    made = make_link(account, at=NOW)
    revoke_link(made.link, by=None, at=NOW)
    assert ask_for_link(token_of(made.link), at=NOW)
    assert OutboundMessage.objects.get().recipient == "+919810012345"


def test_a_link_that_was_replaced_brings_the_one_that_works(account):
    old = make_link(account, at=NOW)
    new = replace_link(old.link, by=None, at=NOW)
    assert ask_for_link(token_of(old.link), at=NOW)
    assert new.url in OutboundMessage.objects.get().body
    assert RetailerLink.objects.filter(revoked_at=None).count() == 1


def test_a_customer_hears_of_it_once_an_hour_however_many_links_are_asked_about(account):
    tokens = [token_of(make_link(account, bill(account.customer, at=NOW), at=NOW).link) for _ in range(3)]
    sent = [
        ask_for_link(token, at=LATER + dt.timedelta(minutes=10 * n)) for n, token in enumerate(tokens * 2)
    ]
    assert sent == [True, False, False, False, False, False]
    assert ask_for_link(tokens[0], at=LATER + dt.timedelta(minutes=61))
    assert OutboundMessage.objects.count() == 2


def test_another_customer_is_not_made_to_wait(account, ended):
    other = AccountFactory(customer=CustomerFactory(phone="+919810054321"))
    theirs = token_of(make_link(other, at=NOW).link)
    assert ask_for_link(ended, at=LATER)
    assert ask_for_link(theirs, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_asked_twice_at_once_one_is_sent(account, ended):
    together, sent = threading.Barrier(2), []

    def go():
        together.wait()
        sent.append(ask_for_link(ended, at=LATER))
        connection.close()

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [False, True]
    assert OutboundMessage.objects.count() == 1


def test_asking_again_and_again_is_stopped(client, ended, later):
    answers = [ask(client, ended).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    assert OutboundMessage.objects.count() == 1
    assert too_often("RetailerAsk:from:127.0.0.1", limit=5, seconds=60)


def test_asking_needs_no_cookie_and_leaves_none(ended, later):
    answer = ask(Client(enforce_csrf_checks=True), ended)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer["Cache-Control"] == "private, no-store"
    assert "noindex" in answer["X-Robots-Tag"]


def test_reading_the_address_of_the_form_asks_for_nothing(client, ended, later):
    assert client.get(f"/r/{ended}/ask/")["Location"] == f"/r/{ended}/"
    assert client.put(f"/r/{ended}/ask/").status_code == 405
    assert not OutboundMessage.objects.exists()


def test_whoever_can_not_be_reached_is_seen_among_the_failed_messages(account, ended):
    account.customer.channels = ["email"]
    account.customer.email = ""
    account.customer.save()
    assert ask_for_link(ended, at=LATER)
    assert OutboundMessage.objects.get().state == "failed"


def test_the_ended_page_offers_it_in_the_language_of_the_reader(client, ended, later):
    page = client.get(f"/r/{ended}/", headers={"Accept-Language": "hi"}).content.decode()
    assert f'<form class="verbs" method="post" action="/r/{ended}/ask/">' in page
    assert '<html lang="hi" dir="ltr">' in page
    asked = client.get(f"/r/{ended}/?lang=ar").content.decode()
    assert f'action="/r/{ended}/ask/?lang=ar"' in asked
    assert '<html lang="ar" dir="rtl">' in ask(client, ended, lang="ar").content.decode()


def test_the_message_is_in_the_customers_language(account, ended):
    account.customer.communication_language = "hi"
    account.customer.save()
    ask_for_link(ended, at=LATER)
    assert "नया लिंक" in OutboundMessage.objects.get().body
