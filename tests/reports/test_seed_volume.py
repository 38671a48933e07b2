"""`manage.py seed_volume`: exactly what was asked, in books that add up, also when it was killed in between."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Sum

from credit.models import CreditAccount, CreditDecision, Invoice, Payment
from credit.rules import CreditInputs, judge
from customers.models import Customer
from customers.queries import search_customers
from inventory.models import Product, StockLevel
from messaging.models import OutboundMessage
from orders.models import Order
from reports.volume import goods, shops, trade
from reports.volume.copying import Rows
from reports.volume.plan import Asked
from reports.volume.seeding import seed
from tests.books import wrong_books
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
ASKED = Asked(products=40, customers=90, invoices=160)
NOW = dt.datetime(2026, 11, 21, 12, tzinfo=dt.UTC)


class Killed(Exception):
    """The moment the machine dies."""


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(goods, "CHUNK", 25)
    monkeypatch.setattr(shops, "CHUNK", 60)
    monkeypatch.setattr(trade, "CHUNK", 50)


def counted():
    """What a run made, without the keys that the database gave out."""
    return {
        "products": sorted(Product.objects.values_list("sku", "list_price")),
        "customers": sorted(Customer.objects.values_list("name", "phone", "status")),
        "orders": sorted(Order.objects.values_list("idempotency_key", "status", "total", "created_at")),
        "invoices": sorted(Invoice.objects.values_list("number", "total", "outstanding", "due_on")),
        "payments": sorted(Payment.objects.values_list("number", "amount", "unallocated_amount")),
        "owed": CreditAccount.objects.aggregate(Sum("balance"), Sum("unallocated"), Sum("open_orders")),
        "pieces": StockLevel.objects.aggregate(Sum("on_hand"), Sum("reserved")),
        "messages": OutboundMessage.objects.count(),
    }


def test_makes_exactly_what_was_asked_in_books_that_add_up():
    seed(ASKED, now=NOW, tell=lambda line: None)
    assert (Product.objects.count(), Customer.objects.count(), Invoice.objects.count()) == ASKED
    assert CreditAccount.objects.count() == ASKED.customers
    assert wrong_books() == []
    owed = Invoice.objects.filter(outstanding__gt=0)
    assert owed.overdue(on=NOW.date()).exists()
    assert 0 < owed.count() < ASKED.invoices / 2
    assert not Order.objects.filter(created_at__gt=NOW).exists()
    assert {"closed", "invoiced"} <= set(Order.objects.values_list("status", flat=True))


def test_every_decision_is_the_one_the_rule_would_make():
    seed(ASKED, now=NOW, tell=lambda line: None)
    for decision in CreditDecision.objects.all():
        judged = judge(CreditInputs.from_json(decision.inputs))
        assert judged.approved == (decision.verdict == CreditDecision.Verdict.APPROVED)


def test_a_few_customers_buy_much_and_many_little():
    seed(ASKED, now=NOW, tell=lambda line: None)
    orders = Customer.objects.annotate(n=Count("orders")).order_by("-n").values_list("n", flat=True)
    assert orders[0] > 5 * (sum(orders) / len(orders))


def test_what_it_makes_can_be_searched():
    seed(ASKED, now=NOW, tell=lambda line: None)
    somebody = Customer.objects.order_by("pk")[30]
    found = search_customers(somebody.phone.as_e164[3:], user=UserFactory(role="Accountant"))
    assert [hit.id for hit in found] == [somebody.pk]


def test_killed_in_the_middle_it_goes_on_to_the_same_end(monkeypatch):
    with transaction.atomic():
        seed(ASKED, now=NOW, tell=lambda line: None)
        through = counted()
        transaction.set_rollback(True)
    assert not Customer.objects.exists()

    chunks = []
    write = Rows.write

    def write_or_die(rows):
        chunks.append(write(rows))
        if len(chunks) in {3, 8, 12}:
            raise Killed
        return chunks[-1]

    monkeypatch.setattr(Rows, "write", write_or_die)
    runs = 0
    while runs < 10:
        runs += 1
        try:
            seed(ASKED, now=NOW, tell=lambda line: None)
            break
        except Killed:
            assert wrong_books() == []
    assert runs == 4
    assert counted() == through
    assert wrong_books() == []


def test_run_again_it_changes_nothing_and_asked_for_more_it_adds_the_rest(capsys):
    numbers = {"products": 40, "customers": 90, "invoices": 60}
    call_command("seed_volume", **numbers)
    before = counted()
    call_command("seed_volume", **numbers)
    assert "All of it was there already; nothing changed." in capsys.readouterr().out
    assert counted() == before
    call_command("seed_volume", **numbers | {"invoices": 80, "customers": 100})
    assert (Customer.objects.count(), Invoice.objects.count()) == (100, 80)
    assert wrong_books() == []


def test_scale_multiplies_all_three():
    call_command("seed_volume", products=400, customers=500, invoices=200, scale=0.1)
    assert (Product.objects.count(), Customer.objects.count(), Invoice.objects.count()) == (40, 50, 20)


def test_refuses_beside_real_customers_unless_somebody_insists():
    CustomerFactory()
    numbers = {"products": 20, "customers": 30, "invoices": 10}
    with pytest.raises(CommandError, match="customers of its own"):
        call_command("seed_volume", **numbers)
    assert Customer.objects.count() == 1
    call_command("seed_volume", **numbers, i_know=True)
    assert Customer.objects.count() == 31
    assert wrong_books() == []


def test_invoices_without_anything_to_sell_are_refused():
    with pytest.raises(CommandError, match="need customers and products"):
        call_command("seed_volume", products=0, customers=10, invoices=5)
