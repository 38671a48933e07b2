"""Opening balances: nothing until the file comes to its total, then all of it, once, and all of it back again."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from core.errors import Refusal
from core.jobs import run_job
from core.money import ZERO
from credit import operations
from credit.models import (
    Allocation,
    BankLine,
    CreditAccount,
    Invoice,
    OpeningImport,
    OpeningRow,
    Payment,
    ReceivableEntry,
)
from credit.queries.ageing import ageing
from customers.models import Customer
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.bank import BankAccountFactory, line
from tests.factories.credit import AccountFactory, bill
from tests.factories.customers import CustomerFactory

TODAY = timezone.localdate()
HEADING = "Customer code,Customer name,Phone,Document number,Issued,Due,Amount,Open amount,Paid on"
TOTAL, OPEN = Decimal("2100.50"), Decimal("1250.50")
pytestmark = pytest.mark.django_db


def ago(days):
    return (TODAY - dt.timedelta(days=days)).isoformat()


def table(*rows):
    return "\n".join([HEADING, *rows]).encode()


@pytest.fixture
def shops():
    return CustomerFactory(name="Asha Mobiles"), CustomerFactory(name="Bina Phones")


@pytest.fixture
def rows(shops):
    """2100.50 of two shops: one open whole, one in part, one paid 40 days ago, one not due yet."""
    asha, bina = (shop.code for shop in shops)
    return [
        f"{asha},,,OLD/101,{ago(100)},{ago(70)},1000.00,1000.00,",
        f"{asha},,,OLD/102,{ago(50)},{ago(20)},400.50,150.50,{ago(10)}",
        f"{bina},,,OLD/103,{ago(80)},{ago(50)},600.00,0,{ago(40)}",
        f"{bina},,,OLD/104,{ago(5)},{ago(-25)},100.00,100.00,",
    ]


@pytest.fixture
def controller():
    return UserFactory(role="Credit controller")


def given(content, *, by=None, name="old.csv", **told):
    """An import through the upload and its worker, as a person does it."""
    known: dict[str, Any] = {"as_of": TODAY, "currency": "INR", "control_open": OPEN, "unknown": "refuse"}
    now = timezone.now()
    batch = operations.accept_opening(ContentFile(content, name=name), by=by, at=now, **known | told)
    batch = operations.start_opening(batch, batch.mapping, days=batch.days, by=by, at=now)
    assert batch.job_id is not None
    run_job(batch.job_id)
    batch.refresh_from_db()
    return batch


def counted():
    return [m.objects.count() for m in (Invoice, Payment, Allocation, ReceivableEntry, CreditAccount)]


def owed(shop):
    return CreditAccount.objects.get(customer=shop).balance


def test_a_file_that_comes_to_its_totals_is_booked_whole(rows, shops, controller):
    batch = given(table(*rows), by=controller, control_amount=TOTAL)
    assert (batch.state, batch.refusal) == ("done", "")
    assert (batch.rows, batch.created, batch.known, batch.refused) == (4, 4, 0, 0)
    assert (batch.amount, batch.open) == (TOTAL, OPEN)
    assert [owed(shop) for shop in shops] == [Decimal("1150.50"), Decimal("100.00")]
    documents = Invoice.objects.order_by("number").values_list("number", "kind", "total", "outstanding")
    assert list(documents) == [
        ("OLD-101", "opening", Decimal("1000.00"), Decimal("1000.00")),
        ("OLD-102", "opening", Decimal("400.50"), Decimal("150.50")),
        ("OLD-103", "opening", Decimal("600.00"), Decimal("0.00")),
        ("OLD-104", "opening", Decimal("100.00"), Decimal("100.00")),
    ]
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [Decimal("250.00"), Decimal("600.00")]
    asha, bina = sorted(ageing(on=TODAY, user=controller), key=lambda row: row.name)
    assert (asha.not_due, asha.buckets) == (
        ZERO,
        (Decimal("150.50"), ZERO, Decimal("1000.00"), ZERO),
    )
    assert (bina.not_due, sum(bina.buckets)) == (Decimal("100.00"), 0)
    assert wrong_books() == []


def test_ageing_as_of_an_old_day_knows_what_was_paid_since(rows, shops, controller):
    given(table(*rows), by=controller)
    asha, bina = sorted(ageing(on=TODAY - dt.timedelta(days=45), user=controller), key=lambda row: row.name)
    assert (asha.not_due, asha.buckets) == (Decimal("400.50"), (Decimal("1000.00"), ZERO, ZERO, ZERO))
    assert (bina.not_due, bina.buckets) == (ZERO, (Decimal("600.00"), ZERO, ZERO, ZERO))
    (only,) = ageing(on=TODAY - dt.timedelta(days=30), user=controller)
    assert (only.name, only.balance) == ("Asha Mobiles", Decimal("1400.50"))


@pytest.mark.parametrize(
    ("told", "difference"),
    [
        ({"control_open": OPEN + Decimal("0.01")}, "0.01 missing"),
        ({"control_open": OPEN - 50}, "50.00 too much"),
        ({"control_amount": TOTAL + 1}, "1.00 missing"),
    ],
)
def test_a_file_that_misses_its_total_is_refused_with_the_difference(rows, told, difference, controller):
    before = counted()
    batch = given(table(*rows), by=controller, **told)
    assert (batch.state, batch.created) == ("refused", 0)
    assert difference in batch.refusal
    assert "Nothing was booked." in batch.refusal
    assert counted() == before
    again = given(table(*rows), by=controller)
    assert (again.state, again.created) == ("done", 4)


def test_a_refused_row_counts_as_missing_from_the_total(rows, controller):
    batch = given(
        table(*rows, f"GONE,,,OLD/105,{ago(9)},,10.00,10.00,"), by=controller, control_open=OPEN + 10
    )
    assert (batch.state, batch.created, batch.refused) == ("refused", 0, 1)
    assert "10.00 missing" in batch.refusal


def test_a_file_without_a_total_is_not_taken(rows):
    with pytest.raises(Refusal, match="Say what the file must come to"):
        given(table(*rows), control_open=None)
    assert not OpeningImport.objects.exists()


def test_a_file_that_was_imported_before_adds_nothing(rows, shops, controller):
    given(table(*rows), by=controller)
    before = counted()
    again = given(table(*rows), by=controller)
    assert (again.state, again.created, again.known, again.refused) == ("done", 0, 4, 0)
    assert (again.amount, again.open) == (TOTAL, OPEN)
    assert counted() == before
    assert wrong_books() == []


def test_a_document_that_is_there_over_another_amount_is_refused(rows, controller):
    given(table(*rows), by=controller)
    changed = given(table(rows[0].replace("1000.00", "900.00")), by=controller, control_open=Decimal(0))
    (refused,) = changed.outcomes.all()
    assert "OLD-101 is there already, over" in refused.sentence
    assert (changed.created, changed.known, changed.refused) == (0, 0, 1)


def test_unknown_customers_are_refused_or_added_as_was_chosen(rows, controller):
    unknown = f"K-77,Chitra Cells,+919812345670,OLD/105,{ago(9)},,10.00,10.00,"
    second = f"K-77,Chitra Cells,+919812345670,OLD/106,{ago(9)},,5.00,5.00,"
    before = Customer.objects.count()
    batch = given(table(*rows, unknown, second), by=controller)
    assert (batch.state, batch.created, batch.refused) == ("done", 4, 2)
    assert Customer.objects.count() == before
    assert {row.sentence for row in batch.outcomes.filter(outcome="refused")} == {
        "No customer is known as K-77."
    }

    batch = given(table(unknown, second), by=controller, unknown="add", control_open=Decimal(15))
    assert (batch.state, batch.created, batch.customers_added) == ("done", 2, 1)
    chitra = Customer.objects.get(name="Chitra Cells")
    assert (chitra.account_number, owed(chitra)) == ("K-77", Decimal("15.00"))
    assert wrong_books() == []


def test_customers_are_known_by_phone_or_name_and_never_guessed(controller):
    CustomerFactory(name="Dev Digital", phone="+919811111111")
    for _n in range(2):
        CustomerFactory(name="Same Name")
    batch = given(
        table(
            f",,9811111111,A-1,{ago(3)},,10.00,10.00,",
            f",dev digital,,A-2,{ago(3)},,20.00,20.00,",
            f",Same Name,,A-3,{ago(3)},,40.00,40.00,",
        ),
        by=controller,
        control_open=Decimal(30),
    )
    assert (batch.state, batch.created) == ("done", 2)
    assert "Several customers are known as Same Name" in batch.outcomes.get(outcome="refused").sentence


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("{code},,,,{day},,10.00,10.00,", "The Document number is missing."),
        ("{code},,,X-1,{day},,0.00,,", "The amount must be above zero"),
        ("{code},,,X-1,{day},{before},10.00,10.00,", "It is due before it was issued."),
        ("{code},,,X-1,{later},,10.00,10.00,", "lies after the day of these balances"),
        ("{code},,,X-1,{day},,10.00,11.00,", "do not fit together"),
        (",,,X-1,{day},,10.00,10.00,", "The customer is missing."),
        ("{code},,,INV-{year}-000123,{day},,10.00,10.00,", "looks like a number of our own series"),
        ("{code},,,A number much too long for us,{day},,10.00,10.00,", "is too long"),
    ],
)
def test_a_row_that_is_wrong_says_why(row, why, shops, controller):
    told = {"code": shops[0].code, "day": ago(9), "before": ago(10), "later": ago(-1), "year": TODAY.year}
    good = f"{shops[1].code},,,OK-1,{ago(9)},,5.00,5.00,"
    batch = given(table(good, row.format(**told)), by=controller, control_open=Decimal(5))
    assert (batch.created, batch.refused) == (1, 1)
    assert why in batch.outcomes.get(outcome="refused").sentence


def test_refused_rows_are_a_file_to_mend_and_import_again(rows, client, controller):
    bad = f"GONE,,,OLD/105,{ago(9)},,10.00,10.00,"
    broken = f"{rows[0].split(',')[0]},,,OLD/106,soon,,10.00,10.00,"
    batch = given(table(*rows, bad, broken), by=controller)
    client.force_login(controller)
    answer = client.get(reverse("credit:opening_failures", args=[batch.pk]))
    text = b"".join(answer.streaming_content) if answer.streaming else answer.content
    found = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert [(row["Document number"], row["Row"]) for row in found] == [("OLD/105", "6"), ("OLD/106", "7")]
    assert found[0]["Why"] == "No customer is known as GONE."
    assert found[1]["Why"]
    page = client.get(batch.get_absolute_url()).content.decode()
    assert "No customer is known as GONE." in page


def test_an_import_is_taken_back_by_documents_against_it(rows, shops, controller):
    batch = given(table(*rows), by=controller)
    documents = Invoice.objects.count()
    with pytest.raises(Refusal, match="Say why"):
        operations.start_undo(batch, " ", by=controller, at=timezone.now())
    batch = operations.start_undo(batch, "Wrong year", by=controller, at=timezone.now())
    job = batch.job_id
    assert job is not None
    run_job(job)
    batch.refresh_from_db()
    assert batch.undone_why == "Wrong year"
    assert set(batch.outcomes.values_list("outcome", flat=True)) == {OpeningRow.Outcome.TAKEN_BACK}
    assert Invoice.objects.count() == documents  # nothing was deleted
    assert [owed(shop) for shop in shops] == [0, 0]
    assert ageing(on=TODAY, user=controller) == []
    assert wrong_books() == []
    assert operations.start_undo(batch, "Again", by=controller, at=timezone.now()).job_id == job

    again = given(table(*rows), by=controller)
    assert (again.created, again.open) == (4, OPEN)
    assert Invoice.objects.filter(number="OLD-101-2", outstanding=1000).exists()
    assert wrong_books() == []


def test_many_documents_take_few_queries(shops, django_assert_max_num_queries):
    some = [f"{shops[n % 2].code},,,N-{n},{ago(9)},,5.00,2.00,{ago(4)}" for n in range(300)]
    with django_assert_max_num_queries(60):
        batch = operations.import_receivables(
            io.BytesIO(table(*some)),
            name="many.csv",
            mapping={"code": "Customer code", "document": "Document number", "issued": "Issued"}
            | {"amount": "Amount", "open": "Open amount", "settled": "Paid on"},
            as_of=TODAY,
            currency="INR",
            control_open=Decimal(600),
            by=None,
            at=timezone.now(),
        )
    assert (batch.created, batch.open) == (300, Decimal(600))


def command(path, *told):
    out = io.StringIO()
    call_command("import_receivables", str(path), *told, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path, rows):
    path = tmp_path / "old.csv"
    path.write_bytes(table(*rows))
    return path


def test_the_command_books_and_says_what_it_did(file):
    said = command(file, "--open", "1250.50", "--total", "2100.50")
    assert "4 rows, 4 booked, 0 there already, 0 refused" in said
    assert "still open 1,250.50 INR" in said
    told = json.loads(command(file, "--open", "1250.50", "--json"))
    assert (told["created"], told["known"], told["open"]) == (0, 4, "1250.50")
    assert wrong_books() == []


@pytest.mark.parametrize(
    ("told", "code", "why"),
    [
        (["--open", "1250.51"], 3, "0.01 missing. Nothing was booked."),
        ([], 1, "Say what the file must come to"),
        (["--open", "lots"], 1, "lots"),
        (["--open", "1250.50", "--as-of", "someday"], 1, "is not a day"),
        (["--open", "1250.50", "--as-of", "2999-01-01"], 1, "is not a day up to today"),
        (["--open", "1250.50", "--map", "nonsense"], 1, "is not FIELD=COLUMN"),
        (["--open", "1250.50", "--map", "amount=Nowhere"], 1, "Nowhere"),
    ],
)
def test_the_command_refuses_in_a_sentence_and_books_nothing(file, told, code, why):
    before = counted()
    with pytest.raises(CommandError) as refused:
        command(file, *told)
    assert why in str(refused.value)
    assert refused.value.returncode == code
    assert counted() == before


def test_the_command_ends_with_four_when_rows_were_refused(file):
    file.write_bytes(file.read_bytes() + f"\nGONE,,,OLD/105,{ago(9)},,10.00,10.00,".encode())
    with pytest.raises(CommandError, match=r"1 rows? (was|were) refused") as refused:
        command(file, "--open", "1250.50")
    assert refused.value.returncode == 4
    assert Invoice.objects.count() == 4


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", HEADING.encode(), b"%PDF-1.4 not a table"])
def test_the_command_refuses_what_is_no_table(tmp_path, content):
    path = tmp_path / "odd.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refused:
        command(path, "--open", "1")
    assert refused.value.returncode == 1
    assert not Invoice.objects.exists()
    with pytest.raises(CommandError, match="There is no file"):
        command(tmp_path / "gone.csv", "--open", "1")


def test_the_books_tell_a_bank_line_from_another_payment(shops):
    AccountFactory(customer=shops[0])
    invoice = bill(shops[0], total="70.00")
    bank_line = line(BankAccountFactory(), f"{TODAY:%d/%m/%Y},NEFT {invoice.number},N1,,70.00")
    operations.book_line(bank_line, shops[0].pk, by=None, at=timezone.now())
    assert wrong_books() == []
    other = operations.record_payment(
        shops[0].pk,
        Decimal("5.00"),
        method="cash",
        received_on=TODAY,
        reference="x",
        by=None,
        at=timezone.now(),
    )
    BankLine.objects.filter(pk=bank_line.pk).update(payment=other.pk)
    assert any("booked bank line = its payment" in wrong for wrong in wrong_books())
