"""The retailer's page and the counter in use, in Hindi and Arabic: no text was asked for that has no translation."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.conf import settings as project
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation.trans_real import DjangoTranslation

from core.words import catalogs
from credit.operations.links import make_link, revoke_link, token_of
from credit.states import due_words, invoice_state
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, billed, pay
from tests.factories.customers import CustomerFactory
from tests.factories.orders import customer_with_credit, sellable_product

pytestmark = pytest.mark.django_db
WORD = re.compile(r"[A-Za-z]{2}(?![^(]*\))")
"""A word, of English at least: not the `name` of a placeholder, not what is translated already."""
COUNTER = "/orders/new/"


@pytest.fixture(params=catalogs.LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def unsaid(language, monkeypatch):
    """Every text that is asked for in the language and has no translation in it, as it was asked for."""
    asked: set[str] = set()
    plain, plural = DjangoTranslation.gettext, DjangoTranslation.ngettext

    def gettext(self, message):
        text = message.rpartition("\x04")[2]
        if self.language() == language and not self._catalog.get(message) and WORD.search(text):
            asked.add(text)
        return plain(self, message)

    def ngettext(self, one, many, n):
        if self.language() == language:
            try:
                self._catalog.plural(one, n)
            except KeyError:
                asked.add(one)
        return plural(self, one, many, n)

    monkeypatch.setattr(DjangoTranslation, "gettext", gettext)
    monkeypatch.setattr(DjangoTranslation, "ngettext", ngettext)
    return asked


def read(response, *statuses):
    assert response.status_code in (statuses or (200,)), response.status_code
    return response.content.decode()


# --- the retailer's page ----------------------------------------------------------------------------------------
@pytest.fixture
def company(settings):
    settings.COMPANY = {
        **settings.COMPANY,
        "name": "Om Display",
        "phone": "+91 11 4000 0000",
        "email": "om@example.com",
        "upi_id": "om@okbank",
        "bank_details": "HDFC\\n12345",
    }


def test_the_retailers_page_in_every_state(client, company, language, unsaid):
    at = timezone.now()
    account = AccountFactory(customer=CustomerFactory(communication_language=language))
    customer = account.customer
    late = bill(customer, total="500.00", at=at - dt.timedelta(days=40))
    part = bill(customer, billed("100.55", 3, rate="18", discount="1.00"))
    paid = bill(customer, total="9.00")
    pay(customer, "9.00", shares={paid.pk: Decimal("9.00")})
    pay(customer, "50.00", shares={part.pk: Decimal("50.00")})
    for invoice in (late, part, paid, None):
        page = read(client.get(f"/r/{token_of(make_link(account, invoice, at=at).link)}/"))
        assert f'<html lang="{language}"' in page
    ended = token_of(make_link(account, late, at=at).link)
    revoke_link(make_link(account, late, at=at).link, by=None, at=at)
    read(client.get(f"/r/{ended}/?lang={language}"), 410)
    read(client.post(f"/r/{ended}/ask/?lang={language}"))
    read(client.get(f"/r/x.y/?lang={language}"), 404)
    for _ in range(62):
        last = client.get(f"/r/x.y/?lang={language}")
    read(last, 429)
    assert unsaid == set()


def test_money_paid_ahead_and_nothing_open(client, company, language, unsaid):
    account = AccountFactory(customer=CustomerFactory(communication_language=language))
    url = f"/r/{token_of(make_link(account, at=timezone.now()).link)}/"
    read(client.get(url))
    pay(account.customer, "50.00")
    read(client.get(url))
    assert unsaid == set()


@pytest.mark.parametrize("days", [0, 1, 2, 3, 15, 100])
def test_days_until_an_invoice_is_due(client, language, unsaid, days):
    at = timezone.now()
    account = AccountFactory(customer=CustomerFactory(communication_language=language))
    invoice = bill(account.customer, at=at)
    for shift in (days, -days):
        with translation.override(language):
            on = invoice.due_on - dt.timedelta(days=shift)
            assert not re.search(r"[A-Za-z]{3}", due_words(invoice, on) + invoice_state(invoice, on))
    assert unsaid == set()


# --- the counter ------------------------------------------------------------------------------------------------
@pytest.fixture
def clerk(client, language):
    """Somebody at the counter who sees costs, in this language."""
    user = UserFactory(role="Sales manager", language=language)
    client.force_login(user)
    return user


def typed(customer, *lines, **more):
    """The form as a browser posts it; a line is (product, quantity[, discount])."""
    rows = [(*line, "")[:3] for line in lines]
    return {
        "customer": customer.pk if customer else "",
        "product": [line[0].pk for line in rows],
        "quantity": [line[1] for line in rows],
        "discount": [line[2] for line in rows],
        "idempotency_key": str(uuid.uuid4()),
        **more,
    }


def shop(clerk, **fields):
    return customer_with_credit("1000", name="Sapphire Mobiles", representative=clerk, **fields)


def test_the_counter_from_nobody_to_a_confirmed_order(client, clerk, language, unsaid):
    customer = shop(clerk)
    good = sellable_product("LCD-XIA-RN10", price="100", on_hand=3, tax="18", name="Redmi Note 10 combo")
    none = sellable_product("LCD-XIA-RN11", price="10", on_hand=0, name="Redmi Note 11 combo")
    page = read(client.get(COUNTER))
    assert f'<html lang="{language}"' in page
    read(client.post(COUNTER, {"do": "find", "customer_find": "sapph"}))
    read(client.post(COUNTER, {"do": "find", "customer_find": "nobody at all"}))
    read(client.post(COUNTER, {"do": f"pick:{customer.pk}"}))
    for asked in ("note 10", "5 note 11", "nothing like it"):
        read(client.post(COUNTER, typed(customer, do="find", find=asked)))
    read(client.post(COUNTER, typed(customer, do=f"add:{good.pk}")))
    read(client.post(COUNTER, typed(customer, (good, 4, "50"), (none, 2), do="update")))
    read(client.post(COUNTER, typed(customer, (good, 1), (none, 2), do=f"remove:{none.pk}")))
    read(client.post(COUNTER, typed(customer, (good, 2), do="save"), follow=False), 302)
    read(client.post(COUNTER, typed(customer, (good, 2), do="confirm", seen_total="236.00")), 302)
    assert unsaid == set()


def test_the_counter_says_no(client, clerk, language, unsaid):
    customer = shop(clerk)
    good = sellable_product(price="100", on_hand=50)
    late = bill(customer, total="10.00", at=timezone.now() - dt.timedelta(days=90))
    assert late.days_late(timezone.localdate())
    answers = [
        typed(customer, (good, 11), do="update"),  # over the limit, and late
        typed(customer, do="confirm"),  # no line
        typed(customer, (good, "many"), do="confirm"),
        typed(customer, (good, 0), do="confirm"),
        typed(customer, (good, 2, "-5"), do="confirm"),
        typed(customer, (good, 2, "900"), do="confirm"),
        typed(customer, (good, 2, "some"), do="confirm"),
        typed(customer, (good, 2), (good, 1), do="confirm"),
        typed(customer, (good, 2), do="confirm", seen_total="1.00"),  # prices changed
        typed(None, (good, 2), do="confirm"),
        typed(customer, (good, 2), do="scan", find="no-such-code"),
        typed(customer, do="add:999999"),
    ]
    for form in answers:
        read(client.post(COUNTER, form), 200, 409, 422)
    read(client.post(COUNTER, typed(customer, (good, 11), do="confirm", seen_total="1100.00")), 302)
    assert unsaid == set()


@pytest.mark.parametrize("status", ["blocked", "blacklisted", "inactive"])
def test_the_counter_with_a_customer_who_may_not_order(client, clerk, unsaid, status):
    customer = shop(clerk)
    type(customer).objects.filter(pk=customer.pk).update(status=status)
    product = sellable_product()
    read(client.post(COUNTER, {"do": f"pick:{customer.pk}"}), 200, 422)
    read(
        client.post(COUNTER, typed(customer, (product, 1), do="confirm", seen_total="100.00")),
        200,
        302,
        409,
        422,
    )
    assert unsaid == set()


def test_the_login_page(client, language, unsaid):
    client.cookies[project.LANGUAGE_COOKIE_NAME] = language
    read(client.get(reverse("account_login")))
    read(client.post(reverse("account_login"), {"login": "", "password": ""}))
    read(client.post(reverse("account_login"), {"login": "nobody@example.com", "password": "wrong-one"}))
    assert unsaid == set()
