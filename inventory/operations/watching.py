"""Products that run out: noticed once per crossing of their reorder point, by what is projected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import translation
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core import live
from core.notify import holders, notify
from core.tasks import after_commit
from inventory.models import Product, ShortageReader
from inventory.queries.figures import Figures, figures, figures_sql
from messaging.operations import write_to_staff

MOST_BY_NAME = 5
TOLD = "inventory.view_shortage"
LOCK = 5_070_001
"""The number of the advisory lock of this watch."""


def watch_soon(product_ids: Iterable[int]) -> None:
    """Have these products compared with their reorder points by a worker, once this is committed."""
    if wanted := sorted(set(product_ids)):
        after_commit("inventory.watch_products", product_ids=wanted)


def give_out_soon(product_ids: Iterable[int]) -> None:
    """Pieces have become free: have who waits for them looked at by a worker, once this is committed."""
    if wanted := sorted(set(product_ids)):
        after_commit("orders.fill_backorders", product_ids=wanted)


def incoming_changed(product_ids: Iterable[int]) -> None:
    """What is on its way, or when: have its reorder points and who waits for it looked at, once this is committed."""
    if wanted := sorted(set(product_ids)):
        watch_soon(wanted)
        after_commit("orders.review_backorders", product_ids=wanted)


@transaction.atomic
def watch_stock(product_ids: Iterable[int] | None = None, *, at: dt.datetime) -> int:
    """Compare what is projected of these products, or of all, with their reorder points. How many have crossed.

    A crossing is told once: a worker looks right after what caused it (`watch_soon`), beat looks at everything each
    minute for what was lost, and whoever looks second finds the row. A product that recovered and falls again is told
    again. Looks come one after the other (an advisory lock), so an older one never undoes a younger.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if product_ids is None:
            cursor.execute(CROSSED_BY_ANY, {"at": at})
        else:
            cursor.execute(CROSSED_BY_SOME, {"at": at, "products": sorted(set(product_ids))})
        rows = cursor.fetchall()
    if rows:
        live.touch("inventory.shortage")
        live.touch_all("inventory.product", sorted({product for product, _crossed in rows}))
    crossed = sorted(product for product, crossed in rows if crossed)
    if crossed:
        _tell(crossed, at=at)
    return len(crossed)


def _crossed(*, some: bool) -> str:
    only = "AND mine.product_id = ANY (%(products)s::bigint[])" if some else ""
    return f"""
    WITH shelf AS ({figures_sql(some=some)}), judged AS (
        SELECT product_id,
            backordered > 0 OR is_active AND on_hand - reserved - backordered <= reorder_point AS is_short,
            on_hand - reserved - backordered + incoming < 0
                OR is_active AND on_hand - reserved - backordered + incoming <= reorder_point AS is_uncovered
        FROM shelf
    ), short AS (
        SELECT product_id, COALESCE(is_uncovered, false) AS is_uncovered FROM judged WHERE is_short
    ), ended AS (
        DELETE FROM inventory_shortage mine
        WHERE NOT EXISTS (SELECT FROM short WHERE short.product_id = mine.product_id) {only}
        RETURNING mine.product_id
    ), before AS (
        SELECT short.*, mine.product_id IS NOT NULL AS known, mine.uncovered_since
        FROM short LEFT JOIN inventory_shortage mine USING (product_id)
    ), kept AS (
        INSERT INTO inventory_shortage AS mine (product_id, since, uncovered_since)
        SELECT product_id, %(at)s::timestamptz, CASE WHEN is_uncovered THEN %(at)s::timestamptz END
        FROM before WHERE NOT known OR is_uncovered <> (uncovered_since IS NOT NULL)
        ORDER BY product_id
        ON CONFLICT (product_id) DO UPDATE SET uncovered_since = EXCLUDED.uncovered_since
        RETURNING product_id, uncovered_since IS NOT NULL AS crossed
    )
    SELECT product_id, crossed FROM kept UNION ALL SELECT product_id, false FROM ended
    """  # noqa: S608


CROSSED_BY_ANY, CROSSED_BY_SOME = _crossed(some=False), _crossed(some=True)


def _tell(products: list[int], *, at: dt.datetime) -> None:
    """Each by its name; many at once (a first count, an import) in one sentence. As people chose to hear it."""
    people = holders(TOLD)
    chosen = {reader.user_id: reader for reader in ShortageReader.objects.filter(user__in=people)}
    by_bell = [one for one in people if one.pk not in chosen or chosen[one.pk].alert_by_bell]
    by_email = [one for one in people if one.pk in chosen and chosen[one.pk].alert_by_email]
    found = {each.pk: each for each in Product.objects.filter(pk__in=products[: MOST_BY_NAME + 1])}
    state = figures(found)
    if len(products) > MOST_BY_NAME:
        said: list[tuple[str, str, Any]] = [
            (
                f"short:{at.isoformat()}",
                "/stock/shortages/",
                format_lazy(_("{count} products reached their reorder points."), count=len(products)),
            )
        ]
    else:
        said = [
            (f"short:{pk}:{at.isoformat()}", found[pk].get_absolute_url(), _sentence(found[pk], state[pk]))
            for pk in products
        ]
    for key, url, text in said:
        notify(by_bell, "stock.short", text, key=key, url=url, tone="warn", at=at)
    for person in by_email:
        with translation.override(person.language or settings.LANGUAGE_CODE):
            goods = "\n".join(str(text) for _key, _url, text in said)
        write_to_staff(
            person,
            "shortage_alert",
            context={"goods": goods, "link": f"{settings.PUBLIC_BASE_URL}/stock/shortages/"},
            key=f"short:{products[0]}:{len(products)}:{at.isoformat()}",
            channels=["email"],
            at=at,
        )


def _sentence(product: Product, state: Figures) -> Any:
    if product.reorder_point is None:
        return format_lazy(
            _("{product}: customers wait for {pieces} pieces that nobody has ordered."),
            product=product.name,
            pieces=-state.projected,
        )
    return format_lazy(
        _("{product} reached its reorder point of {point}: {projected} are left with what is on its way."),
        product=product.name,
        point=product.reorder_point,
        projected=state.projected,
    )
