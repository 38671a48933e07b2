"""The demo's purchases: an order that is late, one a shop waits for, one of which a part came, a draft, goods that
went back, and what suppliers asked before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pgtrigger
from django.db import connection

from accounts.models import User
from inventory.models import Product, Supplier, SupplierProduct
from inventory.operations.arrivals import Arrived, receive_purchase
from inventory.operations.purchasing import PurchaseLine, change_purchase, create_purchase, send_purchase
from inventory.operations.supplier_returns import GoingBack, return_to_supplier, settle_return

from .goods import SHORT, Goods


def buy_goods(users: dict[str, User], goods: Goods, *, now: dt.datetime) -> None:
    by, day = users["manager"], dt.timedelta(days=1)
    products = [product for product in goods.products.values() if product.sku != SHORT]
    near = Supplier.objects.get(name="Shenzhen Huaying Display Co.")
    near.email, near.lead_time_days, near.payment_terms = "orders@huaying.example", 9, "30 % with the order"
    near.save()
    far = Supplier.objects.create(
        name="Mobitek Trading LLC", email="sales@mobitek.example", currency="AED", lead_time_days=6,
        payment_terms="On delivery", country="AE", minimum_amount=Decimal(2000),
    )  # fmt: skip
    for number, product in enumerate(products[:12], start=1):
        _offer(near, product, f"HY-{number:03}", Decimal(66), "INR", preferred=number % 2 == 0)
        _offer(far, product, f"MT{number:04}", Decimal(3), "AED")
    _offer(near, goods.products[SHORT], "HY-A12", Decimal(58), "INR", preferred=True)
    _asked_before(near, now=now)

    def order(supplier: Supplier, lines: list[PurchaseLine], name: str, days: int) -> object:
        at = now - days * day
        return create_purchase(supplier, lines, reference=f"demo:purchase:{name}", by=by, at=at)

    late = order(near, [PurchaseLine(products[1].pk, 60), PurchaseLine(products[9].pk, 20)], "late", 14)
    send_purchase(late, by=by, at=now - 14 * day)  # type: ignore[arg-type]
    soon = order(near, [PurchaseLine(goods.products[SHORT].pk, 40, Decimal(900))], "soon", 3)
    send_purchase(soon, by=by, at=now - 3 * day)  # type: ignore[arg-type]
    lines = [PurchaseLine(product.pk, 30) for product in products[2:6]]
    part = order(far, lines, "part", 8)
    part = change_purchase(part, lines, exchange_rate=Decimal("23.15"), at=now - 8 * day)  # type: ignore[arg-type]
    part = send_purchase(part, by=by, at=now - 8 * day)
    first, second, *_rest = part.lines.order_by("position")
    receipt = receive_purchase(
        part, [Arrived(first.pk, 30), Arrived(second.pk, 18)], rest_on=(now + 3 * day).date(),
        document="MT-5521", reference="demo:purchase:came", by=users["store"], at=now - 2 * day,
    )  # fmt: skip
    order(near, [PurchaseLine(products[7].pk, 25)], "draft", 0)
    told: dict[str, object] = {"by": users["store"], "at": now - day}
    line = receipt.lines.order_by("pk").first()
    assert line is not None
    back = [GoingBack(line.product_id, goods.main.pk, 2, receipt_line_id=line.pk)]
    return_to_supplier(far, back, receipt=receipt, reference="demo:back:1", **told)  # type: ignore[arg-type]
    piece = [GoingBack(products[1].pk, goods.main.pk, 1)]
    done = return_to_supplier(near, piece, reference="demo:back:2", **told)  # type: ignore[arg-type]
    settle_return(done, "credited", credited=done.expected, document="CN-118", at=now)


def _offer(
    supplier: Supplier, product: Product, sku: str, share: Decimal, currency: str, *, preferred: bool = False
) -> None:
    assert product.list_price is not None
    has_one = SupplierProduct.objects.filter(product=product, is_preferred=True).exists()
    SupplierProduct.objects.update_or_create(
        supplier=supplier,
        product=product,
        defaults={
            "sku": sku,
            "price": (product.list_price * share / 100).quantize(Decimal("0.01")),
            "currency": currency,
            "is_preferred": preferred and not has_one,
        },
    )


def _asked_before(supplier: Supplier, *, now: dt.datetime) -> None:
    """What they asked in spring and in summer. The history is of this moment and frozen, so it is written earlier."""
    offers = list(supplier.products.filter(price__isnull=False).order_by("pk"))
    for percent in (93, 96, 100):
        for offer in offers:
            assert offer.price is not None
            asked = (offer.price * percent / 100).quantize(Decimal("0.01"))
            SupplierProduct.objects.filter(pk=offer.pk).update(price=asked)
    event: Any = SupplierProduct.history.rel.related_model  # type: ignore[attr-defined]
    guards = [trigger.get_pgid(of) for of, trigger in pgtrigger.registered() if of is event]
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", ["{" + ",".join(guards) + "}"])
        cursor.execute(EARLIER, [now, supplier.pk])
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', true)")


EARLIER = """
UPDATE inventory_supplierproductevent event
SET pgh_created_at = %s::timestamptz - interval '45 days' * (nth.of - nth.n) - interval '5 days'
FROM (
    SELECT pgh_id, row_number() OVER mine AS n, count(*) OVER (PARTITION BY pgh_obj_id) AS of
    FROM inventory_supplierproductevent WHERE supplier_id = %s::bigint
    WINDOW mine AS (PARTITION BY pgh_obj_id ORDER BY pgh_id)
) nth WHERE nth.pgh_id = event.pgh_id
"""
