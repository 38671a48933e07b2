"""What a bank line may be, why, and what becomes of it: booked once, whoever confirms it and however often."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from core.jobs import run_job, start
from credit import operations
from credit.models import BankLine, PayerAlias, Payment
from credit.operations.bank import booked_from_bank
from credit.queries.bank_matches import suggest
from credit.queries.bank_statements import progress
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.bank import BankAccountFactory, line, statement
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory
from tests.racing import race

TODAY = timezone.localdate()
D = TODAY.strftime("%d/%m/%Y")


@pytest.fixture
def account(db):
    return BankAccountFactory()


@pytest.fixture
def shop(db):
    customer = CustomerFactory(name="Ravi Mobiles", phone="+919876543210")
    AccountFactory(customer=customer)
    return customer


def best(bank_line, user=None):
    found = suggest([bank_line], user=user)[bank_line.pk]
    return found[0] if found else None


def now():
    return timezone.now()


def test_an_invoice_number_and_its_amount_are_sure(account, shop):
    invoice = bill(shop, total="1500.00")
    found = best(line(account, f"{D},NEFT {invoice.number},N1,,1500.00"))
    assert (found.kind, found.customer, found.score) == ("book", "Ravi Mobiles", 98)
    assert found.reasons == (
        f"The text names {invoice.number}, which is open.",
        "It is exactly what is open on it.",
    )
    assert [(i.pk, share) for i, share in found.fit.shares] == [(invoice.pk, Decimal("1500.00"))]


def test_the_name_and_a_sum_of_a_few_invoices(account, shop):
    for total in ("100.00", "250.00", "400.00"):
        bill(shop, total=total)
    found = best(line(account, f"{D},IMPS-RAVI MOBILES-HDFC,412345678901,,650.00"))
    assert (found.customer, [share for _i, share in found.fit.shares]) == (
        "Ravi Mobiles",
        [Decimal("250.00"), Decimal("400.00")],
    )
    assert "The payer is called like the customer." in found.reasons


def test_a_phone_in_a_upi_address_and_all_that_is_owed(account, shop):
    bill(shop, total="100.00")
    bill(shop, total="250.00")
    found = best(line(account, f"{D},UPI/CR/412345678901/9876543210@ybl,,,350.00"))
    assert (found.customer_id, found.score) == (shop.pk, 90)
    assert "Exactly all that the customer owes." in found.reasons


def test_what_was_confirmed_once_is_known_the_next_time(account, shop):
    bill(shop, total="100.00")
    first = line(account, f"{D},UPI/XK SHOP/xk.shop@okaxis,U1,,40.00")
    operations.book_line(first, shop.pk, by=None, at=now())
    found = best(line(account, f"{D},UPI/XK SHOP/xk.shop@okaxis,U2,,60.00"))
    assert found.sure
    assert "“xk.shop@okaxis” was this customer's 1 time before." in found.reasons
    operations.undo_line(first, "Not theirs", by=None, at=now())
    assert not PayerAlias.objects.exists()


def test_an_amount_alone_is_told_but_never_sure(account, shop):
    bill(shop, total="777.00")
    found = best(line(account, f"{D},CASH DEPOSIT,,,777.00"))
    assert (found.customer_id, found.score) == (shop.pk, 48)
    assert found.reasons[0] == "Only one open invoice has this amount."


def test_two_customers_that_fit_alike_are_not_sure(account, shop):
    bill(shop, total="500.00")
    twin = CustomerFactory(name="Ravi Mobiles")
    bill(twin, total="500.00")
    found = best(line(account, f"{D},NEFT RAVI MOBILES,N1,,500.00"))
    assert not found.sure
    assert "Ravi Mobiles fits nearly as well." in found.reasons


def test_money_that_is_booked_is_linked_not_booked_again(account, shop):
    bill(shop, total="500.00")
    payment = operations.record_payment(
        shop.pk, Decimal(500), method="mobile_money", received_on=TODAY, reference="x", by=None, at=now(),
        method_reference="412345678901",
    )  # fmt: skip
    bank_line = line(account, f"{D},UPI/CR/412345678901/RAVI,,,500.00")
    found = best(bank_line)
    assert (found.kind, found.score, found.payment) == ("link", 99, payment)
    with pytest.raises(Refusal, match="booked already"):
        operations.book_line(bank_line, shop.pk, by=None, at=now())
    operations.confirm_best(bank_line, by=None, at=now())
    bank_line.refresh_from_db()
    assert (bank_line.state, bank_line.how, bank_line.payment) == ("booked", "linked", payment)
    assert Payment.objects.count() == 1
    operations.undo_line(bank_line, "Wrong", by=None, at=now())
    payment.refresh_from_db()
    assert payment.reversed_at is None


def test_an_announced_payment_is_approved_by_the_line(account, shop):
    bill(shop, total="500.00")
    operations.announce_payment(
        shop.pk, Decimal(500), method="bank", received_on=TODAY, reference="n", by=UserFactory(), at=now(),
        method_reference="AXISN26000123",
    )  # fmt: skip
    bank_line = line(account, f"{D},NEFT AXISN26000123 RAVI,,,500.00")
    found = best(bank_line)
    assert (found.kind, found.score) == ("approve", 99)
    operations.take_suggestion(bank_line, found, by=UserFactory(), at=now())
    bank_line.refresh_from_db()
    assert (bank_line.how, bank_line.payment.amount) == ("approved", Decimal("500.00"))


def test_charges_are_ignored_with_their_reason(account):
    bank_line = line(account, f"{D},SMS CHARGES,,17.70,")
    found = best(bank_line)
    assert (found.kind, found.score, found.ignore) == ("ignore", 95, "Bank charge")
    operations.confirm_best(bank_line, by=None, at=now())
    bank_line.refresh_from_db()
    assert (bank_line.state, bank_line.reason) == ("ignored", "Bank charge")


def test_whom_one_may_not_see_is_not_suggested(account, shop):
    bill(shop, total="500.00")
    stranger = UserFactory(role="Sales representative")
    assert best(line(account, f"{D},NEFT RAVI MOBILES,N1,,500.00"), user=stranger) is None


def test_book_line_twice_is_once_and_undo_lets_it_be_booked_again(account, shop):
    invoice = bill(shop, total="500.00")
    bank_line = line(account, f"{D},NEFT,N1,,500.00")
    for _time in range(2):
        operations.book_line(bank_line, shop.pk, by=None, at=now())
    bank_line.refresh_from_db()
    payment = bank_line.payment
    assert payment.reference == f"bank:{bank_line.fingerprint}"
    assert (payment.method_reference, payment.received_on) == ("N1", TODAY)
    other = CustomerFactory()
    with pytest.raises(Refusal, match=payment.number):
        operations.book_line(bank_line, other.pk, by=None, at=now())
    operations.undo_line(bank_line, "Another shop", by=None, at=now())
    invoice.refresh_from_db()
    assert invoice.outstanding == Decimal("500.00")
    operations.book_line(bank_line, other.pk, by=None, at=now())
    bank_line.refresh_from_db()
    assert bank_line.payment.reference.endswith(":2")
    assert not wrong_books()


def test_ignore_line_needs_a_reason_and_money_out_is_no_payment(account, shop):
    bank_line = line(account, f"{D},RENT,,500.00,")
    with pytest.raises(Refusal, match="Say why"):
        operations.ignore_line(bank_line, " ", by=None, at=now())
    with pytest.raises(Refusal, match="went out"):
        operations.book_line(bank_line, shop.pk, by=None, at=now())


def test_book_line_refuses_another_currency(account, db):
    abroad = CustomerFactory(currency="USD")
    AccountFactory(customer=abroad, currency="USD")
    with pytest.raises(Refusal, match="USD"):
        operations.book_line(line(account, f"{D},X,N1,,5.00"), abroad.pk, by=None, at=now())


def test_confirming_many_books_what_is_sure_and_leaves_the_rest(account, shop):
    invoices = [bill(shop, total=f"{n}00.00") for n in (1, 2, 3)]
    rows = [f"{D},NEFT {i.number},N{i.pk},,{i.total}" for i in invoices]
    made = statement(account, *rows, f"{D},SMS CHARGES,,17.70,", f"{D},NOBODY KNOWS,Z1,,12.34")
    person = UserFactory(role="Credit controller")
    job = start(
        "credit.confirm_bank_lines",
        "x",
        by=person,
        at=now(),
        params={"statement": made.pk, "least": 90},
        total=4,
    )
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.refused) == ("done", 0)
    far = progress(made)
    assert (far.lines, far.booked, far.ignored, far.open) == (5, 3, 1, 1)
    assert far.booked_amount == sum(i.total for i in invoices)
    assert not wrong_books()


def test_suggestions_take_as_many_queries_for_many_lines(account, shop, django_assert_max_num_queries):
    for n in range(1, 6):
        bill(shop, total=f"{n}0.00")
    rows = [f"{D},NEFT RAVI MOBILES {n},N{n:08},,{n}.00" for n in range(1, 200)]
    made = statement(account, *rows)
    lines = list(made.lines.select_related("account"))
    with django_assert_max_num_queries(12):
        found = suggest(lines)
    assert sum(bool(some) for some in found.values()) == 199


def test_the_page_takes_as_many_queries_for_many_lines(account, shop, client, django_assert_max_num_queries):
    bill(shop, total="10.00")
    made = statement(account, *(f"{D},NEFT RAVI MOBILES {n},N{n:08},,{n}.00" for n in range(1, 60)))
    client.force_login(UserFactory(role="Credit controller"))
    with django_assert_max_num_queries(45):
        page = client.get(made.get_absolute_url())
    assert page.status_code == 200
    assert page.content.decode().count('class="bankrow"') == 25


def test_take_does_what_was_seen_and_answers_with_the_row(account, shop, client):
    invoice = bill(shop, total="500.00")
    bank_line = line(account, f"{D},NEFT {invoice.number},N1,,500.00")
    client.force_login(UserFactory(role="Credit controller"))
    url = reverse("credit:bank_line_take", args=[bank_line.pk])
    answer = client.post(
        url,
        {"suggestion": f"book:{shop.pk}"},
        headers={"HX-Request": "true", "HX-Target": f"line-{bank_line.pk}"},
    )
    invoice.refresh_from_db()
    assert invoice.is_paid
    assert "Booked" in answer.content.decode()
    again = client.post(
        url,
        {"suggestion": f"book:{shop.pk}"},
        headers={"HX-Request": "true", "HX-Target": f"line-{bank_line.pk}"},
    )
    assert "Somebody settled this line meanwhile" in again.content.decode()
    assert Payment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_people_confirm_the_same_line_at_once_and_it_is_booked_once():
    account, shops = BankAccountFactory(), [CustomerFactory(), CustomerFactory()]
    for shop in shops:
        bill(shop, total="500.00")
    bank_line = line(account, f"{D},NEFT,N1,,500.00")

    def book(customer):
        return lambda: operations.book_line(bank_line, customer.pk, by=None, at=now())

    outcomes = race([book(shops[0]), book(shops[1]), book(shops[0])])
    assert any(isinstance(outcome, Refusal) for outcome in outcomes)
    assert Payment.objects.count() == 1
    assert BankLine.objects.get().state == "booked"


def test_money_a_gateway_tells_of_after_the_bank_is_the_same_payment(account, shop):
    bill(shop, total="500.00")
    bank_line = line(account, f"{D},UPI pay_29QQoUBi66xm2f RAVI,PAY29QQ0UBI66XM2F,,500.00")
    operations.book_line(bank_line, shop.pk, by=None, at=now())
    bank_line.refresh_from_db()
    credit_account = bank_line.payment.account_id
    assert booked_from_bank(credit_account, "PAY29QQ0UBI66XM2F", Decimal(500)) == bank_line.payment
    assert booked_from_bank(credit_account, "PAY29QQ0UBI66XM2F", Decimal(400)) is None


def test_a_day_long_ago_is_when_the_payment_was_received(account, shop):
    then = TODAY - dt.timedelta(days=40)
    bank_line = line(account, f"{then:%d/%m/%Y},NEFT,N1,,500.00")
    operations.book_line(bank_line, shop.pk, by=None, at=now())
    assert Payment.objects.get().received_on == then
