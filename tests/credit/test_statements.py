"""Statements of account: the figures, the paper, the pages, and the message of every month."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pypdf import PdfReader

from core.errors import Refusal
from credit.models import CreditAccount
from credit.operations import print_statement, send_monthly_statements, send_statement
from credit.operations.links import make_link, token_of
from credit.queries.statement import Statement, month_before, statement
from messaging.models import OutboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, pay
from tests.factories.customers import CustomerFactory

OCT, NOV = dt.date(2026, 10, 1), dt.date(2026, 11, 1)


def noon(on: dt.date) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(12), dt.UTC)


@pytest.fixture
def account(db):
    customer = CustomerFactory(name="Shree Mobile Point", phone="+919812345678")
    account = AccountFactory(customer=customer)
    bill(customer, total="1000", at=noon(dt.date(2026, 9, 20)))
    pay(customer, "400", at=noon(dt.date(2026, 10, 5)))
    bill(customer, total="250", at=noon(dt.date(2026, 10, 20)))
    return CreditAccount.objects.select_related("customer").get(pk=account.pk)


def test_a_statement_brings_forward_adds_up_and_closes(account):
    made = statement(account, first=OCT, last=dt.date(2026, 10, 31))
    assert (made.opening, made.billed, made.paid, made.closing) == (
        Decimal(1000),
        Decimal(250),
        Decimal(400),
        Decimal(850),
    )
    assert [(line.billed, line.paid, line.balance) for line in made.lines] == [
        (Decimal(0), Decimal(400), Decimal(600)),
        (Decimal(250), Decimal(0), Decimal(850)),
    ]


def test_both_days_are_part_of_it(account):
    made = statement(account, first=dt.date(2026, 10, 5), last=dt.date(2026, 10, 20))
    assert len(made.lines) == 2
    assert statement(account, first=dt.date(2026, 10, 6), last=dt.date(2026, 10, 19)).lines == []


class Adjoining(TestCase):
    """Whatever days one cuts at, a statement goes on where the one before ended."""

    @settings(max_examples=15, deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 60), st.integers(1, 500), st.booleans()), max_size=6),
        st.integers(1, 58),
    )
    def test_statements_that_adjoin_meet(self, facts, cut):
        start = dt.date(2026, 8, 1)
        customer = CustomerFactory()
        account = AccountFactory(customer=customer)
        for day, amount, is_bill in facts:
            at = noon(start + dt.timedelta(days=day))
            if is_bill:
                bill(customer, total=str(amount), at=at)
            else:
                pay(customer, str(amount), at=at)
        middle = start + dt.timedelta(days=cut)
        whole = statement(account, first=start, last=start + dt.timedelta(days=60))
        before = statement(account, first=start, last=middle)
        after = statement(account, first=middle + dt.timedelta(days=1), last=whole.last)
        assert before.closing == after.opening
        assert after.closing == whole.closing == CreditAccount.objects.get(pk=account.pk).balance
        assert before.lines + after.lines == whole.lines


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [(NOV, OCT, "days_reversed"), (dt.date(2010, 1, 1), NOV, "too_long")],
)
def test_days_that_make_no_statement_are_refused(account, first, last, code):
    with pytest.raises(Refusal) as refused:
        statement(account, first=first, last=last)
    assert refused.value.code == code


def test_the_month_before_crosses_the_year():
    assert month_before(dt.date(2027, 1, 15)) == (dt.date(2026, 12, 1), dt.date(2026, 12, 31))


def text_of(made: Statement) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(print_statement(made))).pages)


def test_the_paper_says_who_what_and_how_old(account):
    said = text_of(statement(account, first=OCT, last=dt.date(2026, 10, 31)))
    for words in (
        "Statement of account",
        "Shree Mobile Point",
        "1,000.00",
        "850.00",
        "Brought forward",
        "Not due",
    ):
        assert words in said, said


def test_the_paper_speaks_the_customers_language(account):
    account.customer.communication_language = "hi"
    account.customer.save()
    made = statement(account, first=OCT, last=dt.date(2026, 10, 31))
    assert print_statement(made).startswith(b"%PDF")


def test_every_month_each_account_that_owes_or_moved_hears_once(account, django_capture_on_commit_callbacks):
    AccountFactory()  # owes nothing, moved nothing
    at = noon(dt.date(2026, 11, 1))
    for _time in range(3):
        assert send_monthly_statements(at=at) == 1
    message = OutboundMessage.objects.get(event="statement")
    assert "850.00" in message.body
    assert "1 October 2026 – 31 October 2026" in message.body
    assert send_monthly_statements(at=noon(dt.date(2026, 12, 1))) == 1
    assert OutboundMessage.objects.filter(event="statement").count() == 2


def test_a_statement_with_nothing_on_it_is_not_sent(db):
    account = AccountFactory()
    with pytest.raises(Refusal, match="nothing is open"):
        send_statement(account, first=OCT, last=NOV, key="x", by=None, at=noon(NOV))


def test_staff_read_print_and_send_it(client, account):
    client.force_login(UserFactory(role="Credit controller"))
    base = f"/receivables/customers/{account.customer_id}/statement/"
    page = client.get(f"{base}?first=2026-10-01&last=2026-10-31").content.decode()
    assert "Brought forward" in page
    assert "₹850.00" in page
    assert client.get(f"{base}pdf/?first=2026-10-01&last=2026-10-31")["Content-Type"] == "application/pdf"
    client.post(f"{base}send/")
    client.post(f"{base}send/")
    assert OutboundMessage.objects.filter(event="statement").count() == 1


@pytest.mark.parametrize(
    "asked", ["first=2026-12-01&last=2026-01-01", "first=x", "first=1800-01-01", "last=9999-12-31"]
)
def test_days_that_can_not_be_shown_are_said_and_the_usual_ones_shown(client, account, asked):
    client.force_login(UserFactory(role="Credit controller"))
    answer = client.get(f"/receivables/customers/{account.customer_id}/statement/?{asked}")
    assert answer.status_code == 200
    assert "be shown as asked" in answer.content.decode()


def test_the_retailer_reads_and_keeps_it_behind_the_link(client, account):
    link = make_link(account, at=noon(dt.date(2026, 10, 21))).link
    page = client.get(f"/r/{token_of(link)}/statement/")
    assert page.status_code == 200
    assert "₹850.00" in page.content.decode()
    assert client.get(f"/r/{token_of(link)}/statement/pdf/")["Content-Type"] == "application/pdf"
    assert client.get("/r/made.up/statement/").status_code == 404


def test_a_statement_costs_two_queries(account, django_assert_num_queries):
    with django_assert_num_queries(2):
        statement(account, first=OCT, last=NOV)
    assert Decimal(850) == statement(account, first=OCT, last=NOV).closing
