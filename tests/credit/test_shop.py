"""What a retailer does on its page: chooses invoices, disputes, sends proof. A link acts on its own alone."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core.models import Attachment
from credit.models import Dispute, PaymentNotice
from credit.operations.links import make_link, token_of
from customers.models import TimelineEntry
from tests.factories.credit import AccountFactory, bill, billed
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return AccountFactory(customer=CustomerFactory(name="Corner Phones"))


@pytest.fixture
def invoice(account):
    return bill(account.customer, billed(quantity=2), billed("50", sku="BAT", description="Battery"))


def door(account, invoice=None) -> str:
    return f"/r/{token_of(make_link(account, invoice, at=timezone.now()).link)}/"


def key_on(page) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page.content.decode())
    assert found
    return found[1]


def send(client, url, **fields):
    """Open the form, fill it in, send it."""
    return client.post(url, {"key": key_on(client.get(url)), **fields})


def photo(name="proof.jpg"):
    out = BytesIO()
    Image.new("RGB", (4, 4), "red").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def test_a_line_is_disputed_with_a_photo_and_the_page_shows_it(client, account, invoice):
    url = door(account, invoice)
    answer = send(
        client,
        f"{url}wrong/{invoice.number}/",
        line="2",
        reason="faulty",
        words="It does not charge",
        photo=photo(),
    )
    assert (answer.status_code, answer["Location"]) == (303, f"{url}?done=dispute")
    dispute = Dispute.objects.get()
    assert (dispute.line.sku, dispute.amount, dispute.raised_by_retailer, dispute.by) == (
        "BAT",
        Decimal("50.00"),
        True,
        None,
    )
    assert Attachment.objects.get(object_id=dispute.pk).is_photo
    page = client.get(answer["Location"]).content.decode()
    assert "we look at it" in page
    assert "It does not charge" in page
    assert TimelineEntry.objects.filter(event="dispute.raised", by=None).count() == 1


def test_a_form_sent_twice_is_one_dispute(client, account, invoice):
    url = f"{door(account, invoice)}wrong/{invoice.number}/"
    key = key_on(client.get(url))
    for _again in range(2):
        assert client.post(url, {"key": key, "reason": "price"}).status_code == 303
    assert Dispute.objects.count() == 1


@pytest.mark.parametrize("key", ["", "made:up", "1:abc:def"])
def test_a_form_that_this_link_was_not_shown_is_refused(client, account, invoice, key):
    url = f"{door(account, invoice)}wrong/{invoice.number}/"
    assert client.post(url, {"key": key, "reason": "price"}).status_code == 422
    other = AccountFactory()
    theirs = bill(other.customer)
    stolen = key_on(client.get(f"{door(other, theirs)}wrong/{theirs.number}/"))
    assert client.post(url, {"key": stolen, "reason": "price"}).status_code == 422
    assert not Dispute.objects.exists()


def test_a_link_to_one_invoice_acts_on_no_other(client, account, invoice):
    other = bill(account.customer)
    url = door(account, invoice)
    assert client.get(f"{url}wrong/{other.number}/").status_code == 404
    assert client.post(f"{url}wrong/{other.number}/", {"reason": "price"}).status_code == 404
    page = client.get(f"{url}{other.number}/").content.decode()
    assert "wrong/" not in page
    assert "proof/" not in page
    assert client.get(f"{door(account)}wrong/{other.number}/").status_code == 200


def test_what_is_wrong_is_said_and_what_was_typed_stays(client, account, invoice):
    url = f"{door(account, invoice)}wrong/{invoice.number}/"
    answer = send(client, url, line="2", reason="price", amount="51", words="Too dear")
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "That is more than this was billed with." in said
    assert "Too dear" in said
    fake = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", content_type="image/jpeg")
    answer = send(client, url, reason="price", photo=fake)
    assert "This file can&#x27;t be taken. Send a photo or a PDF." in answer.content.decode()
    assert not Dispute.objects.exists()


def test_a_proof_waits_to_be_checked_and_the_page_says_so(client, account, invoice):
    second = bill(account.customer, total="80.00")
    url = door(account)
    answer = send(
        client,
        f"{url}proof/",
        amount="120",
        received_on=timezone.localdate().isoformat(),
        method="mobile_money",
        method_reference="UTR 4711",
        invoice=[second.number],
        proof=photo(),
    )
    assert answer.status_code == 303
    notice = PaymentNotice.objects.get()
    assert (notice.source, notice.amount, notice.method_reference) == (
        "retailer",
        Decimal("120.00"),
        "UTR 4711",
    )
    assert notice.shares == [[second.pk, "80.00"]]
    assert Attachment.objects.get(object_id=notice.pk).kind == "proof"
    page = client.get(answer["Location"]).content.decode()
    assert "waiting to be checked" in page
    account.refresh_from_db()
    assert account.balance == Decimal("330.00")  # nothing is booked before somebody has looked


def test_a_proof_from_a_link_to_one_invoice_is_for_that_invoice(client, account, invoice):
    other = bill(account.customer)
    url = f"{door(account, invoice)}proof/"
    day = timezone.localdate().isoformat()
    assert (
        send(client, url, amount="10", received_on=day, method="bank", invoice=other.number).status_code
        == 422
    )
    send(client, url, amount="10", received_on=day, method="bank", invoice=invoice.number)
    assert PaymentNotice.objects.get().shares == [[invoice.pk, "10.00"]]


def test_several_invoices_are_chosen_and_add_up(client, settings, account, invoice):
    settings.COMPANY = settings.COMPANY | {"upi_id": "tradeline@bank"}
    second, third = bill(account.customer, total="80.00"), bill(account.customer, total="7.00")
    url = door(account)
    page = client.get(f"{url}chosen/?invoice={invoice.number}&invoice={second.number}&invoice=INV-0")
    said = page.content.decode()
    assert "₹330.00" in said
    assert third.number not in said
    assert "am=330.00" in said
    assert said.count('name="invoice"') in {0, 2}  # of the gateways' form, where there is one
    none = client.get(f"{url}chosen/")
    assert none["Location"] == f"{url}?done=none"


def test_another_accounts_invoice_can_not_be_chosen(client, account, invoice):
    theirs = bill(AccountFactory().customer, total="9.00")
    page = client.get(f"{door(account)}chosen/?invoice={theirs.number}&invoice={invoice.number}")
    assert theirs.number not in page.content.decode()


@pytest.mark.parametrize("lines", [1, 40])
def test_the_page_stays_small(client, account, lines):
    invoice = bill(account.customer, *(billed(sku=f"S{at}") for at in range(lines)))
    for _more in range(3):
        bill(account.customer)
    assert len(client.get(door(account, invoice)).content) < 50_000
    assert len(client.get(f"{door(account, invoice)}wrong/{invoice.number}/").content) < 50_000
