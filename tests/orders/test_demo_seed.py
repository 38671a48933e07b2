"""The demo's wholesaler: believable, clean in its books, and made once."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.roles import ROLES
from credit.models import CreditAccount, Invoice, LimitKind
from customers.models import Customer
from inventory.models import DeviceModel, Product, StockLevel
from messaging.models import OutboundMessage
from orders.models import Order, Status
from pricing.models import PriceRule
from tests.books import wrong_books

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _demo(settings):
    settings.DEMO = True


def seed() -> dict:
    out = StringIO()
    call_command("seed_demo", "--json", stdout=out)
    return json.loads(out.getvalue())


def counts() -> dict[str, int]:
    """The number of rows of every table."""
    with connection.cursor() as cursor:
        tables = [t for t in connection.introspection.table_names(cursor) if not t.startswith("django_")]
        counted = {}
        for table in tables:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names from the catalogue
            counted[table] = cursor.fetchone()[0]
    return counted


@pytest.mark.django_db(transaction=True)
def test_seed_makes_a_wholesaler_with_a_history_and_clean_books():
    told = seed()

    assert {login["role"] for login in told["logins"]} == {*ROLES, "Super admin"}
    assert Customer.objects.count() == 25
    assert set(CreditAccount.objects.values_list("limit_kind", flat=True)) == set(LimitKind.values)
    assert Product.objects.count() >= 55
    assert not Product.objects.filter(grade="").exists()
    assert DeviceModel.objects.count() >= 25
    assert StockLevel.objects.filter(location__kind="damaged", on_hand__gt=0).count() == 8  # 4 came back
    kinds = set(PriceRule.objects.values_list("price_list__kind", flat=True))
    assert kinds == {"base", "segment", "promotion"}
    assert PriceRule.objects.filter(customer__isnull=False).exists()
    statuses = set(Order.objects.values_list("status", flat=True))
    assert statuses >= {
        Status.DRAFT,
        Status.CREDIT_HOLD,
        Status.BACKORDERED,
        Status.CONFIRMED,
        Status.INVOICED,
        Status.CLOSED,
    }
    today = timezone.localdate()
    assert Invoice.objects.overdue(on=today).exists()
    assert Invoice.objects.filter(outstanding__gt=0).exclude(outstanding=F("total")).exists()
    assert not Invoice.objects.filter(issued_on__gt=today).exists()
    for series in ("INV", "DBN", "FEE", "OPN"):
        issued = Invoice.objects.filter(number__startswith=series).order_by("number")
        days = list(issued.values_list("issued_on", flat=True))
        assert days == sorted(days), series
    assert not OutboundMessage.objects.filter(state="queued").exists()
    assert wrong_books() == []


def test_seeding_again_changes_nothing_and_gives_the_same_logins():
    first = seed()
    before = counts()

    second = seed()

    assert (first["made"], second["made"]) == (True, False)
    assert second["logins"] == first["logins"]
    assert counts() == before


def test_the_password_can_be_given_and_is_kept(monkeypatch):
    seed()
    monkeypatch.setenv("DEMO_PASSWORD", "another-one-for-today")

    told = seed()

    assert {login["password"] for login in told["logins"]} == {"another-one-for-today"}
    assert all(user.check_password("another-one-for-today") for user in User.objects.all())


def test_outside_a_demo_nothing_is_seeded(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=on"):
        seed()
    assert not User.objects.exists()
