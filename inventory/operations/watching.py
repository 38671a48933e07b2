"""Products that run out: noticed once per crossing of their reorder point."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import live
from core.notify import holders, notify
from core.tasks import after_commit
from inventory.models import Product

MOST_BY_NAME = 5


def watch_soon(product_ids: Iterable[int]) -> None:
    """Have these products compared with their reorder points by a worker, once this is committed."""
    if wanted := sorted(set(product_ids)):
        after_commit("inventory.watch_products", product_ids=wanted)


def give_out_soon(product_ids: Iterable[int]) -> None:
    """Pieces have become free: have who waits for them looked at by a worker, once this is committed."""
    if wanted := sorted(set(product_ids)):
        after_commit("orders.fill_backorders", product_ids=wanted)


CROSSED = """
WITH shelf AS (
    SELECT p.id, p.is_active AND COALESCE(SUM(level.on_hand - level.reserved)
        FILTER (WHERE location.kind = 'sellable'), 0) <= p.reorder_point AS is_short
    FROM inventory_product p
    LEFT JOIN inventory_stocklevel level ON level.product_id = p.id
    LEFT JOIN inventory_location location ON location.id = level.location_id
    WHERE p.reorder_point IS NOT NULL
    GROUP BY p.id
), ended AS (
    DELETE FROM inventory_shortage s
    WHERE NOT EXISTS (SELECT FROM shelf WHERE shelf.id = s.product_id AND shelf.is_short)
    RETURNING s.product_id
), begun AS (
    INSERT INTO inventory_shortage (product_id, since)
    SELECT id, %s::timestamptz FROM shelf WHERE is_short ORDER BY id
    ON CONFLICT (product_id) DO NOTHING
    RETURNING product_id
)
SELECT product_id, true FROM begun UNION ALL SELECT product_id, false FROM ended
"""


@transaction.atomic
def watch_stock(*, at: dt.datetime) -> int:
    """Compare every shelf with its reorder point; tell who receives goods what has become short. How many have.

    One statement a minute, so that no sale pays for it; a product that is short for seconds is not told.
    """
    with connection.cursor() as cursor:
        cursor.execute(CROSSED, [at])
        crossed = cursor.fetchall()
    begun = [product for product, short in crossed if short]
    if crossed:
        live.touch("inventory.shortage")
        live.touch_all("inventory.product", [product for product, _short in crossed])
    if begun:
        _tell(begun, at=at)
    return len(begun)


def _tell(products: list[int], *, at: dt.datetime) -> None:
    """Each by its name; many at once (a first count, an import) in one sentence."""
    people = holders("inventory.receive_goods")
    if len(products) > MOST_BY_NAME:
        notify(
            people,
            "stock.short",
            format_lazy(_("{count} products reached their reorder points."), count=len(products)),
            key=f"short:{at.isoformat()}",
            url="/stock/?tab=short",
            tone="warn",
            at=at,
        )
        return
    for product in Product.objects.filter(pk__in=products).order_by("pk"):
        notify(
            people,
            "stock.short",
            format_lazy(
                _("{product} reached its reorder point of {point}."),
                product=product.name,
                point=product.reorder_point,
            ),
            key=f"short:{product.pk}:{at.isoformat()}",
            url=product.get_absolute_url(),
            tone="warn",
            at=at,
        )
