"""Many prices changed at once: proposed, set from a day on, undone."""

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import Refusal
from inventory.models import Product, ProductCost
from pricing import operations
from pricing.models import PriceChange, PriceRule
from pricing.queries import price_each
from tests.factories.accounts import UserFactory
from tests.factories.customers import CustomerFactory
from tests.factories.pricing import (
    PricedProductFactory,
    PriceListFactory,
    PriceRuleFactory,
    TaxRateFactory,
    base_list,
)

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def by():
    return UserFactory(role="Sales manager")


@pytest.fixture
def today():
    return timezone.localdate()


def propose(price_list, by, **asked):
    """A change of all products, up by a tenth from the day after tomorrow unless told otherwise."""
    known: dict[str, Any] = {
        "starts_on": timezone.localdate() + 2 * DAY,
        "value": Decimal(10),
        "reference": f"test:{PriceChange.objects.count()}",
        **asked,
    }
    products = known.pop("products", None) or list(Product.objects.values_list("pk", flat=True))
    return operations.propose_change(price_list, products, by=by, at=timezone.now(), **known)


def set_all(change, by):
    return operations.set_change(change, by=by, at=timezone.now())


def undo(change, by):
    return operations.undo_change(change, by=by, at=timezone.now())


def proposed(change):
    return {
        (x.product.name, x.min_quantity): (x.before, x.after) for x in change.lines.select_related("product")
    }


def rules(price_list):
    """The list's prices for everybody, a price without a first day before all others."""
    found = PriceRule.objects.filter(price_list=price_list, customer=None).select_related("product")
    told = [(r.product.name, r.min_quantity, r.unit_price, r.valid_from, r.valid_to) for r in found]
    return sorted(told, key=lambda rule: (*rule[:2], rule[3] or dt.date.min))


def test_a_draft_says_before_and_after_of_every_price_and_changes_none(by):
    combo = PricedProductFactory(name="Combo")
    PriceRuleFactory(price_list=base_list(), product=combo, unit_price="90")
    PriceRuleFactory(price_list=base_list(), product=combo, unit_price="80", min_quantity=10)
    PriceRuleFactory(price_list=base_list(), product=combo, unit_price="70", customer=CustomerFactory())
    PricedProductFactory(name="Frame", list_price="200")
    PricedProductFactory(name="Unpriced", list_price=None)
    before = rules(base_list())

    change = propose(base_list(), by, ending="5")

    assert proposed(change) == {
        ("Combo", 1): (Decimal(90), Decimal(100)),
        ("Combo", 10): (Decimal(80), Decimal(90)),
        ("Frame", 1): (Decimal(200), Decimal(220)),
    }
    assert rules(base_list()) == before
    assert change.state == "draft"


def test_set_prices_count_from_the_first_day_on_and_those_before_until_then(by, today):
    TaxRateFactory()
    combo, customer = PricedProductFactory(name="Combo"), CustomerFactory()
    PriceRuleFactory(price_list=base_list(), product=combo, unit_price="90")

    change = set_all(propose(base_list(), by), by)

    first = today + 2 * DAY
    assert rules(base_list()) == [
        ("Combo", 1, Decimal(90), None, first - DAY),
        ("Combo", 1, Decimal(99), first, None),
    ]
    paid = [price_each(customer, [(combo.pk, 1)], on=day, currency="INR")[0] for day in (first - DAY, first)]
    assert [line.unit_price for line in paid if line] == [90, 99]
    assert (change.state, change.set_by) == ("scheduled", by)
    assert [line.outcome for line in change.lines.all()] == ["set"]


def test_a_price_that_ends_or_one_that_starts_later_bounds_the_new_one(by, today):
    ending, later = PricedProductFactory(name="Ending"), PricedProductFactory(name="Later")
    PriceRuleFactory(price_list=base_list(), product=ending, unit_price="90", valid_to=today + 9 * DAY)
    PriceRuleFactory(price_list=base_list(), product=later, unit_price="50", valid_from=today + 5 * DAY)

    set_all(propose(base_list(), by), by)

    first = today + 2 * DAY
    assert rules(base_list()) == [
        ("Ending", 1, Decimal(90), None, first - DAY),
        ("Ending", 1, Decimal(99), first, today + 9 * DAY),
        ("Later", 1, Decimal(110), first, today + 4 * DAY),
        ("Later", 1, Decimal(50), today + 5 * DAY, None),
    ]


def test_what_is_left_out_or_stays_the_same_is_not_touched(by):
    one, two = PricedProductFactory(name="One"), PricedProductFactory(name="Two")
    PriceRuleFactory(price_list=base_list(), product=one, unit_price="90")
    PriceRuleFactory(price_list=base_list(), product=two, unit_price="30")
    before = rules(base_list())
    change = propose(base_list(), by, value=Decimal(0))
    operations.include_line(change.lines.get(product=two), False)

    set_all(change, by)

    assert rules(base_list()) == before
    assert {x.product.name: x.outcome for x in change.lines.all()} == {"One": "same", "Two": ""}


def test_undone_before_its_day_everything_is_as_it_was(by, today):
    held, timed, new = (PricedProductFactory(name=name) for name in ("Held", "Timed", "New"))
    PriceRuleFactory(price_list=base_list(), product=held, unit_price="90")
    PriceRuleFactory(price_list=base_list(), product=timed, unit_price="60", valid_to=today + 30 * DAY)
    PriceRuleFactory(price_list=base_list(), product=new, unit_price="40", valid_from=today + 2 * DAY)
    before = rules(base_list())
    change = set_all(propose(base_list(), by), by)
    assert rules(base_list()) != before

    change = undo(change, by)

    assert rules(base_list()) == before
    assert (change.state, change.undone_by) == ("undone", by)
    assert {line.outcome for line in change.lines.all()} == {"undone"}
    assert undo(change, by) == change


def test_undoing_leaves_alone_what_somebody_changed_since(by, today):
    combo, frame = PricedProductFactory(name="Combo"), PricedProductFactory(name="Frame")
    for product in (combo, frame):
        PriceRuleFactory(price_list=base_list(), product=product, unit_price="90")
    change = set_all(propose(base_list(), by), by)
    theirs = PriceRule.objects.get(product=combo, valid_from=today + 2 * DAY)
    theirs.unit_price = Decimal(77)
    theirs.save()

    undo(change, by)

    assert rules(base_list()) == [
        ("Combo", 1, Decimal(90), None, today + DAY),
        ("Combo", 1, Decimal(77), today + 2 * DAY, None),
        ("Frame", 1, Decimal(90), None, None),
    ]
    assert {x.product.name: x.outcome for x in change.lines.all()} == {"Combo": "kept", "Frame": "undone"}


def test_too_late_to_undo_once_it_counts(by):
    PricedProductFactory()
    change = set_all(propose(base_list(), by, starts_on=timezone.localdate()), by)
    with pytest.raises(Refusal) as refused:
        undo(change, by)
    assert refused.value.code == "too_late_to_undo"


def test_two_changes_from_one_day_on_the_later_word_counts_and_can_be_undone(by, today):
    PriceRuleFactory(price_list=base_list(), product=PricedProductFactory(name="Combo"), unit_price="90")
    set_all(propose(base_list(), by), by)
    once = rules(base_list())

    second = set_all(propose(base_list(), by, method="set", value=Decimal(70)), by)
    assert rules(base_list())[-1][2] == 70

    undo(second, by)
    assert rules(base_list()) == once


def test_a_promotion_is_made_from_the_base_list_for_a_while(by, today):
    PricedProductFactory(name="Combo", list_price="199")
    diwali = PriceListFactory(name="Diwali")

    change = propose(
        diwali, by, source_list=base_list(), value=Decimal(-10), ending=".99", ends_on=today + 8 * DAY
    )
    set_all(change, by)

    assert proposed(change) == {("Combo", 1): (Decimal(199), Decimal("178.99"))}
    assert rules(diwali) == [("Combo", 1, Decimal("178.99"), today + 2 * DAY, today + 8 * DAY)]


def test_from_the_cost_by_margin_and_below_cost_is_marked(by):
    TaxRateFactory()
    combo, frame = PricedProductFactory(name="Combo"), PricedProductFactory(name="Frame")
    ProductCost.objects.create(product=combo, average="75", last="60")
    ProductCost.objects.create(product=frame, average="300", last="200")

    margin = propose(base_list(), by, source="average", method="margin", value=Decimal(25))
    assert proposed(margin) == {
        ("Combo", 1): (Decimal(100), Decimal(100)),
        ("Frame", 1): (Decimal(100), Decimal(400)),
    }
    assert not margin.lines.filter(below_cost=True)

    last = propose(base_list(), by, source="last", value=Decimal(40))
    assert {x.product.name: x.below_cost for x in last.lines.all()} == {"Combo": False, "Frame": True}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"starts_on": dt.date(2020, 1, 1)}, "in_the_past"),
        ({"ends_on": timezone.localdate() + 30 * DAY}, "end_outside_promotion"),
        ({"method": "margin", "value": Decimal(20)}, "margin_without_cost"),
        ({"source": "average", "method": "margin", "value": Decimal(100)}, "bad_margin"),
        ({"value": Decimal(-100)}, "bad_percent"),
        ({"method": "set", "value": Decimal(0)}, "bad_price"),
        ({"source": "last"}, "nothing_to_change"),
    ],
)
def test_what_makes_no_sense_is_refused_with_the_field(by, asked, code):
    PricedProductFactory()
    with pytest.raises(Refusal) as refused:
        propose(base_list(), by, **asked)
    assert refused.value.code == code
    assert not PriceChange.objects.exists()


def test_told_twice_it_is_one_change(by):
    PricedProductFactory()
    assert propose(base_list(), by, reference="form:1") == propose(base_list(), by, reference="form:1")


def test_a_dropped_draft_can_not_be_set(by):
    PricedProductFactory()
    change = operations.drop_change(propose(base_list(), by), by=by)
    with pytest.raises(Refusal) as refused:
        set_all(change, by)
    assert refused.value.code == "not_a_draft"


@pytest.mark.django_db(transaction=True)
def test_set_twice_at_once_every_price_is_set_once():
    by = UserFactory(role="Sales manager")
    PriceRuleFactory(price_list=base_list(), product=PricedProductFactory(name="Combo"), unit_price="90")
    change, start, wrong = propose(base_list(), by), threading.Barrier(2), []

    def press():
        start.wait()
        try:
            set_all(change, by)
        except Exception as error:
            wrong.append(error)
        connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert [rule[2] for rule in rules(base_list())] == [90, 99]
