"""A supplier's price list against what we know: each row is exactly one kind, and says why."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refusal
from core.jobs import run_job
from inventory.models import SupplierPriceList
from inventory.operations import accept_supplier_list, compare_again, start_comparing
from inventory.supplier_lists import Known, Ours, Said, compare, guess_mapping, read_row
from tests.factories.inventory import ProductFactory
from tests.factories.supplier_lists import compared, offered, supplier

ROW = Said("A-1", "Redmi Note 10 combo", Decimal(100), "INR")
KNOWN = Known(7, 70, "Redmi Note 10 combo", Decimal(100), "INR")
OURS = Ours(70, "LCD-1", "Redmi Note 10 combo")


def found(said=ROW, known=KNOWN, ours=(OURS,)):
    return compare(said, known, ours, base="INR")


@pytest.mark.parametrize(
    ("said", "known", "ours", "kind"),
    [
        (ROW, KNOWN, [OURS], "same"),
        (ROW._replace(price=None), KNOWN, [OURS], "same"),
        (ROW._replace(name="Redmi  Note 10 combo"), KNOWN, [OURS], "same"),
        (ROW._replace(price=Decimal(101)), KNOWN, [OURS], "repriced"),
        (ROW, KNOWN._replace(price=None), [OURS], "repriced"),
        (ROW._replace(name="Redmi Note 10 combo black"), KNOWN, [OURS], "renamed"),
        (ROW, KNOWN._replace(is_gone=True), [OURS], "new"),
        (ROW, None, [], "new"),
        (ROW, None, [OURS._replace(sku="a-1")], "new"),
        (ROW, None, [OURS._replace(supplier_ref="A-1")], "new"),
        (ROW._replace(ref="77"), None, [OURS._replace(supplier_ref="77")], "new"),
        (ROW._replace(currency="USD"), KNOWN, [OURS], "conflict"),
        (ROW._replace(barcode="1"), KNOWN, [OURS, Ours(71, "X", "Y", barcode="1")], "conflict"),
        (ROW._replace(ref="77"), None, [OURS._replace(sku="A-1"), Ours(71, "X", "Y", supplier_ref="77")], "conflict"),
        (ROW._replace(name="iPhone 11 combo"), KNOWN, [OURS], "conflict"),
        (ROW, None, [OURS._replace(sku="A-1", name="Galaxy A12 combo")], "conflict"),
        (ROW, None, [OURS._replace(sku="A-1", other_sku="OLD-1")], "conflict"),
    ],
)  # fmt: skip
def test_a_row_is_what_it_changes(said, known, ours, kind):
    assert found(said, known, ours).kind == kind


def test_a_new_price_is_shown_beside_the_old_one_with_what_it_means_for_ours():
    dearer = found(ROW._replace(price=Decimal("112.50")), ours=[OURS._replace(list_price=Decimal(110))])
    assert (dearer.old_price, dearer.percent, dearer.below_cost) == (Decimal(100), Decimal("12.50"), True)
    cheaper = found(ROW._replace(price=Decimal(90)), ours=[OURS._replace(list_price=Decimal(110))])
    assert (cheaper.percent, cheaper.below_cost) == (Decimal("-10.00"), False)


def test_prices_in_another_currency_are_not_compared():
    other = found(
        ROW._replace(currency="USD", price=Decimal(900)), ours=[OURS._replace(list_price=Decimal(110))]
    )
    assert (other.kind, other.percent, other.below_cost) == ("conflict", None, False)


prices = st.sampled_from([None, Decimal("99.50"), Decimal(100), Decimal(250)])
names = st.sampled_from(["Redmi Note 10 combo", "iPhone 11 combo", "Battery"])
ours = st.lists(
    st.tuples(
        st.sampled_from([70, 71, 72]),
        st.sampled_from(["A-1", "LCD-1"]),
        names,
        st.just(""),
        st.sampled_from(["", "1"]),
        st.sampled_from(["", "A-1", "77"]),
        prices,
    ).map(lambda one: Ours(*one)),
    unique_by=lambda one: one.pk,
    max_size=3,
)
said_rows = st.tuples(st.just("A-1"), names, prices, st.sampled_from(["INR", "USD"])).map(
    lambda row: Said(*row)
)
known_rows = st.tuples(st.just(7), st.just(70), names, prices, st.just("INR")).map(lambda row: Known(*row))


@given(said=said_rows, known=st.none() | known_rows, ours=ours)
def test_whatever_we_know_a_row_is_one_kind_whichever_way_our_products_are_read(said, known, ours):
    one, other = found(said, known, ours), found(said, known, list(reversed(ours)))
    assert one == other
    assert one.kind in {"new", "renamed", "repriced", "same", "conflict"}
    assert (one.kind == "conflict") == bool(one.sentence) or one.kind == "new"
    assert len(one.claims) != 1


def test_columns_are_as_in_the_last_list_where_it_has_them():
    remembered = {"sku": "Ref", "name": "What", "price": "Dealer"}
    assert guess_mapping(["Ref", "What", "Dealer", "Price"], remembered) == remembered
    assert guess_mapping(["SKU", "Name", "Price"], remembered) == {
        "sku": "SKU",
        "name": "Name",
        "price": "Price",
    }


@pytest.mark.parametrize(
    "cells", [["A-1", "", "5"], ["", "Name", "5"], ["A-1", "Name", "five"], ["A-1", "Name", "-5"]]
)
def test_a_row_that_says_nonsense_is_refused_with_a_sentence(cells):
    with pytest.raises(Refusal, match=r"\.$"):
        read_row(cells, {"sku": 0, "name": 1, "price": 2}, currency="INR")


# --- a whole list ----------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_list_is_told_apart_by_kind_and_nothing_changes_by_it():
    for sku in ("SAME", "GONE", "DEARER", "NAMED"):
        offered(sku, name=f"Part {sku}")
    ProductFactory(sku="OURS-2", barcode="4", name="Charger")
    ProductFactory(sku="OURS-3", supplier_ref="TWO", name="Charger")
    before = list(supplier().products.values_list("sku", "price", "name", "is_gone"))
    made = compared(
        "SAME;Part SAME;100;",
        "DEARER;Part DEARER;110;",
        "NAMED;Part with box;100;",
        "FRESH;Battery;20;",
        "TWO;Charger;5;4",
        "TWICE;Cable;5;",
        "TWICE;Cable;5;",
        "OTHER;Cable;5;",
        "other;Cable;6;",
        "BAD;Cable;cheap;",
        heading="SKU;Name;Price;Barcode",
    )
    assert made.state == "done"
    assert made.job.sentence == "2 new, 1 repriced, 1 renamed, 1 gone, 1 conflicts."
    said = dict.fromkeys(["SAME"], ("same", "nothing")) | {
        "DEARER": ("repriced", "open"),
        "NAMED": ("renamed", "open"),
        "FRESH": ("new", "open"),
        "TWO": ("conflict", "open"),
        "GONE": ("gone", "open"),
    }
    rows = {row.sku: (row.kind, row.state) for row in made.entries.exclude(key__in=["TWICE", "OTHER", "BAD"])}
    assert rows == said
    twice = made.entries.filter(key="TWICE").order_by("number").values_list("kind", "state")
    assert list(twice) == [("new", "open"), ("duplicated", "nothing")]
    other = made.entries.filter(key="OTHER").values_list("kind", "state")
    assert list(other) == [("duplicated", "open")] * 2
    assert made.entries.get(kind="refused").key == "BAD"
    assert list(supplier().products.values_list("sku", "price", "name", "is_gone")) == before


@pytest.mark.django_db
def test_what_is_missing_in_a_part_of_a_list_is_not_gone():
    offered("A")
    assert not compared("B;Battery;5", is_whole=False).entries.filter(kind="gone").exists()


@pytest.mark.django_db
def test_an_unreadable_row_of_a_known_sku_is_not_gone_either():
    offered("A")
    made = compared("A;Battery;cheap")
    assert [row.kind for row in made.entries.all()] == ["refused"]


@pytest.mark.django_db
def test_the_columns_of_a_supplier_are_remembered_for_the_next_list():
    first = compared("A;Battery;5", heading="SKU;Name;Price")
    SupplierPriceList.objects.filter(pk=first.pk).update(
        mapping={"sku": "Ref", "name": "What", "price": "Dealer"}
    )
    second = accept_supplier_list(
        supplier(),
        ContentFile(b"Ref;What;Dealer\nA;Battery;5\n", name="next.csv"),
        by=None,
        at=timezone.now(),
        reference="next",
    )
    assert second.mapping == {"sku": "Ref", "name": "What", "price": "Dealer"}
    assert start_comparing(second, second.mapping, by=None, at=timezone.now()).state == "waiting"


@pytest.mark.django_db
def test_a_run_that_was_stopped_goes_on_where_it_was():
    made = compared(*(f"S-{n};Battery {n};5" for n in range(6)))
    made.entries.filter(number__gt=4).delete()
    made.entries.update(state="read")
    SupplierPriceList.objects.filter(pk=made.pk).update(state="stopped")
    again = compare_again(made, by=made.by, at=timezone.now())
    assert again.job_id is not None
    run_job(again.job_id)
    made.refresh_from_db()
    assert made.state == "done"
    assert sorted(made.entries.values_list("number", "kind")) == [(n, "new") for n in range(2, 8)]
