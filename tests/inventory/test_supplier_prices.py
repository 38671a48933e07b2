"""What suppliers asked over time: from the history, in a line for each, for those who may see costs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from core.history import acting
from inventory.models import Supplier, SupplierProduct
from inventory.queries import prices_over_time, supplier_prices
from inventory.queries.supplier_prices import price_lines
from tests.factories.accounts import UserFactory
from tests.factories.inventory import ProductFactory

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def offer():
    """One that rose by a tenth, was renamed, and fell in another currency; each a week after the other."""
    supplier = Supplier.objects.create(name="Deep Parts")
    offer = SupplierProduct.objects.create(
        supplier=supplier, product=ProductFactory(), price=100, currency="INR"
    )
    for fields in ({"price": 110}, {"name": "Screen"}, {"price": 8, "currency": "CNY"}):
        SupplierProduct.objects.filter(pk=offer.pk).update(**fields)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE inventory_supplierproductevent e SET pgh_created_at = now() - interval '7 days' * (4 - n) FROM ("
            "SELECT pgh_id, row_number() OVER (ORDER BY pgh_id) n FROM inventory_supplierproductevent"
            ") nth WHERE nth.pgh_id = e.pgh_id"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    return offer


def test_each_price_is_told_once_with_what_it_was_before(offer, django_assert_num_queries):
    with django_assert_num_queries(1):
        first, risen, other = prices_over_time(offer)
    assert (first.price, first.before, first.percent) == (100, None, None)
    assert (risen.price, risen.before, risen.percent, risen.supplier) == (110, 100, D("10.0"), "Deep Parts")
    assert (other.price, other.currency, other.before) == (8, "CNY", None)


def test_a_line_goes_from_its_first_price_in_its_own_currency(offer):
    near = Supplier.objects.create(name="Near Parts")
    SupplierProduct.objects.create(supplier=near, product=offer.product, price=105, currency="INR")
    prices = supplier_prices(offer.product)
    today = timezone.localdate()
    days = [today - dt.timedelta(days=n) for n in (28, 20, 13, 0)]
    assert [line.prices for line in price_lines(prices, days, "INR")] == [
        [None, 100, 110, None],
        [None, None, None, 105],
    ]
    (foreign,) = price_lines(prices, days, "CNY")
    assert foreign.prices == [None, None, None, 8]


def test_only_who_may_see_costs_sees_it_and_who_made_it_so(client, offer):
    buyer = UserFactory(role="Sales manager", name="Asha Rao")
    with acting(by=buyer, via="web"):
        SupplierProduct.objects.filter(pk=offer.pk).update(price="7.5")
    panels = [
        reverse("inventory:supplier_prices_panel", args=[offer.product_id]),
        reverse("inventory:offer_prices_panel", args=[offer.pk]),
    ]
    client.force_login(UserFactory(role="Storekeeper"))
    assert [client.get(url).status_code for url in panels] == [403, 403]
    assert "Suppliers' prices" not in client.get(offer.product.get_absolute_url()).content.decode()
    client.force_login(buyer)
    for url in [*panels, reverse("inventory:supplierproduct_change", args=[offer.pk])]:
        page = client.get(url).content.decode()
        assert "+10.0" in page
        assert "Asha Rao" in page
