"""Keyset pages: every row once, in order, forward and back, whatever is null or equal."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Lower
from django.test.utils import CaptureQueriesContext

from core import listing
from customers.models import Customer
from tests.factories.customers import CustomerFactory

pytestmark = pytest.mark.django_db
BIRTHDAYS = [
    date(1990, 1, 1),
    None,
    date(1980, 5, 5),
    date(1990, 1, 1),
    None,
    date(2000, 2, 2),
    date(1980, 5, 5),
]


@pytest.fixture
def people() -> None:
    for number, born_on in enumerate(BIRTHDAYS):
        CustomerFactory(name=f"Shop {number % 3}", born_on=born_on, representative=None)


def walk(queryset, order, size=2):
    """All pages from first to last, and back again from the last to the first."""
    forth, page = [], listing.page(queryset, order, size=size)
    forth.append([row.pk for row in page.rows])
    while page.after:
        page = listing.page(queryset, order, after=page.after, size=size)
        forth.append([row.pk for row in page.rows])
    back = [forth[-1]]
    while page.before:
        page = listing.page(queryset, order, before=page.before, size=size)
        back.append([row.pk for row in page.rows])
    return forth, back[::-1]


def nulls_last(name: str, descending: bool = False):
    column = F(name)
    return column.desc(nulls_last=True) if descending else column.asc(nulls_last=True)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50])
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ([], ["pk"]),
        (["-pk"], ["-pk"]),
        (["name"], ["name", "pk"]),
        (["-name"], ["-name", "-pk"]),
        (["name", "-created_at"], ["name", "-created_at", "-pk"]),
        (["-name", "pk"], ["-name", "pk"]),
        (["born_on"], [nulls_last("born_on"), "pk"]),
        (["-born_on"], [nulls_last("born_on", True), "-pk"]),
        (["-born_on", "name"], [nulls_last("born_on", True), "name", "pk"]),
        (["name", "-born_on"], ["name", nulls_last("born_on", True), "-pk"]),
    ],
)
def test_pages_hold_every_row_once_in_order_forward_and_back(people, order, expected, size):
    forth, back = walk(Customer.objects.all(), order, size)
    assert [pk for page in forth for pk in page] == list(
        Customer.objects.order_by(*expected).values_list("pk", flat=True)
    )
    assert back == forth


def test_pages_sort_by_related_and_computed_columns(people):
    for shop, representative in zip(Customer.objects.all()[:3], ["b", "a", "c"], strict=True):
        shop.representative = CustomerFactory(representative__name=representative).representative
        shop.save()
    by_person, back = walk(Customer.objects.select_related("representative"), ["representative__name"])
    assert [pk for page in by_person for pk in page] == list(
        Customer.objects.order_by(nulls_last("representative__name"), "pk").values_list("pk", flat=True)
    )
    assert back == by_person
    computed = Customer.objects.annotate(shown=Lower("name"))
    pages, back = walk(computed, ["-shown"])
    assert sum(map(len, pages)) == Customer.objects.count()
    assert back == pages


def test_one_way_orders_compare_as_one_row(people):
    with CaptureQueriesContext(connection) as asked:
        first = listing.page(Customer.objects.all(), ["-created_at"], size=2)
        listing.page(Customer.objects.all(), ["-created_at"], after=first.after, size=2)
    assert '("customers_customer"."created_at", "customers_customer"."id") <' in asked[1]["sql"].replace(
        "(  ", "("
    )
    assert " OR " not in asked[1]["sql"]


def test_a_row_that_is_new_or_gone_moves_no_other_row(people):
    first = listing.page(Customer.objects.all(), ["pk"], size=3)
    expected = [
        row.pk for row in listing.page(Customer.objects.all(), ["pk"], after=first.after, size=3).rows
    ]
    first.rows[-1].delete()
    first.rows[0].delete()
    CustomerFactory(name="newest")
    assert [
        row.pk for row in listing.page(Customer.objects.all(), ["pk"], after=first.after, size=3).rows
    ] == expected


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!", "e30", "W10", "WzEsMl0", "WyJhIl0", "W251bGxd", "a" * 3000, "W3sibiI6ICJ4In1d"]
)
def test_a_broken_cursor_is_the_first_page(people, cursor):
    first = [row.pk for row in listing.page(Customer.objects.all(), ["pk"], size=3).rows]
    for side in ("after", "before"):
        assert [
            r.pk for r in listing.page(Customer.objects.all(), ["pk"], size=3, **{side: cursor}).rows
        ] == first


def test_a_cursor_behind_the_last_row_is_the_first_page(people):
    last = listing.page(Customer.objects.order_by(), ["-pk"], size=6)
    Customer.objects.filter(pk__lt=last.rows[-1].pk).delete()
    assert len(listing.page(Customer.objects.all(), ["-pk"], after=last.after, size=6).rows) == 6


def test_count_is_exact_while_that_is_cheap_and_an_estimate_beyond(people, monkeypatch):
    assert listing.count(Customer.objects.filter(name="Shop 0")) == listing.Count(3, True)
    monkeypatch.setattr(listing, "EXACT_UP_TO", 5)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE customers_customer")
    assert listing.count(Customer.objects.all()) == listing.Count(7, False)
    number, exact = listing.count(Customer.objects.filter(name__startswith="Shop").annotate(one=Value(1)))
    assert number >= 6
    assert not exact


def test_pages_never_overlap(people):
    forth, _back = walk(Customer.objects.all(), ["-born_on"], 3)
    assert all(not set(a) & set(b) for a, b in pairwise(forth))
