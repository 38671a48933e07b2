"""The bell: who is told what, once."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Notification
from core.notify import forget_notifications, holders, mark_read, notify
from credit.operations import record_payment
from inventory.models import Shortage
from inventory.operations import watch_stock
from orders.operations import confirm_order, reject_order, release_order, review_held_orders
from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.orders import customer_with_credit, draft, now, receive, sellable_product

pytestmark = pytest.mark.django_db


def told(user) -> list[str]:
    return [f"{n.event}: {n.text}" for n in Notification.objects.visible_to(user).order_by("pk")]


@pytest.fixture
def people():
    team = TeamFactory()
    return {
        "seller": UserFactory(role="Sales representative", team=team),
        "manager": UserFactory(role="Sales manager", team=team),
        "elsewhere": UserFactory(role="Sales manager", team=TeamFactory()),
        "controller": UserFactory(role="Credit controller"),
        "store": UserFactory(role="Storekeeper"),
        "admin": UserFactory(is_superuser=True),
    }


@pytest.fixture
def held(people):
    """An order of the seller's customer that credit refuses."""
    customer = customer_with_credit("100", name="Corner Phones", representative=people["seller"])
    order = draft(customer, (sellable_product("NOTE-1", price="1000", on_hand=9), 1))
    order.created_by = people["seller"]
    order.save()
    return confirm_order(order, by=people["seller"], at=now())


def test_the_same_fact_is_told_once_and_not_to_who_did_it(people):
    for _again in range(2):
        notify(
            [people["seller"], people["store"], None],
            "thing.happened",
            "A thing.",
            key="thing:1",
            by=people["store"],
            at=now(),
        )
    assert told(people["seller"]) == ["thing.happened: A thing."]
    assert told(people["store"]) == []


def test_each_reads_it_in_the_own_language(people):
    hindi = UserFactory(language="hi")
    notify([people["seller"], hindi], "x.y", _("Orders"), key="k", at=now())
    assert told(people["seller"]) == ["x.y: Orders"]
    assert told(hindi) != ["x.y: Orders"]


def test_a_hold_is_told_to_those_who_may_release_it_and_see_it(people, held):
    assert held.status == "credit_hold"
    for name in ("manager", "controller"):
        assert [line.partition(" of ")[0] for line in told(people[name])] == [f"order.held: {held.code}"]
    for name in ("seller", "elsewhere", "store", "admin"):
        assert told(people[name]) == [], name


def test_super_admins_hear_what_nobody_else_would(people):
    assert holders("orders.release_order")
    assert people["admin"] not in holders("orders.release_order")
    assert holders("customers.merge_customer") == [people["admin"]]


def test_the_seller_hears_what_became_of_the_hold(people, held):
    release_order(held, reason="Known for years", by=people["controller"], at=now())
    assert told(people["seller"]) == [f"order.released: {held.code} of Corner Phones is off credit hold."]
    assert Notification.objects.filter(user=people["controller"], event="order.released").count() == 0


def test_the_seller_hears_that_it_was_rejected_and_why(people, held):
    reject_order(held, reason="Pays late", by=people["controller"], at=now())
    assert told(people["seller"]) == [f"order.rejected: {held.code} of Corner Phones was rejected: Pays late"]


def test_a_payment_frees_the_order_and_the_seller_hears_both(people, held):
    record_payment(
        held.customer_id,
        Decimal(5000),
        method="cash",
        received_on=now().date(),
        reference="p1",
        by=people["controller"],
        at=now(),
    )
    review_held_orders(held.customer_id, at=now())
    assert [line.partition(":")[0] for line in told(people["seller"])] == [
        "payment.recorded",
        "order.released",
    ]


def test_what_is_rolled_back_was_never_told(people):
    with transaction.atomic():
        notify([people["seller"]], "x.y", "Never", key="k", at=now())
        transaction.set_rollback(True)
    assert told(people["seller"]) == []


def test_a_product_at_its_reorder_point_is_told_once_per_crossing(people):
    product = sellable_product("LOW-1", price="10", on_hand=5)
    product.reorder_point = 5
    product.save()
    assert [watch_stock(at=now()) for _again in range(2)] == [1, 0]
    said = f"stock.short: {product.name} reached its reorder point of 5: 5 are left with what is on its way."
    assert told(people["store"]) == [said]
    assert Shortage.objects.get().product == product
    receive(product, 1, "1")
    assert watch_stock(at=now()) == 0
    assert not Shortage.objects.exists()
    product.reorder_point = 6
    product.save()
    assert watch_stock(at=now()) == 1
    assert len(told(people["store"])) == 2


def test_many_products_at_once_are_one_sentence(people):
    for number in range(7):
        product = sellable_product(f"LOW-{number}", price="10", on_hand=1)
        product.reorder_point = 2
        product.save()
    assert watch_stock(at=now()) == 7
    assert told(people["store"]) == ["stock.short: 7 products reached their reorder points."]


def test_reading_marks_only_ones_own(people, client):
    for name in ("seller", "store"):
        notify([people[name]], "x.y", "Something", key="k", at=now())
    client.force_login(people["seller"])
    theirs = Notification.objects.get(user=people["store"])
    client.post(reverse("core:notifications_read"), {"pk": theirs.pk})
    assert Notification.objects.unread().count() == 2
    client.post(reverse("core:notifications_read"))
    assert list(Notification.objects.unread()) == [theirs]
    assert mark_read(people["store"], at=now()) == 1
    assert client.post(reverse("core:notifications_read"), {"pk": "x"}).status_code == 400


def test_the_bell_groups_by_day_and_the_list_shows_all(people, client):
    client.force_login(people["seller"])
    for days in (0, 1):
        notify(
            [people["seller"]], "x.y", f"{days} days ago", key=str(days), at=now() - dt.timedelta(days=days)
        )
    panel = client.get(
        reverse("core:bell"), headers={"HX-Request": "true", "HX-Target": "bell"}
    ).content.decode()
    assert "Today" in panel
    assert "Yesterday" in panel
    assert panel.count("data-read=") == 3
    assert client.get(reverse("core:bell")).status_code == 302
    page = client.get(reverse("core:notification_list")).content.decode()
    assert "0 days ago" in page
    assert "1 days ago" in page


def test_old_ones_go(people):
    at = timezone.now()
    for days, read in ((40, True), (20, True), (40, False), (100, False)):
        notify([people["seller"]], "x.y", f"{days}", key=f"{days}{read}", at=at - dt.timedelta(days=days))
        if read:
            Notification.objects.filter(key=f"{days}{read}").update(read_at=at - dt.timedelta(days=days))
    assert forget_notifications(at=at) == 2
    assert sorted(Notification.objects.values_list("text", flat=True)) == ["20", "40"]
