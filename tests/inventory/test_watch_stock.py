"""Low stock is told once per crossing, by what is projected, to those who may see shortages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from core.models import Notification
from inventory.models import PurchaseOrder, PurchaseOrderLine, Shortage, ShortageReader, Supplier
from inventory.operations import StockLine, release, reserve, watch_stock
from inventory.queries import figures, figures_by_location
from inventory.queries.figures import Figures
from messaging.models import OutboundMessage
from tests.factories.accounts import UserFactory
from tests.factories.inventory import LocationFactory, stocked
from tests.racing import race


def on_order(product, pieces, *, location, sent_days_ago=1, expected_in=None, supplier="Deep Parts"):
    """An open purchase order line."""
    now = timezone.now()
    known, _made = Supplier.objects.get_or_create(name=supplier)
    count = PurchaseOrder.objects.count()
    order = PurchaseOrder.objects.create(
        supplier=known,
        location=location,
        status="sent",
        number=f"PO-{count}",
        reference=f"po:{count}",
        created_at=now,
        sent_at=now - dt.timedelta(days=sent_days_ago),
    )
    return PurchaseOrderLine.objects.create(
        order=order,
        position=1,
        product=product,
        quantity=pieces,
        expected_on=expected_in and timezone.localdate() + dt.timedelta(days=expected_in),
    )


def watch(*products):
    return watch_stock([each.pk for each in products] or None, at=timezone.now())


@pytest.mark.django_db
def test_a_crossing_is_told_once_and_again_after_recovery():
    storekeeper = UserFactory(role="Storekeeper")
    UserFactory(role="Sales representative")
    level = stocked(6, name="Note 10", reorder_point=5)
    assert [watch() for _ in range(3)] == [0, 0, 0]
    reserve([StockLine("a", level.product_id, 1)], location=level.location, at=timezone.now())
    assert [watch(level.product) for _ in range(50)] + [watch() for _ in range(50)] == [1] + [0] * 99
    release(["a"], at=timezone.now())
    assert watch(level.product) == 0
    assert not Shortage.objects.exists()
    reserve([StockLine("b", level.product_id, 2)], location=level.location, at=timezone.now())
    assert watch(level.product) == 1
    assert [(told.user, told.text) for told in Notification.objects.order_by("pk")] == [
        (storekeeper, "Note 10 reached its reorder point of 5: 5 are left with what is on its way."),
        (storekeeper, "Note 10 reached its reorder point of 5: 4 are left with what is on its way."),
    ]


@pytest.mark.django_db
def test_what_is_on_its_way_counts():
    level = stocked(5, reorder_point=5)
    line = on_order(level.product, 1, location=level.location)
    assert watch() == 0
    assert Shortage.objects.get().uncovered_since is None
    line.closed = 1
    line.save()
    assert (watch(level.product), watch()) == (1, 0)
    assert Shortage.objects.get().uncovered_since is not None


@pytest.mark.django_db
def test_the_figures_are_told_by_product_and_location():
    level = stocked(5)
    aside = LocationFactory(kind="damaged")
    reserve([StockLine("a", level.product_id, 2)], location=level.location, at=timezone.now())
    on_order(level.product, 7, location=level.location)
    on_order(level.product, 3, location=aside)
    here = Figures(on_hand=5, reserved=2, backordered=0, incoming=7)
    assert figures([level.product_id]) == {level.product_id: here}
    assert (here.available, here.projected) == (3, 10)
    assert figures_by_location([level.product_id]) == {
        (level.product_id, level.location_id): here,
        (level.product_id, aside.pk): Figures(incoming=3),
    }


@pytest.mark.django_db
def test_who_wants_mail_gets_mail_and_who_wants_no_bell_gets_none():
    reader = UserFactory(role="Storekeeper")
    ShortageReader.objects.create(user=reader, alert_by_bell=False, alert_by_email=True)
    stocked(5, name="Note 10", reorder_point=5)
    watch()
    watch()
    assert not Notification.objects.exists()
    mail = OutboundMessage.objects.get()
    assert (mail.recipient, mail.channel, mail.customer) == (reader.email, "email", None)
    assert "Note 10 reached its reorder point of 5" in mail.body


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_once_tell_once():
    UserFactory(role="Storekeeper")
    level = stocked(5, reorder_point=5)
    told = race([lambda: watch(level.product)] * 4 + [watch] * 2)
    assert sorted(told) == [0, 0, 0, 0, 0, 1]
    assert Notification.objects.count() == 1
