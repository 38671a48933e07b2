"""A second delivery of some displays at other costs, and the freight bill that came days after it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from accounts.models import User
from inventory.models import ProductCost
from inventory.operations import ReceiptLine, charge_receipt, receive_goods

from .goods import SHORT, Goods

DEARER = (Decimal("1.06"), Decimal("0.97"), Decimal("1.11"))


def add_costs(users: dict[str, User], goods: Goods, *, now: dt.datetime) -> None:
    """Six products get a second layer; what is sold meanwhile gets its difference told by the bill."""
    chosen = [product for sku, product in goods.products.items() if sku != SHORT][:6]
    costs = dict(ProductCost.objects.filter(product__in=chosen).values_list("product_id", "last"))
    lines = [
        ReceiptLine(product.pk, 20, round(costs[product.pk] * DEARER[place % 3], 2))
        for place, product in enumerate(chosen)
    ]
    receipt = receive_goods(
        goods.main,
        lines,
        supplier="Shenzhen Huaying Display Co.",
        document="HY-2377",
        reference="demo:second delivery",
        by=users["store"],
        at=now - dt.timedelta(days=12),
    )
    charge_receipt(
        receipt,
        kind="freight",
        amount=Decimal("4260.00"),
        document="DHL 884120",
        reference="demo:freight",
        by=users["accounts"],
        at=now - dt.timedelta(days=6),
    )
