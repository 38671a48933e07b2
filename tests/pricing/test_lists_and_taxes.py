"""Price lists and tax rates."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.management import call_command

from core.errors import Refusal
from pricing import operations
from pricing.models import PriceList, TaxRate
from tests.factories.customers import SegmentFactory
from tests.factories.pricing import PriceListFactory, base_list

pytestmark = pytest.mark.django_db
START = dt.date(2026, 12, 1)


def set_rate(rate, **fields):
    return operations.set_tax_rate("standard", "standard", Decimal(rate), by=None, **fields)


def test_migrate_makes_one_base_list_and_no_tax_rate():
    call_command("migrate", verbosity=0)

    assert (base_list().name, base_list().prices_include_tax) == ("Base INR", False)
    assert PriceList.objects.count() == 1
    assert not TaxRate.objects.exists()


def test_a_base_list_taken_out_of_use_stays_so():
    PriceList.objects.update(is_active=False)

    operations.ensure_base_list()

    assert PriceList.objects.count() == 1


def test_create_list_of_a_segment():
    segment = SegmentFactory()

    made = operations.create_list("Wholesale", kind="segment", segment=segment, by=None)

    assert (made.kind, made.segment, made.currency, made.is_active) == ("segment", segment, "INR", True)


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"kind": "segment"}, "segment_list"), ({"kind": "base"}, "second_base_list"), ({}, "name_taken")],
)
def test_lists_that_can_not_be_are_refused(fields, code):
    PriceListFactory(name="Diwali")

    with pytest.raises(Refusal) as refused:
        operations.create_list("Diwali" if not fields else "New", by=None, **fields)

    assert refused.value.code == code


def test_a_promotion_names_no_segment():
    with pytest.raises(Refusal, match="names its segment"):
        operations.create_list("Diwali", segment=SegmentFactory(), by=None)


def test_a_new_tax_rate_ends_the_one_before_it():
    old = set_rate("18")

    new = set_rate("15", valid_from=START)

    old.refresh_from_db()
    assert (old.valid_from, old.valid_to) == (None, START - dt.timedelta(days=1))
    assert (new.valid_from, new.valid_to, new.rate) == (START, None, Decimal(15))


def test_a_tax_rate_told_twice_is_one_rate():
    assert set_rate("18") == set_rate("18.000")
    assert set_rate("15", valid_from=START) == set_rate("15", valid_from=START)
    assert TaxRate.objects.count() == 2


@pytest.mark.parametrize("valid_from", [None, START - dt.timedelta(days=1), START])
def test_days_that_a_later_rate_covers_are_not_rewritten(valid_from):
    set_rate("18", valid_from=START)

    with pytest.raises(Refusal) as refused:
        set_rate("15", valid_from=valid_from)

    assert refused.value.code == "overlap"
    assert TaxRate.objects.get().rate == Decimal(18)


@pytest.mark.parametrize("rate", ["-0.001", "100"])
def test_a_rate_outside_0_and_100_is_refused(rate):
    with pytest.raises(Refusal):
        set_rate(rate)
