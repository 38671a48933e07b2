"""Adjustments with a reason and a second person, transfers with a number, locations that close when empty."""

import itertools
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refusal
from core.models import Notification
from inventory.models import Adjustment, Location, StockMove, StockTransfer
from inventory.operations import (
    ReceiptLine,
    StockLine,
    approve_adjustment,
    close_location,
    open_location,
    put_on_shelf,
    receive_goods,
    reject_adjustment,
    request_adjustment,
    reserve,
    save_location,
    transfer_goods,
)
from inventory.queries import check_books
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory, ProductFactory, now, stocked

pytestmark = pytest.mark.django_db
KEYS = itertools.count()


def ask(level, quantity, *, by=None, reason="broken", **options):
    options.setdefault("reference", f"r{next(KEYS)}")
    return request_adjustment(
        level.product, location=level.location, quantity=quantity, reason=reason, by=by, at=now(), **options
    )


def carry(lines, source, destination, **options):
    options.setdefault("reference", f"t{next(KEYS)}")
    return transfer_goods(lines, source=source, destination=destination, by=None, at=now(), **options)


def on_hand(level) -> int:
    level.refresh_from_db()
    return level.on_hand


def test_a_small_adjustment_is_booked_at_once_with_its_number_and_reason():
    level = stocked(10, cost="100")
    done = ask(level, -2, note="fell down", reference="form-1")
    assert ask(level, -2, note="fell down", reference="form-1") == done
    assert (done.state, done.waited, done.value, on_hand(level)) == ("booked", False, 200, 8)
    move = StockMove.objects.get(kind="adjustment")
    assert (move.quantity, move.document, move.reason) == (-2, done.number, "Broken: fell down")


@pytest.mark.parametrize("quantity", [-6, 6])
def test_a_large_one_moves_nothing_until_somebody_else_approves(quantity):
    level, asker, approver = stocked(10, cost="1000"), UserFactory(), UserFactory(is_superuser=True)
    asked = ask(level, quantity, by=asker, reason="lost" if quantity < 0 else "found")
    assert (asked.state, asked.waited, on_hand(level)) == ("requested", True, 10)
    assert Notification.objects.get(event="adjustment.requested").user == approver
    with pytest.raises(Refusal, match="somebody else has to approve"):
        approve_adjustment(asked, by=asker, at=now())
    approve_adjustment(asked, by=approver, at=now())
    assert approve_adjustment(asked, by=approver, at=now()).state == "booked"  # twice is once
    assert on_hand(level) == 10 + quantity
    assert Notification.objects.get(event="adjustment.booked").user == asker
    with pytest.raises(Refusal, match="decided already"):
        reject_adjustment(asked, reason="no", by=approver, at=now())
    assert list(check_books()) == []


def test_pieces_nobody_knows_the_cost_of_are_weighed_at_their_list_price():
    level = stocked(10, cost="0", list_price=3000)
    assert ask(level, -1).state == "booked"
    assert ask(level, -2).state == "requested"


def test_a_rejection_says_why_and_who_asked_withdraws():
    level, asker = stocked(10, cost="1000"), UserFactory()
    first, second = ask(level, -6, by=asker), ask(level, -7, by=asker)
    with pytest.raises(Refusal, match="Say why"):
        reject_adjustment(first, reason=" ", by=UserFactory(), at=now())
    assert reject_adjustment(first, reason="look again", by=UserFactory(), at=now()).state == "rejected"
    assert reject_adjustment(second, reason="found them", by=asker, at=now()).state == "withdrawn"
    assert "look again" in Notification.objects.get(event="adjustment.rejected").text
    assert on_hand(level) == 10


def test_promised_pieces_are_refused_when_asked_and_when_approved():
    level = stocked(10, cost="1000")
    asked = ask(level, -6, by=UserFactory())
    reserve([StockLine("order:1:line:1", level.product_id, 7)], location=level.location_id, at=now())
    with pytest.raises(
        Refusal, match=r"10 here, 7 of them promised; at most 3 .* first cancel an order"
    ) as refusal:
        ask(level, -4)
    assert refusal.value.code == "promised"
    with pytest.raises(Refusal):
        approve_adjustment(asked, by=UserFactory(), at=now())
    asked.refresh_from_db()
    assert (asked.state, on_hand(level)) == ("requested", 10)


@pytest.mark.parametrize(("reason", "said"), [("", "Choose a reason"), ("other", "Say what the reason is")])
def test_a_reason_is_chosen_and_another_one_is_said(reason, said):
    with pytest.raises(Refusal, match=said):
        ask(stocked(1), -1, reason=reason)


def test_the_database_wants_another_person_to_approve():
    level, asker = stocked(10, cost="1000"), UserFactory()
    asked = ask(level, -6, by=asker)
    with pytest.raises(IntegrityError, match="approved_by_somebody_else"), transaction.atomic():
        Adjustment.objects.filter(pk=asked.pk).update(state="booked", decided_by=asker, decided_at=now())


def test_a_transfer_carries_several_products_under_one_number():
    first, second = stocked(5, name="a"), stocked(5, name="b")
    put_on_shelf(first.product_id, first.location, "a-01-2")
    there = LocationFactory()
    lines = [(first.product_id, 2), (second.product_id, 1), (first.product_id, 1)]
    done = carry(lines, first.location, there, reference="form")
    assert carry(lines, first.location, there, reference="form") == done
    assert sorted(done.lines.values_list("product__name", "quantity", "shelf")) == [
        ("a", 3, "A-01-2"),
        ("b", 1, ""),
    ]
    assert (on_hand(first), there.levels.get(product=first.product).on_hand) == (2, 3)
    assert set(StockMove.objects.filter(kind="transfer").values_list("document", flat=True)) == {done.number}


@pytest.mark.parametrize(
    ("lines", "to", "code"),
    [
        ([], "other", "no_lines"),
        ([1], "same", "same_location"),
        ([1], "damaged", "no_reason"),
        ([9], "other", "short_of_stock"),
    ],
)
def test_a_transfer_that_makes_no_sense_takes_no_number(lines, to, code):
    level = stocked(5)
    places = {"other": LocationFactory(), "same": level.location, "damaged": LocationFactory(kind="damaged")}
    with pytest.raises(Refusal) as refusal:
        carry([(level.product_id, n) for n in lines], level.location, places[to])
    assert refusal.value.code == code
    assert not StockTransfer.objects.exists()
    assert on_hand(level) == 5


def test_a_location_closes_only_when_empty_and_then_takes_nothing():
    level = stocked(5)
    place = LocationFactory()
    carry([(level.product_id, 1)], level.location, place)
    with pytest.raises(Refusal, match="1 pieces lie in"):
        close_location(place)
    carry([(level.product_id, 1)], place, level.location)
    assert not close_location(place).is_active
    with pytest.raises(Refusal, match="is closed"):
        receive_goods(place, [ReceiptLine(level.product_id, 1, Decimal(10))], by=None, at=now())
    assert open_location(place).is_active
    with pytest.raises(Refusal, match="is the default"):
        close_location(level.location)


def test_there_is_one_default_location_and_it_is_sellable():
    old, new = LocationFactory(is_default=True), LocationFactory()
    new.is_default = True
    save_location(new)
    assert list(Location.objects.filter(is_default=True)) == [new]
    new.is_default = False
    with pytest.raises(Refusal, match="is the default"):
        save_location(new)
    old.kind, old.is_default = "damaged", True
    with pytest.raises(Refusal, match="has to be sellable"):
        save_location(old)


def test_what_kind_of_place_it_is_changes_only_while_it_is_empty():
    level = stocked(1, location=LocationFactory())
    level.location.kind = "quarantine"
    with pytest.raises(Refusal, match="Goods lie in"):
        save_location(level.location)


def test_a_shelf_is_tidied_and_its_history_kept():
    level: Any = stocked(1)
    put_on_shelf(level.product_id, level.location, "  a-03-2 ")
    assert put_on_shelf(level.product_id, level.location, "B-1").shelf == "B-1"
    assert list(level.history.values_list("shelf", flat=True)) == ["A-03-2", "B-1"]
    with pytest.raises(Refusal, match="at most 24"):
        put_on_shelf(level.product_id, level.location, "x" * 25)
    assert put_on_shelf(ProductFactory().pk, level.location, "C-1").on_hand == 0
