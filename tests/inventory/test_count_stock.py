"""Counts while selling goes on: what is booked is what was counted against the books of that moment."""

import itertools
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from core.errors import Refusal
from core.models import Notification
from inventory.models import StockCount, StockCountEntry, StockMove
from inventory.operations import (
    ReceiptLine,
    StockLine,
    adjust,
    approve_count,
    ask_recount,
    cancel_count,
    count_product,
    finish_count,
    leave_out,
    open_count,
    put_on_shelf,
    receive_goods,
    reserve,
    ship,
)
from inventory.queries import check_books
from tests.factories.accounts import UserFactory
from tests.factories.inventory import CategoryFactory, LocationFactory, ProductFactory, now, stocked

pytestmark = pytest.mark.django_db
KEYS = itertools.count()


def key() -> str:
    return f"k{next(KEYS)}"


def opened(location, **options):
    return open_count(location=location, reference=key(), by=None, at=now(), **options)


def wrote(count, product, pieces, *, by=None, **options):
    pk = getattr(product, "pk", product)
    return count_product(
        count, pk, pieces, reference=options.pop("reference", key()), by=by, at=now(), **options
    )


def sell(level, pieces):
    reference = key()
    reserve([StockLine(reference, level.product_id, pieces)], location=level.location_id, at=now())
    ship([reference], document="ORD", by=None, at=now())


def on_hand(level) -> int:
    level.refresh_from_db()
    return level.on_hand


def test_sales_and_receipts_around_the_counted_moment_change_nothing_about_the_variance():
    level = stocked(10, cost="10")
    count = opened(level.location)
    sell(level, 2)  # before it is counted
    line = wrote(count, level.product, 7)  # 8 by the books, one is missing
    assert (line.expected, line.counted) == (8, 7)
    sell(level, 3)  # after it
    receive_goods(level.location, [ReceiptLine(level.product_id, 5, Decimal(10))], by=None, at=now())
    finish_count(count, by=None, at=now())
    count = approve_count(count, by=UserFactory(), at=now())
    assert (count.state, on_hand(level)) == ("approved", 10 - 2 - 3 + 5 - 1)
    move = StockMove.objects.get(kind="count")
    assert (move.quantity, move.document) == (-1, count.number)
    assert (count.lines.get().booked, level.counted_at) == (-1, count.decided_at)
    assert list(check_books()) == []
    approve_count(count, by=UserFactory(), at=now())  # twice is once
    assert StockMove.objects.filter(kind="count").count() == 1


def test_scans_add_up_each_once_and_movement_in_between_is_noted():
    level = stocked(10, cost="10")
    count = opened(level.location)
    wrote(count, level.product, 1, adds=True, reference="scan-1")
    wrote(count, level.product, 1, adds=True, reference="scan-1")  # the phone sent it again
    wrote(count, level.product, 5, adds=True)
    line = wrote(count, level.product, -1, adds=True)
    assert (line.counted, line.moved, StockCountEntry.objects.count()) == (5, 0, 3)
    sell(level, 2)
    line = wrote(count, level.product, 3, adds=True)
    assert (line.counted, line.expected, line.moved) == (8, 8, -2)
    with pytest.raises(Refusal, match="-1 pieces can't be counted"):
        wrote(count, level.product, -9, adds=True)


def test_a_figure_does_not_silently_replace_somebody_elses():
    level = stocked(10)
    count = opened(level.location)
    wrote(count, level.product, 6, by=UserFactory(name="Ravi K"), seen=0)
    with pytest.raises(Refusal, match=r"Ravi K counted 6 .* Add your 4 to it, or replace it") as refusal:
        wrote(count, level.product, 4, seen=0)
    assert refusal.value.code == "counted_meanwhile"
    assert wrote(count, level.product, 4, adds=True).counted == 10
    assert wrote(count, level.product, 9, seen=2).counted == 9


@pytest.mark.parametrize(
    ("scope", "found"),
    [
        ({"scope": "location"}, {"a", "b", "c"}),
        ({"scope": "shelves", "shelf_from": "a-01", "shelf_to": "A-02"}, {"a", "b"}),
        ({"scope": "shelves", "shelf_from": "A-03"}, {"c"}),
        ({"scope": "category"}, {"b", "c"}),
        ({"scope": "products"}, {"c", "gone"}),
    ],
)
def test_what_is_counted_is_a_location_shelves_a_category_or_chosen_products(scope, found):
    place = LocationFactory(is_default=True)
    displays, xiaomi = CategoryFactory(path="Displays"), CategoryFactory(path="Displays > Xiaomi")
    for name, shelf, category in (("a", "a-01", None), ("b", "A-02-7", displays), ("c", "A-03", xiaomi)):
        level = stocked(1, name=name, location=place, category=category)
        put_on_shelf(level.product_id, place, shelf)
    stocked(1, name="elsewhere", location=LocationFactory())
    gone = ProductFactory(name="gone")
    if scope["scope"] == "category":
        scope = {**scope, "category": displays}
    if scope["scope"] == "products":
        scope = {**scope, "products": [level.product_id, gone.pk]}
    assert {line.product.name for line in opened(place, **scope).lines.all()} == found


def test_nothing_to_count_is_refused():
    with pytest.raises(Refusal, match="nothing to count"):
        opened(LocationFactory())


def test_a_product_nobody_expected_gets_a_line_and_is_booked():
    level, stray = stocked(1, cost="10"), ProductFactory(list_price=1)
    count = opened(level.location)
    assert wrote(count, stray, 2).unexpected
    finish_count(count, by=None, at=now())
    approve_count(count, by=UserFactory(), at=now())
    assert stray.levels.get().on_hand == 2
    assert on_hand(level) == 1  # nobody counted it: it stays as it is


def test_what_nobody_counted_counts_as_none_when_the_person_says_so():
    level, other = stocked(2, cost="10"), stocked(3, cost="10")
    count = opened(level.location)
    wrote(count, level.product, 2)
    finish_count(count, rest_is_none=True, by=None, at=now())
    approve_count(count, by=UserFactory(), at=now())
    assert (on_hand(level), on_hand(other)) == (2, 0)


def test_promised_pieces_are_protected_and_the_rest_can_be_approved_without_them():
    level, other = stocked(5, cost="10", name="Note 9"), stocked(5, cost="10")
    count = opened(level.location)
    reserve([StockLine("order:1:line:1", level.product_id, 4)], location=level.location_id, at=now())
    wrote(count, level.product, 3)
    wrote(count, other.product, 4)
    finish_count(count, by=None, at=now())
    with pytest.raises(
        Refusal, match="Note 9: 2 are missing, but only 1 are free; 4 are promised"
    ) as refusal:
        approve_count(count, by=UserFactory(), at=now())
    assert refusal.value.code == "hindered"
    assert (on_hand(level), on_hand(other)) == (5, 5)
    approve_count(count, leave_out=True, by=UserFactory(), at=now())
    assert (on_hand(level), on_hand(other)) == (5, 4)
    assert count.lines.get(product=level.product).dropped
    assert list(check_books()) == []


def test_what_was_put_right_since_it_was_counted_is_not_put_right_twice():
    level = stocked(5, cost="10")
    first, second = opened(level.location), opened(level.location)
    for count in (first, second):
        wrote(count, level.product, 4)
        finish_count(count, by=None, at=now())
    approve_count(first, by=UserFactory(), at=now())
    with pytest.raises(Refusal, match="put right after it was counted"):
        approve_count(second, by=UserFactory(), at=now())
    ask_recount(second.lines.get(), by=None, at=now())
    with pytest.raises(Refusal, match="wait to be counted again"):
        finish_count(second, by=None, at=now())
    assert wrote(second, level.product, 4).expected == 4
    assert finish_count(second, by=None, at=now()).state == "approved"  # no variance: nothing to decide
    assert on_hand(level) == 4
    adjust(
        level.product, location=level.location, difference=1, reason="x", reference=key(), by=None, at=now()
    )


def test_a_recount_begins_at_nothing_and_keeps_what_was_counted_before():
    level = stocked(5)
    count = opened(level.location)
    wrote(count, level.product, 4, adds=True)
    ask_recount(count.lines.get(), by=None, at=now())
    line = wrote(count, level.product, 5, adds=True)
    assert (line.counted, line.recount, line.rounds) == (5, False, 2)
    assert list(line.entries.values_list("total", flat=True)) == [5, 4]


def test_a_large_variance_takes_the_right_and_somebody_who_counted_none_of_it(settings, django_user_model):
    settings.STOCK_APPROVAL_ABOVE = "2000"
    level = stocked(5, cost="1000")
    manager, other = UserFactory(is_superuser=True), UserFactory(is_superuser=True)
    count = opened(level.location)
    wrote(count, level.product, 2, by=manager)
    finish_count(count, by=manager, at=now())
    assert Notification.objects.filter(event="count.finished", user=other).exists()
    for who, code in ((UserFactory(), "above_value"), (manager, "own_request")):
        with pytest.raises(Refusal) as refusal:
            approve_count(count, by=who, at=now())
        assert refusal.value.code == code
    approve_count(count, by=other, at=now())
    assert on_hand(level) == 2


def test_the_database_refuses_a_large_count_that_who_counted_it_or_nobody_approves():
    level = stocked(10)
    person = UserFactory(role="Storekeeper")
    count = opened(level.location, scope="location")
    wrote(count, level.product, 9, by=person)
    finish_count(count, by=person, at=now())

    def approved(**fields):
        with transaction.atomic():
            StockCount.objects.filter(pk=count.pk).update(state="approved", decided_at=now(), **fields)

    for decider in (person, None):
        with pytest.raises(DatabaseError, match="large_count_is_approved_by_another"):
            approved(decided_by=decider, takes_two=True)
    approved(decided_by=UserFactory(), takes_two=True)
    with pytest.raises(DatabaseError, match="large_count_is_approved_by_another"):
        StockCount.objects.filter(pk=count.pk).update(decided_by=person)


def test_a_small_variance_may_be_approved_by_who_counted_it():
    level, storekeeper = stocked(5, cost="1000"), UserFactory()
    count = opened(level.location)
    wrote(count, level.product, 4, by=storekeeper)
    finish_count(count, by=storekeeper, at=now())
    assert approve_count(count, by=storekeeper, at=now()).state == "approved"


def test_variances_are_booked_with_as_many_statements_however_many_they_are(
    django_assert_num_queries, django_assert_max_num_queries
):
    def to_approve(products):
        place = LocationFactory()
        levels = [stocked(10, location=place) for _n in range(products)]
        count = opened(place, scope="location")
        for turn, level in enumerate(levels):
            wrote(count, level.product, 9 + 2 * (turn % 2))  # in turn one too few and one too many
        return finish_count(count, by=None, at=now()), levels

    few, many, boss = to_approve(2), to_approve(7), UserFactory(is_superuser=True)
    with django_assert_max_num_queries(26) as asked:
        approve_count(few[0], by=boss, at=now())
    with django_assert_num_queries(len(asked)):
        approve_count(many[0], by=boss, at=now())
    assert [on_hand(level) for level in many[1]] == [9, 11, 9, 11, 9, 11, 9]
    assert list(check_books()) == []


def test_a_line_left_out_books_nothing_and_a_decided_count_takes_no_more():
    level = stocked(5)
    count = opened(level.location)
    line = wrote(count, level.product, 4)
    leave_out(line, by=None, at=now())
    finish_count(count, by=None, at=now())
    approve_count(count, by=UserFactory(), at=now())
    assert on_hand(level) == 5
    for again in (
        lambda: wrote(count, level.product, 4),
        lambda: leave_out(line, by=None, at=now()),
        lambda: ask_recount(line, by=None, at=now()),
        lambda: cancel_count(count, reason="no", by=None, at=now()),
    ):
        with pytest.raises(Refusal):
            again()


def test_a_cancelled_count_books_nothing_and_says_why():
    level = stocked(5)
    count = opened(level.location)
    wrote(count, level.product, 1)
    with pytest.raises(Refusal, match="Say why"):
        cancel_count(count, reason=" ", by=None, at=now())
    count = cancel_count(count, reason="wrong shelf", by=None, at=now())
    assert (count.state, count.decision_note, on_hand(level)) == ("cancelled", "wrong shelf", 5)
    assert StockCount.objects.get().decided_at


def test_entries_of_a_count_are_never_changed():
    level = stocked(5)
    wrote(opened(level.location), level.product, 4)
    for change in (
        lambda: StockCountEntry.objects.update(total=9),
        lambda: StockCountEntry.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
