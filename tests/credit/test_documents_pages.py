"""Pages of credit notes, debit notes, write-offs and refunds: asked, decided, shown, sent."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from credit.models import CreditAccount, CreditNote, Invoice, Refund, WriteOff
from credit.operations import approve_refund, approve_write_off, make_link
from messaging.models import OutboundMessage
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, ask_refund, ask_write_off, bill, billed, pay, take_back
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer():
    return AccountFactory(customer=CustomerFactory(name="Corner Phones", phone="+919810012345")).customer


@pytest.fixture
def asker():
    return UserFactory(role="Accountant", name="Asha")


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller", name="Chandra")


def send(client, name, pk, **form):
    return client.post(reverse(f"credit:{name}", args=[pk]), {"idempotency_key": str(uuid.uuid4()), **form})


def page(client, name, *args, **asked) -> str:
    response = client.get(reverse(f"credit:{name}", args=args), asked)
    assert response.status_code == 200
    return response.content.decode()


def test_a_write_off_from_the_invoices_page_to_its_approval(client, customer, asker, controller):
    invoice = bill(customer, total="100.00")
    client.force_login(asker)
    assert "100.00 open" in page(client, "write_off_add", customer.pk, invoice=invoice.pk)
    answer = send(client, "write_off_add", customer.pk, reason="Shop closed", **{f"share_{invoice.pk}": "40"})
    write_off = WriteOff.objects.get()
    assert answer.url == write_off.get_absolute_url()
    assert "Withdraw" in page(client, "write_off_detail", write_off.pk)
    assert send(client, "write_off_approve", write_off.pk).status_code == 403
    client.force_login(controller)
    assert "Corner Phones" in page(client, "write_off_list")
    assert "Approve" in page(client, "write_off_detail", write_off.pk)
    assert send(client, "write_off_approve", write_off.pk, note="Seen").status_code == 302
    assert CreditAccount.objects.get().balance == 60
    assert str(write_off.__class__.objects.get().number) in page(client, "invoice_detail", invoice.pk)
    assert send(client, "write_off_recover", write_off.pk, reason="They paid").status_code == 302
    assert CreditAccount.objects.get().balance == 100
    assert wrong_books() == []


def test_a_refund_from_the_payments_page_to_its_payout(client, customer, asker, controller):
    payment = pay(customer, "110.00")
    client.force_login(asker)
    assert "110.00" in page(client, "payment_refund", payment.pk)
    told = {"amount": "30", "method": "bank", "pay_to": "HDFC 1234", "reason": "Paid twice"}
    send(client, "payment_refund", payment.pk, **told)
    refund = Refund.objects.get()
    client.force_login(controller)
    assert send(client, "refund_approve", refund.pk).status_code == 302
    client.force_login(asker)
    assert "To pay out" in page(client, "refund_list", tab="payout")
    today = timezone.localdate().isoformat()
    assert (
        send(client, "refund_payout", refund.pk, done_on=today, method_reference="UTR 7").status_code == 302
    )
    refund.refresh_from_db()
    assert (refund.state, refund.method_reference) == ("done", "UTR 7")
    assert "UTR 7" in page(client, "refund_detail", refund.pk)
    assert str(refund.number) in page(client, "payment_detail", payment.pk)


def test_more_than_there_is_is_refused_with_all_that_was_typed(client, customer, asker):
    payment = pay(customer, "10.00")
    client.force_login(asker)
    answer = send(client, "payment_refund", payment.pk, amount="11", method="cash", reason="Kept words")
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()
    assert not Refund.objects.exists()


def test_one_tap_and_a_reason_void_an_invoice(client, customer, controller):
    invoice = bill(customer, total="100.00")
    client.force_login(controller)
    answer = send(client, "invoice_void", invoice.pk, reason="Wrong shop")
    note = CreditNote.objects.get()
    assert answer.url == note.get_absolute_url()
    assert "Wrong shop" in page(client, "credit_note_detail", note.pk)
    assert note.number in page(client, "credit_note_list")
    assert CreditAccount.objects.get().balance == 0


def test_a_credit_note_over_an_amount_leaves_the_pieces_and_may_leave_the_invoice_open(
    client, customer, controller
):
    invoice = bill(customer, billed("100.00", 2))
    client.force_login(controller)
    line = invoice.lines.get()
    send(
        client, "credit_note_add", invoice.pk, reason="Price agreed", keep="on", **{f"money_{line.pk}": "30"}
    )
    note, invoice = CreditNote.objects.get(), Invoice.objects.get()
    assert (note.total, note.lines.get().quantity, note.unallocated_amount) == (Decimal(30), 0, Decimal(30))
    assert invoice.outstanding == 200
    both = {f"money_{line.pk}": "30", f"line_{line.pk}": "1"}
    assert send(client, "credit_note_add", invoice.pk, reason="Both", **both).status_code == 422
    assert wrong_books() == []


def test_a_debit_note_by_staff(client, customer, controller):
    client.force_login(controller)
    due = timezone.localdate() + dt.timedelta(days=7)
    told = {
        "reason": "Cheque came back",
        "description_1": "Bank's fee",
        "amount_1": "250",
        "tax_rate": "18",
        "due_on": due.isoformat(),
    }
    answer = send(client, "debit_note_add", customer.pk, **told)
    invoice = Invoice.objects.get()
    assert answer.url == invoice.get_absolute_url()
    assert (invoice.kind, invoice.total, invoice.due_on) == ("debit_note", Decimal(295), due)
    shown = page(client, "invoice_detail", invoice.pk)
    assert "Debit note" in shown
    assert "Cheque came back" in shown
    assert (
        "description_2" in send(client, "debit_note_add", customer.pk, **told, amount_2="5").content.decode()
    )
    assert Invoice.objects.count() == 1


def test_a_document_is_sent_by_the_link_behind_which_it_stands(client, customer, controller, monkeypatch):
    monkeypatch.setattr("credit.documents.to_pdf", lambda document: document.number.encode())
    note = take_back(bill(customer, total="100.00"))
    client.force_login(controller)
    for _turn in range(2):
        assert send(client, "credit_note_send", note.pk).status_code == 302
    message = OutboundMessage.objects.get(event="document_issued")
    assert f"/pdf/{note.number}/" in message.body
    link = make_link(CreditAccount.objects.get(), at=timezone.now()).url
    client.logout()
    assert client.get(f"{link}pdf/{note.number}/").content == note.number.encode()
    other = take_back(bill(AccountFactory().customer))
    assert client.get(f"{link}pdf/{other.number}/").status_code == 404


def test_the_retailer_sees_what_was_written_off_and_charged(client, customer, controller):
    invoice = bill(customer, total="100.00")
    asked = ask_write_off(customer, {invoice.pk: Decimal("40.00")})
    done = approve_write_off(asked, by=controller, at=timezone.now())
    link = make_link(CreditAccount.objects.get(), invoice, at=timezone.now()).url
    shown = client.get(link).content.decode()
    assert done.number in shown
    assert "60.00" in shown
    assert done.number in client.get(f"{link}statement/").content.decode()


def test_lists_ask_as_often_for_many_rows_as_for_few(client, customer, controller, django_assert_num_queries):
    client.force_login(controller)
    counts: dict[str, int] = {}
    for rows in (1, 4):
        for _each in range(rows):
            invoice = bill(customer, total="10.00")
            ask_write_off(customer, {invoice.pk: Decimal(1)}, by=controller)
            payment = pay(customer, "5.00", shares={})
            approve_refund(ask_refund(payment, "2.00"), by=controller, at=timezone.now())
            take_back(bill(customer, total="1.00"))
        for name in ("write_off_list", "refund_list", "credit_note_list"):
            with django_assert_num_queries(counts.get(name, 99), exact=name in counts) as asked:
                page(client, name, tab="all")
            counts[name] = len(asked)


def test_each_list_can_be_taken_away_as_a_file(client, customer, controller):
    take_back(bill(customer))
    client.force_login(controller)
    answer = client.get(reverse("credit:credit_note_list"), {"export": "csv"})
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert b"CRN-" in content


def test_a_representative_sees_but_gives_nothing_away(client, customer):
    seller = UserFactory(role="Sales representative")
    customer.representative = seller
    customer.save()
    write_off = ask_write_off(customer, {bill(customer).pk: None})
    client.force_login(seller)
    assert "Approve" not in page(client, "write_off_detail", write_off.pk)
    for name in ("write_off_approve", "write_off_reject", "write_off_recover"):
        assert send(client, name, write_off.pk).status_code == 403
    assert send(client, "write_off_add", customer.pk).status_code == 403
