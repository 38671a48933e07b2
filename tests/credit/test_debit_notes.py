"""Debit notes, fees and opening amounts: charged by paper, otherwise like any invoice."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from core.errors import Refusal
from credit.models import CreditAccount, Invoice, ReceivableEntry
from credit.operations import charge_line, issue_debit_note
from credit.queries.statement import statement
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.credit import AccountFactory, bill, charge, pay, take_back

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 3, 10, 9, tzinfo=dt.UTC)
TODAY = NOW.date()


@pytest.fixture
def customer():
    return AccountFactory().customer


def balance(customer) -> Decimal:
    return CreditAccount.objects.get(customer=customer).balance


def test_a_debit_note_adds_its_lines_and_tax_to_the_debt(customer):
    about = bill(customer, total="1000.00", at=NOW)
    lines = [
        charge_line("Cheque fee", Decimal("333.33"), tax_rate=Decimal(18)),
        charge_line("Courier", Decimal("59.00"), tax_rate=Decimal(18), inclusive=True),
    ]
    note = charge(customer, lines=lines, about=about, due_on=dt.date(2026, 3, 20), at=NOW)
    note = Invoice.objects.get(pk=note.pk)
    assert (note.kind, note.number, note.about) == ("debit_note", "DBN-2026-00001", about)
    assert (note.net, note.tax, note.total, note.outstanding) == (
        Decimal("383.33"),
        Decimal("69.00"),
        Decimal("452.33"),
        Decimal("452.33"),
    )
    assert (note.reason, note.due_on, note.order_number) == ("Bounced cheque", dt.date(2026, 3, 20), "")
    assert balance(customer) == Decimal("1452.33")
    assert wrong_books() == []


def test_each_kind_has_its_own_series(customer):
    bill(customer, at=NOW)
    numbers = [charge(customer, kind=kind, at=NOW).number for kind in ("debit_note", "late_fee", "opening")]
    assert numbers == ["DBN-2026-00001", "FEE-2026-00001", "OPN-2026-00001"]
    assert bill(customer, at=NOW).number == "INV-2026-00002"
    assert wrong_books() == []


def test_the_amount_is_not_rounded_as_invoices_are(customer, settings):
    settings.INVOICE_ROUND_TO = "1"
    assert charge(customer, "10.37", at=NOW).total == Decimal("10.37")


def test_the_ledger_and_the_statement_say_what_it_is(customer):
    charge(customer, "10.00", kind="late_fee", at=NOW)
    charge(customer, "20.00", at=NOW)
    account = CreditAccount.objects.get(customer=customer)
    entries = ReceivableEntry.objects.filter(account=account).order_by("pk")
    assert [entry.kind for entry in entries] == ["late_fee", "debit_note"]
    printed = statement(account, first=TODAY, last=TODAY)
    assert [(line.kind, line.billed) for line in printed.lines] == [
        ("Late fee", Decimal(10)),
        ("Debit note", Decimal(20)),
    ]


def test_told_twice_it_is_charged_once(customer):
    notes = [charge(customer, reference="fee:7", at=NOW) for _turn in range(2)]
    assert notes[0].pk == notes[1].pk
    assert balance(customer) == Decimal("50.00")


def test_money_paid_ahead_pays_it_at_once(customer):
    pay(customer, "80.00", at=NOW)
    charge(customer, "50.00", at=NOW)
    account = CreditAccount.objects.get(customer=customer)
    assert (Invoice.objects.get().outstanding, account.unallocated, account.balance) == (
        Decimal(0),
        Decimal(30),
        Decimal(-30),
    )
    assert wrong_books() == []


def test_it_is_paid_and_taken_back_like_an_invoice(customer):
    note = charge(customer, "50.00", at=NOW)
    pay(customer, "20.00", at=NOW)
    credit = take_back(Invoice.objects.get(pk=note.pk), at=NOW)
    assert (credit.total, balance(customer)) == (Decimal("50.00"), Decimal("-20.00"))
    assert wrong_books() == []


def test_an_opening_amount_keeps_its_number_and_day(customer):
    old = charge(
        customer,
        "70.00",
        kind="opening",
        number="B/1177",
        reason="",
        issued_on=dt.date(2025, 11, 2),
        due_on=dt.date(2025, 12, 2),
        at=NOW,
    )
    old = Invoice.objects.get(pk=old.pk)
    assert (old.number, old.issued_on, old.days_late(TODAY)) == ("B/1177", dt.date(2025, 11, 2), 98)
    entry = ReceivableEntry.objects.get()
    assert (entry.kind, entry.document, entry.posted_on) == ("opening", "B/1177", dt.date(2025, 11, 2))
    assert wrong_books() == []


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"reason": " "}, "no_reason"),
        ({"due_on": dt.date(2026, 3, 9)}, "due_too_early"),
        ({"kind": "opening", "issued_on": dt.date(2026, 3, 11)}, "in_the_future"),
        ({"kind": "opening", "number": "INV-2026-00042"}, "number_of_ours"),
        ({"kind": "opening", "number": "OLD-1"}, "number_taken"),
    ],
)
def test_what_it_refuses(customer, told, code):
    charge(customer, kind="opening", number="OLD-1", at=NOW)
    with pytest.raises(Refusal) as refusal:
        charge(customer, **told | {"at": NOW})
    assert refusal.value.code == code
    assert Invoice.objects.count() == 1


def test_it_is_about_an_invoice_of_the_same_customer(customer):
    other = bill(AccountFactory().customer, at=NOW)
    with pytest.raises(Refusal, match="another customer"):
        charge(customer, about=other, at=NOW)


@pytest.mark.parametrize("amount", ["0", "-5.00"])
def test_nothing_and_less_is_not_charged(amount):
    with pytest.raises(Refusal) as refusal:
        charge_line("Fee", Decimal(amount))
    assert refusal.value.code == "not_positive"


def test_the_timeline_says_it(customer):
    by = UserFactory()
    issue_debit_note(
        customer.pk,
        [charge_line("Fee", Decimal("50.00"))],
        reason="Bounced cheque 4711",
        reference="x",
        by=by,
        at=timezone.now(),
    )
    entry = customer.timeline.get()
    assert entry.event == "debit_note.issued"
    assert "Bounced cheque 4711" in entry.text
    assert "50.00" in entry.text
