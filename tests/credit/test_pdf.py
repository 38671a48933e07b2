"""The printed invoice: what stands on it, and the file that is kept."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pypdf import PdfReader

from credit.documents import of_credit_note, of_invoice, of_payment, of_refund, of_write_off, to_pdf
from credit.models import Invoice
from credit.operations import approve_refund, approve_write_off
from credit.operations.links import make_link, revoke_link
from credit.operations.printing import make_invoice_pdf, read_invoice_pdf
from credit.tasks import make_invoice_pdf as task
from tests.factories.accounts import UserFactory
from tests.factories.credit import (
    AccountFactory,
    ask_refund,
    ask_write_off,
    bill,
    billed,
    charge,
    pay,
    take_back,
)
from tests.factories.customers import AddressFactory, CustomerFactory

pytestmark = pytest.mark.django_db
AT = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
ON = dt.date(2026, 11, 21)


@pytest.fixture(autouse=True)
def company(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.COMPANY = {
        **settings.COMPANY,
        "name": "Om Display Traders",
        "address": "Shop 14, Manish Market\\nMumbai 400003",
        "tax_id": "27AAAPL1234C1ZV",
        "bank_details": "HDFC Bank\nA/c 50200012345678",
        "invoice_terms": "Subject to Mumbai jurisdiction.",
    }


@pytest.fixture
def customer():
    customer = CustomerFactory(name="Shree Mobile Point", tax_id="27ABCDE1234F1Z5", phone="+919812345678")
    AddressFactory(customer=customer, street="12 Station Road", city="Pune", postal_code="411001")
    AccountFactory(customer=customer)
    return customer


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def text_of(invoice: Invoice, **kwargs) -> str:
    return "\n".join(pages(to_pdf(of_invoice(invoice, on=ON, **kwargs))))


def test_an_invoice_says_who_what_and_how_much(customer):
    invoice = bill(
        customer,
        billed("1150.00", 10, sku="RN10-INC", description="Redmi Note 10 combo", rate="18"),
        billed("485.00", 4, sku="TG-A12", description="Touch glass A12", rate="12", discount="40.00"),
        billed("10.00", 1, sku="BAG", description="Bag", rate="0"),
        at=AT,
        order_number="SO-00007",
    )
    said = text_of(invoice)
    for expected in (
        "Om Display Traders", "Shop 14, Manish Market", "Mumbai 400003", "Tax ID 27AAAPL1234C1ZV",
        "Shree Mobile Point", "12 Station Road", "Pune 411001", "Tax ID 27ABCDE1234F1Z5", "098123 45678", customer.code,
        invoice.number, "21 Nov 2026", "6 Dec 2026", "Net 15", "SO-00007",
        "Redmi Note 10 combo", "RN10-INC", "1,150.00", "13,570.00", "TG-A12", "40.00", "2,128.00",
        "Tax 18\xa0% on 11,500.00", "2,070.00", "Tax 12\xa0% on 1,900.00", "228.00", "Tax 0\xa0% on 10.00",
        "₹15,708.00", "due 6 Dec 2026", "HDFC Bank", "A/c 50200012345678", "Subject to Mumbai jurisdiction.", "1 / 1",
    ):  # fmt: skip
        assert expected in said, expected


def test_a_column_of_nothing_is_left_out(customer):
    said = text_of(bill(customer, total="100.00"))
    assert "Tax" not in said.replace("Tax ID", "")
    assert "Discount" not in said
    assert "Rounding" not in said


def test_prices_with_tax_say_so(customer):
    said = text_of(bill(customer, billed("118.00", 1, rate="18", inclusive=True)))
    assert "Price with tax" in " ".join(said.split())
    assert "Tax 18\xa0% on 100.00" in said


def test_rounding_is_said(customer, settings):
    settings.INVOICE_ROUND_TO = "1"
    said = text_of(bill(customer, total="100.40"))
    assert "−0.40" in said
    assert "₹100.00" in said


def test_forty_lines_have_page_numbers_headings_and_their_totals(customer):
    lines = [
        billed("10.00", 1, sku=f"SKU-{n:03}", description=f"Part number {n} " * 4, rate="18")
        for n in range(40)
    ]
    invoice = bill(customer, *lines)
    found = pages(to_pdf(of_invoice(invoice, on=ON)))
    assert len(found) >= 2
    for number, page in enumerate(found, 1):
        assert f"{number} / {len(found)}" in page
        assert f"Invoice {invoice.number}" in page
        assert "Quantity" in page
    assert [n for n in range(40) if f"SKU-{n:03}" not in "\n".join(found)] == []
    with_total = next(page for page in found if "₹472.00" in page and "Net" in page and "Total" in page)
    assert "SKU-038" in with_total
    assert "SKU-039" in with_total


def test_what_was_paid_is_said_under_the_total(customer):
    invoice = bill(customer, total="100.00", at=AT)
    assert "Outstanding" not in text_of(invoice)
    pay(customer, "30.00", at=AT)
    said = text_of(Invoice.objects.get(pk=invoice.pk))
    assert "Paid or credited by 21 Nov 2026" in said
    assert "−30.00" in said
    assert "₹70.00 due" in said


def test_a_code_to_scan_pays_by_upi_or_opens_the_link(customer, settings):
    settings.COMPANY = {**settings.COMPANY, "upi_id": "om@okbank"}
    by_upi = bill(customer, total="100.00")
    assert "om@okbank" in text_of(by_upi)
    settings.COMPANY = {**settings.COMPANY, "upi_id": ""}
    by_link = bill(customer, total="100.00")
    assert "Scan" not in text_of(by_link)
    assert "Scan to see this invoice" in text_of(by_link, link_url="https://bills.example/r/x/")


@pytest.mark.parametrize(
    ("language", "name", "font"),
    [("hi", "श्री मोबाइल पॉइंट", "Devanagari"), ("ar", "مؤسسة النور للهواتف", "Arabic")],
)
def test_other_scripts_have_their_fonts_embedded(customer, language, name, font):
    customer.name, customer.language = name, language
    customer.save()
    pdf = to_pdf(of_invoice(bill(customer, total="100.00"), on=ON))
    fonts = {
        str(f.get_object()["/BaseFont"])
        for f in PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"].get_object().values()
    }
    assert any(font in each for each in fonts), fonts
    assert all("+" in each for each in fonts)  # embedded in part


def test_long_words_and_hostile_words_stay_words(customer):
    wild = "<img src='file:///etc/passwd'><b>" + "W" * 200
    said = text_of(bill(customer, billed("10.00", description=wild)))
    assert "<img src='file:///etc/passwd'>" in said.replace("\n", "")


@pytest.mark.parametrize("address", ["file:///etc/hostname", "http://127.0.0.1:1/", "ftp://127.0.0.1:1/"])
def test_a_document_loads_nothing_from_outside(customer, address, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "urllib.request.OpenerDirector.open", lambda self, request, **_: asked.append(request)
    )
    printed = of_invoice(bill(customer, total="100.00"), on=ON)
    logo = printed.seller._replace(logo=address)
    assert to_pdf(printed._replace(seller=logo)).startswith(b"%PDF")
    assert asked == []


def test_a_logo_stands_in_the_document(customer, settings, tmp_path):
    logo = tmp_path / "logo.svg"
    logo.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 3"><rect width="9" height="3"/></svg>'
    )
    settings.COMPANY = {**settings.COMPANY, "logo": str(logo)}
    printed = of_invoice(bill(customer, total="100.00"), on=ON)
    assert printed.seller.logo.startswith("data:image/svg+xml;base64,")
    assert to_pdf(printed).startswith(b"%PDF")


def test_a_credit_note_prints_what_it_takes_back(customer):
    invoice = bill(customer, billed("100.00", 3, sku="A", rate="18"), billed("50.00", 1, sku="B", rate="18"))
    first = invoice.lines.get(sku="A")
    note = take_back(invoice, {first.pk: 2}, reason="Two were broken")
    said = "\n".join(pages(to_pdf(of_credit_note(note))))
    for expected in (
        "Credit note",
        note.number,
        invoice.number,
        "Two were broken",
        "Tax 18\xa0% on 200.00",
        "₹236.00",
    ):
        assert expected in said
    assert "\nB\n" not in said


# --- the file ---------------------------------------------------------------------------------------------------


def test_the_worker_keeps_the_file_under_a_name_nobody_guesses(customer):
    invoice = bill(customer, total="100.00")
    task(invoice.pk)
    invoice.refresh_from_db()
    assert invoice.pdf.name.startswith(f"invoices/{invoice.issued_on:%Y/%m}/{invoice.number}-")
    assert len(invoice.pdf.name.rpartition(f"{invoice.number}-")[2]) >= 26
    assert pages(invoice.pdf.read())[0].count(invoice.number) >= 1


def test_the_task_twice_makes_one_file(customer):
    invoice = bill(customer, total="100.00")
    task(invoice.pk)
    name = Invoice.objects.get(pk=invoice.pk).pdf.name
    task(invoice.pk)
    assert Invoice.objects.get(pk=invoice.pk).pdf.name == name
    task(0)  # an invoice that is not there needs no file


def test_two_workers_at_once_leave_one_file(customer):
    invoice = bill(customer, total="100.00")
    one, two = (Invoice.objects.get(pk=invoice.pk) for _ in range(2))
    first = make_invoice_pdf(one, at=timezone.now()).pdf.name
    assert make_invoice_pdf(two, at=timezone.now()).pdf.name == first
    folder = first.rpartition("/")[0]
    assert [f for f in default_storage.listdir(folder)[1] if invoice.number in f] == [
        first.rpartition("/")[2]
    ]


def test_a_payment_makes_the_file_anew(customer):
    invoice = bill(customer, total="100.00")
    old = make_invoice_pdf(invoice, at=timezone.now()).pdf.name
    pay(customer, "40.00")
    new = make_invoice_pdf(Invoice.objects.get(pk=invoice.pk), at=timezone.now())
    assert old
    assert new.pdf.name != old
    assert not default_storage.exists(old)
    assert "₹60.00 due" in pages(new.pdf.read())[0]


def test_a_lost_file_is_made_again(customer):
    invoice = make_invoice_pdf(bill(customer, total="100.00"), at=timezone.now())
    assert invoice.pdf.name
    default_storage.delete(invoice.pdf.name)
    assert read_invoice_pdf(invoice, at=timezone.now()).startswith(b"%PDF")


def test_a_revoked_link_is_not_printed(customer, monkeypatch):
    invoice = bill(customer, total="100.00")
    link = make_link(invoice.account, invoice, at=timezone.now()).link
    revoke_link(link, by=None, at=timezone.now())
    text = pages(read_invoice_pdf(invoice, at=timezone.now()))[0]
    assert "Scan" not in text
    assert invoice.links.filter(revoked_at=None).count() == 0


def test_printing_never_changes_the_document(customer):
    invoice = bill(customer, total="100.00")
    before = (
        Invoice.objects.filter(pk=invoice.pk)
        .values("number", "total", "outstanding", "bill_to", "seller")
        .get()
    )
    task(invoice.pk)
    after = (
        Invoice.objects.filter(pk=invoice.pk)
        .values("number", "total", "outstanding", "bill_to", "seller")
        .get()
    )
    assert before == after
    assert after["total"] == Decimal("100.00")


def test_a_receipt_prints_what_it_paid_what_went_back_and_what_is_kept(customer):
    bill(customer, total="100.00")
    payment = pay(customer, "150.00")
    asked = ask_refund(payment, "20.00", by=UserFactory(role="Accountant"))
    refund = approve_refund(asked, by=UserFactory(role="Credit controller"), at=timezone.now())
    payment.refresh_from_db()
    printed = of_payment(payment)
    assert [row[2].strip(MARKS) for row in printed.rows] == ["100.00"]
    assert [fact.value.strip(MARKS) for fact in printed.rest] == ["20.00", "30.00"]
    assert refund.number is not None
    assert refund.number in printed.rest[0].label
    said = "\n".join(pages(to_pdf(printed)))
    assert payment.number in said
    assert "150.00" in said


def test_write_offs_and_refunds_have_a_paper(customer):
    people: dict[str, Any] = {"by": UserFactory(role="Credit controller"), "at": timezone.now()}
    invoice = bill(customer, total="100.00")
    given_up = approve_write_off(ask_write_off(customer, {invoice.pk: None}), **people)
    refund = approve_refund(ask_refund(pay(customer, "40.00"), "40.00"), **people)
    for document, printed in ((given_up, of_write_off(given_up)), (refund, of_refund(refund))):
        said = "\n".join(pages(to_pdf(printed)))
        assert document.number is not None
        assert document.number in said
        assert document.reason in said


def test_a_debit_note_says_so_and_why(customer):
    charged = Invoice.objects.get(pk=charge(customer, "50.00").pk)
    printed = of_invoice(charged, on=timezone.localdate())
    assert (printed.title, printed.reason) == ("Debit note", "Bounced cheque")


MARKS = "\u2066\u2067\u2068\u2069\u200e\u200f"
