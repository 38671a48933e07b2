"""The demo's purchases: an order that is late, one of which a part came, a draft, and goods that went back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

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

    def order(supplier: Supplier, lines: list[PurchaseLine], name: str, days: int) -> object:
        at = now - days * day
        return create_purchase(supplier, lines, reference=f"demo:purchase:{name}", by=by, at=at)

    late = order(near, [PurchaseLine(products[1].pk, 60), PurchaseLine(goods.products[SHORT].pk, 40, Decimal(900))],
                 "late", 14)  # fmt: skip
    send_purchase(late, by=by, at=now - 14 * day)  # type: ignore[arg-type]
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
