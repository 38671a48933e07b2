"""The screens of receivables: who sees what, what they say, what they do."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from credit.models import (
    Allocation,
    CollectionCall,
    CreditAccount,
    CreditDecision,
    CreditGroup,
    CreditNote,
    Dispute,
    Invoice,
    OrderCommitment,
    Payment,
    PaymentNotice,
    PaymentTerms,
    ReceivableEntry,
    RetailerLink,
)
from credit.operations import commit_order, lock_account, reverse_payment
from credit.operations.calls import record_call
from credit.operations.disputes import raise_dispute
from credit.operations.links import make_link
from messaging.models import OutboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, billed, pay, take_back
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 21, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def controller(client):
    """Sees all customers, and may record, reverse and change."""
    user = UserFactory(role="Credit controller", name="Asha Rao")
    client.force_login(user)
    return user


@pytest.fixture
def seller(client):
    """Sees the own customers, and may record nothing."""
    user = UserFactory(role="Sales representative")
    client.force_login(user)
    return user


@pytest.fixture
def customer():
    return AccountFactory(
        customer=CustomerFactory(name="Shree Mobile Point"), terms=PaymentTerms.objects.get(name="Net 15")
    ).customer


def words(response):
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", text)


def days_ago(days):
    return NOW - dt.timedelta(days=days)


# --- who gets in ------------------------------------------------------------------------------------------------


def test_of_another_sellers_customer_nothing_is_there(client, seller):
    customer = AccountFactory().customer
    invoice, payment = bill(customer), pay(customer, "10.00")
    note = take_back(bill(customer))
    make_link(invoice.account, invoice, at=NOW)
    for name, pk in [
        ("invoice_detail", invoice.pk),
        ("invoice_pdf", invoice.pk),
        ("credit_note_pdf", note.pk),
        ("payment_detail", payment.pk),
        ("customer_panel", customer.pk),
    ]:
        assert client.get(reverse(f"credit:{name}", args=[pk])).status_code == 404, name
    for number in (invoice.number, payment.number, note.number):
        assert client.get(reverse("credit:document", args=[number])).status_code == 404
    assert invoice.number not in client.get(reverse("credit:invoice_list")).content.decode()
    assert payment.number not in client.get(reverse("credit:payment_list")).content.decode()
    export = client.get(reverse("credit:invoice_list"), {"export": "csv"})
    assert invoice.number not in b"".join(export.streaming_content).decode()


@pytest.mark.parametrize(
    "name",
    [
        "payment_add",
        "ageing",
        "payment_reverse",
        "account_change",
        "link_revoke",
        "credit_note_add",
        "ledger",
    ],
)
def test_who_may_not_is_refused(client, seller, name):
    args = [1] if name not in {"payment_add", "ageing"} else []
    assert client.get(reverse(f"credit:{name}", args=args)).status_code == 403


def test_strangers_are_sent_to_the_login(client, customer):
    invoice = bill(customer)
    for url in (reverse("credit:invoice_list"), reverse("credit:invoice_pdf", args=[invoice.pk])):
        assert client.get(url).status_code == 302


# --- invoices ---------------------------------------------------------------------------------------------------


def test_the_list_of_invoices_says_how_each_stands(client, controller, customer):
    late = bill(customer, total="500.00", at=days_ago(21))
    fresh = bill(customer, total="300.00")
    paid = bill(customer, total="9.00")
    pay(customer, "9.00", shares={paid.pk: Decimal("9.00")})
    said = words(client.get(reverse("credit:invoice_list")))
    assert f"{late.number} Shree Mobile Point" in said
    assert "6 days late" in said
    assert "due 6 Dec" in said
    overdue = words(client.get(reverse("credit:invoice_list"), {"tab": "overdue"}))
    assert late.number in overdue
    assert fresh.number not in overdue
    opened = words(client.get(reverse("credit:invoice_list"), {"tab": "open"}))
    assert fresh.number in opened
    assert paid.number not in opened


def test_invoices_are_found_by_number_and_by_shop(client, controller, customer):
    mine, other = bill(customer), bill(AccountFactory(customer=CustomerFactory(name="Zenith")).customer)
    for text in (mine.number, "Shree"):
        said = words(client.get(reverse("credit:invoice_list"), {"q": text}))
        assert mine.number in said
        assert other.number not in said


def test_the_list_costs_the_same_for_one_and_ten(client, controller, django_assert_num_queries):
    url = reverse("credit:invoice_list")
    bill(AccountFactory().customer)
    client.get(url)
    with django_assert_num_queries(FEW) as few:
        client.get(url)
    for _ in range(9):
        bill(AccountFactory().customer)
    with django_assert_num_queries(len(few)):
        client.get(url)


FEW = 9
"""Session, person, roles, permissions (two), rows; kept columns and views (two); the numbers of the shell."""


def test_an_invoice_shows_lines_payments_credit_notes_link_and_messages(client, controller, customer):
    invoice = bill(
        customer, billed("100.00", 5, rate="18"), billed("10.00"), at=days_ago(1), order_number="SO-00009"
    )
    receipt = pay(customer, "90.00")
    note = take_back(invoice, {invoice.lines.first().pk: 1})
    make_link(invoice.account, invoice, at=NOW)
    client.post(reverse("credit:invoice_send", args=[invoice.pk]))
    page = client.get(reverse("credit:invoice_detail", args=[invoice.pk]))
    said = words(page)
    for expected in (
        invoice.number, "Shree Mobile Point · SO-00009", "₹600.00", "₹392.00", "Redmi Note 10 combo, incell",
        receipt.number, note.number, "Opened 0 times", "Invoice issued",
    ):  # fmt: skip
        assert expected in said, expected
    assert "/r/" in page.content.decode()


def test_an_invoice_is_sent_again_with_what_is_outstanding_now(client, controller, customer):
    invoice = bill(customer, total="500.00")
    pay(customer, "100.00")
    url = reverse("credit:invoice_send", args=[invoice.pk])
    assert "gets a message with the link" in words(client.get(url))
    for _twice in range(2):
        assert client.post(url).status_code == 302
    message = OutboundMessage.objects.get(about=f"credit.invoice:{invoice.pk}")
    assert message.variables["outstanding"] == "₹400.00"
    assert "/r/" in message.body


def test_a_paid_invoice_is_not_sent_again(client, controller, customer):
    invoice = bill(customer)
    pay(customer, "100.00")
    client.post(reverse("credit:invoice_send", args=[invoice.pk]))
    assert not OutboundMessage.objects.filter(about=f"credit.invoice:{invoice.pk}").exists()


def test_the_pdf_is_served_to_who_may_see_the_invoice(client, controller, customer):
    invoice = bill(customer)
    response = client.get(reverse("credit:invoice_pdf", args=[invoice.pk]))
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"] == f'inline; filename="{invoice.number}.pdf"'


def test_a_credit_note_takes_back_some_pieces(client, controller, customer):
    invoice = bill(customer, billed("100.00", 5), billed("10.00", sku="B"))
    line = invoice.lines.first()
    url = reverse("credit:credit_note_add", args=[invoice.pk])
    key = str(uuid.uuid4())
    told = {"reason": "Broken", f"line_{line.pk}": "2", "idempotency_key": key}
    for _twice in range(2):
        assert client.post(url, told).status_code == 302
    note = CreditNote.objects.get()
    assert (note.total, note.reason) == (Decimal("200.00"), "Broken")
    assert Invoice.objects.get(pk=invoice.pk).outstanding == Decimal("310.00")
    assert client.post(url, told | {f"line_{line.pk}": "9"}).status_code == 422
    assert client.get(reverse("credit:credit_note_pdf", args=[note.pk])).content.startswith(b"%PDF")


# --- the retailer's link ------------------------------------------------------------------------------------------


def test_staff_end_a_link_and_give_a_new_one(client, controller, customer):
    invoice = bill(customer)
    client.post(reverse("credit:link_make", args=[invoice.pk]))
    first = RetailerLink.objects.get()
    client.post(reverse("credit:link_replace", args=[first.pk]))
    second = RetailerLink.objects.exclude(pk=first.pk).get()
    first.refresh_from_db()
    assert first.revoked_by == controller
    client.post(reverse("credit:link_revoke", args=[second.pk]))
    second.refresh_from_db()
    assert second.revoked_at == NOW
    assert "There is no link that works" in words(client.get(invoice.get_absolute_url()))


# --- payments -----------------------------------------------------------------------------------------------------


def form(**told):
    plain = {"method": "cash", "received_on": TODAY.isoformat(), "idempotency_key": str(uuid.uuid4())}
    return plain | told


def add_url(customer):
    return f"{reverse('credit:payment_add')}?customer={customer.pk}"


def test_first_it_is_asked_who_paid(client, controller, customer):
    assert "Who paid?" in words(client.get(reverse("credit:payment_add")))
    found = client.get(reverse("credit:payment_add"), {"q": "shree"}).content.decode()
    assert f'href="?customer={customer.pk}"' in found
    assert client.get(reverse("credit:payment_add"), {"customer": "x"}).status_code == 404
    assert client.post(reverse("credit:payment_add"), form(amount="1")).status_code == 404


def test_a_payment_pays_the_longest_due_first(client, controller, customer):
    old, new = bill(customer, total="300.00", at=days_ago(30)), bill(customer, total="500.00")
    response = client.post(
        add_url(customer), form(amount="₹ 1,000.50", method="bank", method_reference="UTR 77")
    )
    notice = PaymentNotice.objects.get()
    assert response["Location"] == notice.get_absolute_url()
    assert not Payment.objects.exists()
    client.force_login(controller := UserFactory(role="Credit controller"))  # somebody else
    response = client.post(reverse("credit:notice_approve", args=[notice.pk]))
    payment = Payment.objects.get()
    assert response["Location"] == payment.get_absolute_url()
    assert (payment.amount, payment.unallocated_amount) == (Decimal("1000.50"), Decimal("200.50"))
    assert (payment.method_reference, payment.recorded_by) == ("UTR 77", controller)
    shares = dict(Allocation.objects.values_list("invoice", "amount"))
    assert shares == {old.pk: Decimal("300.00"), new.pk: Decimal("500.00")}


def test_a_payment_pays_the_chosen_invoices(client, controller, customer):
    old, new = bill(customer, total="300.00", at=days_ago(30)), bill(customer, total="500.00")
    client.post(add_url(customer), form(amount="450", **{f"share_{new.pk}": "400"}))
    assert Invoice.objects.get(pk=old.pk).outstanding == Decimal("300.00")
    assert Invoice.objects.get(pk=new.pk).outstanding == Decimal("100.00")
    assert Payment.objects.get().unallocated_amount == Decimal("50.00")


def test_a_payment_is_kept_unallocated(client, controller, customer):
    bill(customer, total="300.00")
    client.post(add_url(customer), form(amount="450", keep="on"))
    assert Payment.objects.get().unallocated_amount == Decimal("450.00")


def test_a_double_submit_records_one_payment(client, controller, customer):
    told = form(amount="100")
    first, second = (client.post(add_url(customer), told) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"amount": "abc"}, "is not an amount"),
        ({"amount": ""}, "required"),
        ({"amount": "0"}, "must be above 0"),
        ({"amount": "-5"}, "must be above 0"),
        ({"amount": "1.234"}, "more than two decimals"),
        ({"amount": "9" * 20}, "more than we can book"),
        ({"amount": "5", "received_on": "2026-11-22"}, "in the future"),
        ({"amount": "5", "received_on": "yesterday week"}, "is not a day"),
        ({"amount": "5", "method": "gold"}, "valid choice"),
        ({"amount": "5", "share": "6"}, "together"),
        ({"amount": "500", "share": "301"}, "At most 300.00"),
        ({"amount": "500", "share": "10", "keep": "on"}, "Choose one of the two"),
    ],
)
def test_what_cannot_be_recorded_is_said_and_what_was_typed_stays(client, controller, customer, told, why):
    invoice = bill(customer, total="300.00")
    if "share" in told:
        told = told | {f"share_{invoice.pk}": told.pop("share")}
    response = client.post(add_url(customer), form(note="As typed", **told))
    assert response.status_code == 422
    assert why in words(response)
    assert 'value="As typed"' in response.content.decode()
    assert not Payment.objects.exists()


def test_from_an_invoice_its_amount_is_there_already(client, controller, customer):
    invoice = bill(customer, total="300.00")
    page = client.get(invoice.get_absolute_url()).content.decode()
    url = f"{reverse('credit:payment_add')}?customer={customer.pk}&amp;invoice={invoice.pk}"
    assert url in page
    filled = client.get(url.replace("&amp;", "&")).content.decode()
    assert len(re.findall(r'<input[^>]* value="300.00"', filled)) == 2


def test_a_payment_shows_what_it_paid_and_is_reversed_with_a_reason(client, controller, customer):
    invoice = bill(customer, total="300.00")
    payment = pay(customer, "350.00")
    assert invoice.number in words(client.get(payment.get_absolute_url()))
    url = reverse("credit:payment_reverse", args=[payment.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    assert client.post(url, {"reason": "Wrong customer"}).status_code == 302
    said = words(client.get(payment.get_absolute_url()))
    assert "Reversed by" in said
    assert "Wrong customer" in said
    assert "₹300.00 was taken back" in said
    assert Invoice.objects.get(pk=invoice.pk).outstanding == Decimal("300.00")
    client.post(url, {"reason": "Again"})
    assert Payment.objects.count() == 2


# --- ageing ---------------------------------------------------------------------------------------------------------


def test_ageing_shows_each_customer_by_age_with_sums(client, controller, customer):
    bill(customer, total="100.00")
    bill(customer, total="200.00", at=days_ago(20))
    bill(customer, total="400.00", at=days_ago(120))
    pay(customer, "10.00", shares={})
    said = words(client.get(reverse("credit:ageing")))
    assert "Shree Mobile Point" in said
    assert f"{customer.code} 100.00 200.00 400.00 10.00 ₹690.00" in said
    assert "1 customer 100.00 200.00 0.00 0.00 400.00 10.00 ₹690.00" in said
    issued = words(
        client.get(reverse("credit:ageing"), {"by": "issued", "buckets": "10 50", "on": "2026-11-21"})
    )
    assert "0–10 11–50 over 50" in issued
    assert f"{customer.code} 100.00 200.00 400.00 10.00 ₹690.00" in issued


def test_ageing_on_an_earlier_day(client, controller, customer):
    bill(customer, total="200.00", at=days_ago(20))
    pay(customer, "200.00")
    assert "Nobody owes anything" in words(client.get(reverse("credit:ageing")))
    assert "₹200.00" in words(client.get(reverse("credit:ageing"), {"on": "2026-11-20"}))


def test_what_cannot_be_asked_of_ageing_is_said(client, controller, customer):
    bill(customer)
    response = client.get(reverse("credit:ageing"), {"buckets": "60 30", "on": "2026-11-21"})
    assert response.status_code == 200
    assert "ascending numbers of days" in words(response)
    assert client.get(reverse("credit:ageing"), {"on": "never"}).status_code == 200
    assert client.get(reverse("credit:ageing"), {"export": "doc"}).status_code == 404


def test_the_file_of_the_ageing_holds_what_the_page_shows(client, controller, customer):
    bill(customer, total="200.00", at=days_ago(20))
    response = client.get(reverse("credit:ageing"), {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].endswith("Not due,1–30,31–60,61–90,over 90,Unallocated,Balance")
    assert lines[1] == f"Shree Mobile Point,{customer.code},INR,0,200.00,0,0,0,0.00,200.00"


def test_the_documents_under_a_line_add_up(client, controller, customer):
    invoice = bill(customer, total="200.00", at=days_ago(20))
    pay(customer, "10.00", shares={})
    said = words(client.get(reverse("credit:ageing_documents", args=[customer.pk])))
    assert "Balance ₹190.00" in said
    assert invoice.number in said
    assert "1–30" in said
    assert "₹10.00" in said


# --- the customer's credit -----------------------------------------------------------------------------------------


def test_the_panel_shows_limit_exposure_and_what_is_late(client, controller):
    account = AccountFactory(limit_kind="amount", credit_limit=Decimal("1000.00"))
    bill(account.customer, total="600.00", at=days_ago(30))
    commit_order(lock_account(account.customer_id, on=TODAY), "order:1", Decimal("150.00"))
    pay(account.customer, "100.00")
    said = words(client.get(reverse("credit:customer_panel", args=[account.customer_id])))
    for expected in (
        "Limit ₹1,000.00", "Available ₹350.00", "Exposure ₹650.00", "Overdue ₹500.00 15 days", "Open orders ₹150.00",
    ):  # fmt: skip
        assert expected in said, expected


def test_the_panel_of_a_customer_without_an_account(client, controller):
    said = words(client.get(reverse("credit:customer_panel", args=[CustomerFactory().pk])))
    assert "cash only" in said
    assert "the group's limit" in said.replace("&#x27;", "'")
    assert not CreditAccount.objects.exists()


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("inherited", "", None),
        ("cash_only", "500", None),
        ("amount", "50,000", Decimal("50000.00")),
        ("unlimited", "", None),
    ],
)
def test_the_four_limits(client, controller, kind, typed, stored):
    if kind == "unlimited":  # no role has so much authority
        controller.is_superuser = True
        controller.save()
    customer = CustomerFactory()
    url = reverse("credit:account_change", args=[customer.pk])
    told = {"limit_kind": kind, "credit_limit": typed, "status": "good", "special_conditions": "Cheques only"}
    assert client.post(url, told).status_code == 302
    account = CreditAccount.objects.get(customer=customer)
    assert (account.limit_kind, account.credit_limit) == (kind, stored)
    assert account.special_conditions == "Cheques only"
    assert account.approved_by == (None if kind == "inherited" else controller)


@pytest.mark.parametrize(
    "told", [{"limit_kind": "unlimited"}, {"limit_kind": "amount", "credit_limit": "50,001"}]
)
def test_a_limit_beyond_ones_authority_is_refused_with_the_way_to_ask_for_it(client, controller, told):
    customer = CustomerFactory()
    url = reverse("credit:account_change", args=[customer.pk])
    response = client.post(url, {"credit_limit": "", "status": "good", **told})
    assert response.status_code == 422
    assert reverse("credit:limit_request_add", args=[customer.pk]) in response.content.decode()
    assert not CreditAccount.objects.exclude(limit_kind="inherited").exists()


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"limit_kind": "amount", "credit_limit": ""}, "above zero"),
        ({"limit_kind": "amount", "credit_limit": "0"}, "above 0"),
        ({"limit_kind": "cash_only", "temporary_limit": "5"}, "Say until when"),
        (
            {"limit_kind": "cash_only", "temporary_limit": "5", "temporary_until": "2026-11-20"},
            "That day is over",
        ),
        ({"limit_kind": "boundless"}, "valid choice"),
    ],
)
def test_a_limit_that_makes_no_sense_is_refused(client, controller, customer, told, why):
    response = client.post(reverse("credit:account_change", args=[customer.pk]), {"status": "good"} | told)
    assert response.status_code == 422
    assert why in words(response)
    assert CreditAccount.objects.get(customer=customer).limit_kind == "unlimited"


def test_the_ledger_has_a_running_balance_and_leads_to_documents(client, controller, customer):
    invoice = bill(customer, total="300.00", at=days_ago(3))
    payment = pay(customer, "100.00", at=days_ago(2))
    reverse_payment(payment, reason="Bounced", by=controller, at=days_ago(1))
    said = words(client.get(reverse("credit:ledger", args=[customer.pk])))
    assert re.search(r"₹100\.00 ₹300\.00 .*−₹100\.00 ₹200\.00 .*₹300\.00 ₹300\.00", said)
    for document in (invoice, payment):
        found = client.get(reverse("credit:document", args=[document.number]))
        assert found["Location"] == document.get_absolute_url()
    assert client.get(reverse("credit:document", args=["INV-1999-00001"])).status_code == 404


# --- the admin ------------------------------------------------------------------------------------------------------


@pytest.fixture
def admin(client):
    user = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(user)
    return user


FROZEN = [
    Allocation,
    CollectionCall,
    CreditDecision,
    CreditNote,
    Dispute,
    Invoice,
    OrderCommitment,
    Payment,
    ReceivableEntry,
    RetailerLink,
]


@pytest.mark.parametrize("model", FROZEN, ids=lambda model: model.__name__)
def test_documents_ledgers_and_decisions_are_only_read_in_the_admin(client, admin, customer, model):
    invoice = bill(customer, total="300.00")
    pay(customer, "100.00")
    raise_dispute(bill(customer), reason="price", reference="dispute:1", by=None, at=NOW)
    record_call(customer, "no_answer", reference="call:1", by=admin, at=NOW)
    take_back(invoice)
    make_link(invoice.account, invoice, at=NOW)
    commit_order(lock_account(customer.pk, on=TODAY), "order:1", Decimal("1.00"))
    name = f"admin:credit_{model._meta.model_name}"
    assert client.get(reverse(f"{name}_changelist")).status_code == 200
    assert client.get(reverse(f"{name}_add")).status_code == 403
    row = model.objects.first()
    if row is not None:
        page = client.get(reverse(f"{name}_change", args=[row.pk]))
        assert page.status_code == 200
        assert 'name="_save"' not in page.content.decode()
        assert client.get(reverse(f"{name}_delete", args=[row.pk])).status_code == 403


def test_a_balance_is_nobodys_to_type(client, admin, customer):
    account = CreditAccount.objects.get(customer=customer)
    url = reverse("admin:credit_creditaccount_change", args=[account.pk])
    page = client.get(url).content.decode()
    for field in ("balance", "unallocated", "open_orders", "customer"):
        assert f'name="{field}"' not in page
    assert client.get(reverse("admin:credit_creditaccount_delete", args=[account.pk])).status_code == 403


# --- what a new installation has -------------------------------------------------------------------------------------


def test_a_new_installation_has_terms_and_a_group_that_pays_cash():
    terms = {t.name: (t.kind, t.days, t.is_default) for t in PaymentTerms.objects.all()}
    assert terms == {
        "Immediate": ("net", 0, False),
        "Net 15": ("net", 15, True),
        "Net 30": ("net", 30, False),
        "Net 60": ("net", 60, False),
        "End of month": ("end_of_month", 0, False),
    }
    assert [(g.name, g.limit_kind, g.is_default) for g in CreditGroup.objects.all()] == [
        ("Standard", "cash_only", True)
    ]


def test_payment_form_says_what_it_would_pay_before_it_is_recorded(client):
    client.force_login(UserFactory(role="Credit controller"))
    customer = AccountFactory(limit_kind="none").customer
    old, new = bill(customer, total="300.00", at=NOW - dt.timedelta(days=9)), bill(customer, total="500.00")
    url = f"{reverse('credit:payment_add')}?customer={customer.pk}"

    def said(**typed):
        page = client.post(url, {"do": "show", **typed}).content.decode()
        parts = [r'id="pays-sum".*?>(.*?)</p>', *(rf'id="gets-{each.pk}">(.*?)</li>' for each in (old, new))]
        found = [re.sub(r"<[^>]*>", " ", re.search(part, page, re.DOTALL)[1]) for part in parts]
        return [" ".join(text.split()) for text in found]

    assert said(amount="0.4k") == ["₹400.00 pays 2 invoices.", "paid in full", "gets ₹100.00"]
    assert said(amount="1,000")[0] == "₹1,000.00 pays 2 invoices. ₹200.00 stays unallocated."
    over = said(amount="100", **{f"share_{new.pk}": "150"})
    assert over == ["The invoices get ₹50.00 more than the payment.", "", "gets ₹150.00"]
    assert said(amount="nonsense")[0] == "Leave the amounts empty, and the longest due are paid first."
    assert not Payment.objects.exists()


def test_the_documents_of_a_customer_with_many_are_paged_and_all_are_summed_and_in_the_file(
    client, controller, customer, monkeypatch
):
    monkeypatch.setattr("credit.views.ageing.PER_PAGE", 2)
    numbers = [bill(customer, total="200.00", at=days_ago(day)).number for day in (23, 22, 21)]
    for _ in range(3):
        pay(customer, "10.00", shares={})
    address = reverse("credit:ageing_documents", args=[customer.pk])
    first, second = words(client.get(address)), words(client.get(address, {"page": 2}))
    assert [number in first for number in numbers] == [True, True, False]
    assert [number in second for number in numbers] == [False, False, True]
    for said in (first, second):
        assert "3 invoices ₹600.00" in said
        assert "1 more is in the file ₹30.00" in said
    assert "1–2 of 3; all are in the file." in first
    assert words(client.get(address, {"page": "never"})) == first
    file = client.get(address, {"export": "csv", "page": 2})
    lines = b"".join(file.streaming_content).decode().splitlines()
    assert lines[0].endswith("Document,Date,Due,Age,Currency,Open then,Unallocated")
    assert lines[1] == f"{numbers[0]},2026-10-29,2026-11-13,1–30,INR,200.00,"
    assert [line.split(",")[-1] for line in lines[4:]] == ["10.00"] * 3
    assert client.get(address, {"export": "pdf"}).status_code == 404
