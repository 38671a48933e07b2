"""The demo's store: shelves, an open count, one that waits for approval, an adjustment that waits, a transfer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from accounts.models import User
from inventory.operations import (
    count_product,
    finish_count,
    open_count,
    put_on_shelf,
    request_adjustment,
    transfer_goods,
)

from .goods import SHORT, Goods


def keep_store(users: dict[str, User], goods: Goods, *, now: dt.datetime) -> None:
    by = users["store"]
    products = [product for product in goods.products.values() if product.sku != SHORT]
    for number, product in enumerate(products):
        aisle, bay, shelf = "ABCD"[number // 16 % 4], number // 4 % 4 + 1, number % 4 + 1
        put_on_shelf(product.pk, goods.main, f"{aisle}-{bay:02}-{shelf}")
    hour = dt.timedelta(hours=1)
    first = open_count(
        location=goods.main, scope="shelves", shelf_from="A-01", shelf_to="A-02", note="Evening count",
        reference="demo:count:open", by=by, at=now - hour,
    )  # fmt: skip
    lines = list(first.lines.order_by("shelf", "pk"))
    levels = {level.product_id: level.on_hand for level in goods.main.levels.all()}
    for number, line in enumerate(lines[:4]):
        pieces = max(0, levels[line.product_id] - (2 if number == 1 else 0))
        told: dict[str, Any] = {"reference": f"demo:count:open:{number}", "by": by, "at": now - hour / 2}
        count_product(first, line.product_id, pieces, **told)
    dear = products[2]
    second = open_count(
        location=goods.main, scope="products", products=[dear.pk, products[5].pk], blind=False,
        reference="demo:count:review", by=by, at=now - 3 * hour,
    )  # fmt: skip
    for product, fewer in ((dear, 3), (products[5], -1)):
        told = {
            "reference": f"demo:count:review:{product.pk}",
            "by": by,
            "at": now - 2 * hour,
        }
        count_product(second, product.pk, levels[product.pk] - fewer, **told)
    finish_count(second, by=by, at=now - 2 * hour)
    request_adjustment(
        products[7], location=goods.main, quantity=-12, reason="broken", note="The carton fell off the ladder",
        reference="demo:adjustment", by=by, at=now - hour,
    )  # fmt: skip
    transfer_goods(
        [(product.pk, 5) for product in products[8:11]], source=goods.main, destination=goods.second,
        reason="Counter was running low", reference="demo:transfer", by=by, at=now - 4 * hour,
    )  # fmt: skip
