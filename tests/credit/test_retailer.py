"""The page behind a link: all of one account, nothing of another, nothing for strangers."""

import datetime as dt
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as project
from django.contrib.staticfiles import finders
from django.utils import timezone
from pypdf import PdfReader

from credit.models import PaymentTerms
from credit.operations.links import make_link, revoke_link, token_of
from tests.factories.credit import AccountFactory, bill, billed, pay
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def account():
    """Net 15."""
    terms = PaymentTerms.objects.get(name="Net 15")
    return AccountFactory(customer=CustomerFactory(name="Shree Mobile Point"), terms=terms)


@pytest.fixture
def invoice(account):
    lines = [
        billed("1150.00", 10, description="Redmi Note 10 combo, incell"),
        billed("485.00", 4, description="Touch glass A12", rate="18"),
    ]
    return bill(account.customer, *lines, order_number="SO-00007")


@pytest.fixture
def url(account, invoice):
    return f"/r/{token_of(make_link(account, invoice, at=NOW).link)}/"


def words(response):
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def test_the_page_shows_the_invoice_what_is_due_and_its_lines(client, url, invoice):
    said = words(client.get(url))
    for expected in (
        "Shree Mobile Point",
        invoice.number,
        "due 6 Dec",
        "To pay for this invoice ₹13,789.20",
        "14 pieces",
        "Redmi Note 10 combo, incell 10 × 1,150.00",
        "Touch glass A12 4 × 485.00",
        "Total ₹13,789.20",
        "Your balance ₹13,789.20",
        "It ends on 19 Feb 2027",
    ):
        assert expected in said


def test_other_open_invoices_of_the_account_are_listed_and_open(client, account, url, invoice):
    late = bill(account.customer, total="500.00", at=NOW - dt.timedelta(days=21))
    paid = bill(account.customer, total="9.00")
    pay(account.customer, "9.00", shares={paid.pk: Decimal("9.00")})
    page = client.get(url)
    said = words(page)
    assert late.number in said
    assert "6 days late" in said
    assert paid.number not in said
    assert "Your balance ₹14,289.20" in said
    other = client.get(f"{url}{late.number}/")
    assert "To pay for this invoice ₹500.00" in words(other)
    assert client.get(f"{url}{paid.number}/").status_code == 200


def test_a_paid_invoice_says_so(client, account, url, invoice):
    pay(account.customer, "13789.20")
    said = words(client.get(url))
    assert "This invoice is paid" in said
    assert "Pay with" not in said


def test_money_paid_ahead_is_said(client, account, url):
    pay(account.customer, "14000.00")
    assert "You have with us ₹210.80" in words(client.get(url))


def test_a_link_to_the_account_shows_the_balance(client, account, invoice):
    page = client.get(f"/r/{token_of(make_link(account, at=NOW).link)}/")
    assert "To pay in all ₹13,789.20" in words(page)
    assert invoice.number in words(page)


def test_the_pdf_is_the_invoice(client, url, invoice):
    response = client.get(f"{url}pdf/{invoice.number}/")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{invoice.number}.pdf"'
    assert invoice.number in PdfReader(io.BytesIO(response.content)).pages[0].extract_text()


@pytest.mark.parametrize("path", ["{number}/", "pdf/{number}/"])
def test_documents_of_another_customer_do_not_exist(client, url, path):
    other = bill(AccountFactory(customer=CustomerFactory(name="Somebody else")).customer, total="77.00")
    response = client.get(url + path.format(number=other.number))
    assert response.status_code == 404
    assert "Somebody else" not in response.content.decode()
    assert other.number not in client.get(url).content.decode()


@pytest.mark.parametrize("path", ["", "pdf/{number}/", "{number}/"])
def test_an_expired_link_is_gone_and_says_no_more(client, url, invoice, path):
    with time_machine.travel(NOW + dt.timedelta(days=project.RETAILER_LINK_DAYS), tick=False):
        response = client.get(url + path.format(number=invoice.number))
    assert response.status_code == 410
    assert "This link has ended." in words(response)
    assert "Shree" not in response.content.decode()
    assert invoice.number not in response.content.decode()


def test_a_revoked_link_is_gone(client, account, invoice, url):
    revoke_link(make_link(account, invoice, at=NOW).link, by=None, at=NOW)
    assert client.get(url).status_code == 410


@pytest.mark.parametrize("token", ["x", "a.b", "%00", "..", "é", "x" * 3000])
def test_a_made_up_link_is_nothing(client, token):
    response = client.get(f"/r/{token}/")
    assert response.status_code == 404


def test_a_tampered_link_is_nothing(client, url):
    assert client.get(url[:-2] + ("A" if url[-2] != "A" else "B") + "/").status_code == 404


@pytest.mark.parametrize("state", ["open", "ended", "unknown"])
def test_nobody_keeps_indexes_or_passes_on_the_page(client, account, invoice, url, state):
    if state == "ended":
        revoke_link(make_link(account, invoice, at=NOW).link, by=None, at=NOW)
    response = client.get(url if state != "unknown" else "/r/x.y/")
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in response.headers
    assert not client.cookies


def style_size(name: str) -> int:
    path = finders.find(f"css/{name}.css")
    assert path, name
    return Path(path).stat().st_size


def test_the_page_is_small_and_loads_nothing_from_elsewhere(client, account, url):
    for _ in range(50):
        bill(account.customer)
    page = client.get(url).content
    text = page.decode()
    styles = re.findall(r'<link rel="stylesheet" href="[^"]*/css/(\w+)\.css"', text)
    assert styles == ["retailer"]
    assert len(page) + style_size("retailer") < 30_000
    assert "<script" not in text
    assert "style=" not in text
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', text)) == set()


def test_the_page_costs_the_same_however_many_invoices_are_open(
    client, account, url, django_assert_num_queries
):
    for expected in (1, 6):
        for _ in range(expected):
            bill(account.customer)
        with django_assert_num_queries(12):
            client.get(url)


def test_the_page_is_in_the_customers_language(client, account, invoice):
    account.customer.language = "ar"
    account.customer.save()
    page = client.get(f"/r/{token_of(make_link(account, invoice, at=NOW).link)}/").content.decode()
    assert '<html lang="ar" dir="rtl">' in page


def test_too_many_visits_are_asked_to_wait(client, url):
    answers = [client.get(url).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_guessing_links_is_stopped_too(client):
    answers = [client.get(f"/r/guess{n}.x/").status_code for n in range(61)]
    assert answers == [404] * 60 + [429]


def test_without_valkey_the_page_still_opens(client, url, settings):
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"},
    }
    assert client.get(url).status_code == 200


def test_a_upi_app_pays_what_is_outstanding(client, url, invoice, settings):
    settings.COMPANY = {**settings.COMPANY, "upi_id": "om@okbank", "name": "Om Display"}
    page = client.get(url).content.decode()
    expected = (
        f"upi://pay?pa=om@okbank&amp;pn=Om%20Display&amp;am=13789.20&amp;cu=INR&amp;tn={invoice.number}"
    )
    assert expected in page


def test_only_reading_is_possible(client, url):
    assert client.post(url).status_code == 405
    assert client.head(url).status_code == 200


def test_opening_is_counted(client, account, invoice, url):
    client.get(url)
    client.get(url)
    link = make_link(account, invoice, at=timezone.now()).link
    assert link.opened == 2
