"""The books are recomputed, on one snapshot, and what differs is found."""

import json
import threading
from decimal import Decimal

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import InternalError, connection, transaction
from django.urls import reverse

from core.models import DocumentSeries
from credit.models import CreditAccount
from inventory.models import StockLevel
from orders.models import Order
from reports import operations
from reports.models import BooksCheck
from reports.queries import CHECKS, check_numbers
from reports.queries.books import snapshot
from tests.factories.accounts import UserFactory
from tests.factories.credit import bill, pay
from tests.factories.customers import CustomerFactory
from tests.factories.orders import ConfirmedOrderFactory

writes = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sale():
    """An order confirmed and billed, and a payment."""
    order = ConfirmedOrderFactory()
    pay(order.customer, "50.00")
    return order


def run(capsys, *args):
    """The command's exit code and what it printed."""
    code: str | int | None = 0
    try:
        call_command("verify_books", *args)
    except SystemExit as stopped:
        code = stopped.code
    return code, capsys.readouterr().out


@writes
def test_clean_books_end_with_nought_and_say_what_was_looked_at(sale, capsys):
    code, printed = run(capsys)

    assert code == 0
    assert "1 accounts, 2 receivable entries, 1 invoices, 1 payments" in printed
    assert "0 differences" in printed


@writes
def test_json_is_one_object(sale, capsys):
    code, printed = run(capsys, "--json")

    told = json.loads(printed)
    assert code == 0
    assert told["ok"] is True
    assert told["counts"]["orders"] == 1
    assert [check["name"] for check in told["checks"]] == list(CHECKS)
    assert told["discrepancies"] == []


def spoil_balance():
    CreditAccount.objects.update(balance=Decimal("1.23"))


def spoil_stock():
    StockLevel.objects.update(on_hand=77)


def spoil_order():
    Order.objects.update(net=Decimal("1.00"), total=Decimal("1.00"), tax=0)


def spoil_series():
    DocumentSeries.objects.filter(series="RCT").update(last=7)


@writes
@pytest.mark.parametrize(
    ("spoil", "check", "stored"),
    [
        (spoil_balance, "balance = Σ receivable entries", "1.23"),
        (spoil_stock, "stock on hand", "77"),
        (spoil_order, "order = Σ lines", "1.00 + 0.00"),
        (spoil_series, "numbers are contiguous", "7"),
    ],
)
def test_corruption_of_each_app_is_found(sale, capsys, spoil, check, stored):
    spoil()

    code, printed = run(capsys, "--json")

    found = {wrong["check"]: wrong["stored"] for wrong in json.loads(printed)["discrepancies"]}
    assert code == 1
    assert found[check] == stored


@writes
def test_the_text_names_what_differs(sale, capsys):
    spoil_series()

    code, printed = run(capsys)

    assert code == 1
    year = DocumentSeries.objects.get(series="RCT").year
    assert f"numbers are contiguous: RCT-{year} says 7, its documents say 1 documents, 1 to 1" in printed


@writes
def test_a_check_sees_one_moment_while_others_write(sale):
    """A sale that commits in the middle is seen wholly or not at all: here, not at all."""
    with snapshot():
        before = Order.objects.count()
        other = threading.Thread(target=_sell_elsewhere)
        other.start()
        other.join()
        assert Order.objects.count() == before

    assert Order.objects.count() == before + 1


def _sell_elsewhere():
    try:
        ConfirmedOrderFactory()
    finally:
        connection.close()


@writes
def test_a_check_writes_nothing_and_leaves_the_connection_as_it_was(sale):
    with pytest.raises(InternalError, match="read-only"), snapshot():
        DocumentSeries.objects.update(last=1)

    with transaction.atomic():
        DocumentSeries.objects.filter(series="nothing").update(last=1)
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            assert cursor.fetchone() == ("read committed",)


@pytest.mark.django_db
class TestNumbers:
    """Every series and year, against its documents."""

    @pytest.fixture
    def shop(self):
        return CustomerFactory()

    def wrong(self):
        return [(wrong.record, wrong.stored, wrong.expected) for wrong in check_numbers()]

    def test_contiguous_numbers_are_right(self, sale, shop):
        assert self.wrong() == []

    def test_a_number_given_without_its_document_is_found(self, sale):
        series = DocumentSeries.objects.get(series="INV")
        series.last = 2
        series.save()

        assert self.wrong() == [(f"INV-{series.year}", 2, "1 documents, 1 to 1")]

    def test_a_document_without_its_series_is_found(self, sale):
        year = DocumentSeries.objects.get(series="GRN").year
        DocumentSeries.objects.filter(series="GRN").delete()

        assert self.wrong() == [(f"GRN-{year}", 0, "1 documents, 1 to 1")]

    def test_a_series_that_starts_late_is_found(self, sale):
        year = DocumentSeries.objects.get(series="INV").year
        DocumentSeries.objects.filter(series="INV").update(last=2)
        bill(sale.customer)
        DocumentSeries.objects.filter(series="INV").update(last=2)

        assert self.wrong() == [(f"INV-{year}", 2, "2 documents, 1 to 3")]


@writes
def test_the_nightly_check_is_kept(sale):
    spoil_stock()

    kept = operations.verify_books()

    kept.refresh_from_db()
    assert kept.found == 1
    assert kept.discrepancies[0]["check"] == "stock on hand"
    assert kept.discrepancies[0]["stored"] == "77"
    assert kept.counts["orders"] == 1


@writes
def test_beat_runs_it_every_night():
    entry = settings.CELERY_BEAT_SCHEDULE["verify the books"]
    current_app.loader.import_default_modules()

    current_app.tasks[entry["task"]]()

    assert (entry["schedule"].hour, entry["schedule"].minute) == ({3}, {30})
    assert BooksCheck.objects.get().found == 0


def test_every_scheduled_task_exists():
    current_app.loader.import_default_modules()

    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(current_app.tasks)


@writes
def test_the_page_shows_the_last_check_and_what_differed(sale, client):
    client.force_login(UserFactory(role="Accountant"))
    assert "not checked yet" in client.get(reverse("reports:books")).content.decode()

    operations.verify_books()
    assert "Adds up" in client.get(reverse("reports:books")).content.decode()

    spoil_stock()
    operations.verify_books()
    page = client.get(reverse("reports:books")).content.decode()
    assert "1 difference" in page
    assert "stock on hand" in page


@pytest.mark.django_db
def test_only_those_with_the_right_see_the_books(client):
    client.force_login(UserFactory(role="Sales manager"))

    assert client.get(reverse("reports:books")).status_code == 403
    assert client.post(reverse("reports:books_verify")).status_code == 403


@pytest.mark.django_db
def test_a_check_is_asked_of_the_worker(client, valkey):
    client.force_login(UserFactory(role="Accountant"))

    response = client.post(reverse("reports:books_verify"))

    assert response["Location"] == reverse("reports:books")
    assert b"reports.verify_books" in valkey.lindex(settings.CELERY_TASK_DEFAULT_QUEUE, 0)
