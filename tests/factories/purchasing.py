"""Suppliers and what is ordered from them."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import factory

from inventory.models import Location, Product, PurchaseOrder, Supplier
from inventory.operations.arrivals import Arrived, receive_purchase
from inventory.operations.purchasing import PurchaseLine, create_purchase, send_purchase
from tests.factories.inventory import LocationFactory, now


class SupplierFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Supplier

    name = factory.Sequence(lambda n: f"Huaying {n}")
    currency = "INR"
    email = "orders@huaying.example"


def shelf() -> Location:
    return Location.objects.filter(is_default=True).first() or LocationFactory(is_default=True)


def ordered(
    *lines: tuple[Product, int, str],
    supplier: Supplier | None = None,
    sent: bool = True,
    at: dt.datetime | None = None,
    **more: Any,
) -> PurchaseOrder:
    """A purchase order of (product, pieces, price), sent by hand unless it is to stay a draft."""
    shelf()
    order = create_purchase(
        supplier or SupplierFactory(),
        [PurchaseLine(product.pk, pieces, Decimal(price)) for product, pieces, price in lines],
        reference=f"test:{uuid.uuid4()}",
        by=None,
        at=at or now(),
        **more,
    )
    return send_purchase(order, by=None, at=at or now()) if sent else order


def arrive(order: PurchaseOrder, *pieces: int, **more: Any) -> Any:
    """So many whole pieces of each line, in the order of the lines."""
    more = {"reference": f"test:{uuid.uuid4()}", "by": None, "at": now(), **more}
    lines = order.lines.order_by("position")
    return receive_purchase(
        order, [Arrived(line.pk, good) for line, good in zip(lines, pieces, strict=False)], **more
    )
