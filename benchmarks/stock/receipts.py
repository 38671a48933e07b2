"""Goods receipts of 1,000 lines: levels, moves, layers, averages, all in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import connection, transaction

from benchmarks.stock import availability
from benchmarks.stock._pairs import beside
from inventory.models import Location, Product, ProductCost, StockLayer
from inventory.operations import ReceiptLine, receive_goods

LINES = 1_000
START = dt.datetime(2031, 1, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)

# The same receipt by hand, knowing that its time is the newest, nothing is corrected and no product stands twice in it.
BY_HAND = """
WITH line AS (
    SELECT * FROM unnest(%(products)s::bigint[], %(pieces)s::int[], %(costs)s::numeric[])
    WITH ORDINALITY AS line (product_id, pieces, cost, place)
), level AS MATERIALIZED (
    SELECT id, product_id FROM inventory_stocklevel
    WHERE location_id = %(location)s::bigint AND product_id = ANY (%(products)s::bigint[])
    ORDER BY product_id FOR UPDATE
), locked AS MATERIALIZED (
    SELECT product_id, average, received, issued FROM inventory_productcost
    WHERE product_id = ANY (%(products)s::bigint[]) AND EXISTS (SELECT FROM level) ORDER BY product_id FOR UPDATE
), counted AS MATERIALIZED (
    SELECT line.*, received, CASE WHEN received = issued OR average = 0 THEN cost ELSE round(
        ((received - issued) * average + pieces * cost) / (received - issued + pieces), 4) END AS average
    FROM line JOIN locked USING (product_id)
), document AS (
    INSERT INTO inventory_goodsreceipt (number, location_id, document, reference, at)
    VALUES (%(number)s::text, %(location)s::bigint, '', %(number)s::text, %(at)s::timestamptz) RETURNING id
), move AS (
    INSERT INTO inventory_stockmove
        (product_id, location_id, kind, quantity, unit_cost, reference, document, reason, at)
    SELECT product_id, %(location)s::bigint, 'receipt', pieces, cost, %(number)s::text || ':' || place,
        %(number)s::text, '', %(at)s::timestamptz FROM line ORDER BY place
    RETURNING id, product_id
), written AS (
    INSERT INTO inventory_goodsreceiptline (receipt_id, product_id, quantity, unit_cost, move_id)
    SELECT document.id, product_id, pieces, cost, move.id FROM document, line JOIN move USING (product_id)
), layer AS (
    INSERT INTO inventory_stocklayer (move_id, product_id, at, begins, ends, unit_cost, average)
    SELECT move.id, product_id, %(at)s::timestamptz, received, received + pieces, cost, average
    FROM counted JOIN move USING (product_id)
), stocked AS (
    UPDATE inventory_stocklevel mine SET on_hand = on_hand + pieces
    FROM line JOIN level USING (product_id) WHERE mine.id = level.id
)
UPDATE inventory_productcost mine SET average = counted.average, last = cost, moved_at = %(at)s::timestamptz,
    received = mine.received + pieces
FROM counted WHERE mine.product_id = counted.product_id
"""


def run(rounds: int, say: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """1,000 products received at once, the SQL as one statement; both with all constraints checked, then taken back."""
    availability.seed(say)
    say(f"Receipts of {LINES:,} lines …")
    with transaction.atomic():
        result = measure(rounds)
        transaction.set_rollback(True)
    yield result


def measure(rounds: int) -> dict[str, Any]:
    place = Location.objects.get(name="Bench 1")
    chosen = Product.objects.filter(sku__startswith="BENCH-").order_by("pk")
    products = list(chosen.values_list("pk", flat=True)[:LINES])
    lines = [ReceiptLine(pk, 1 + pk % 40, Decimal(pk % 900) + Decimal("10.25")) for pk in products]
    receive_goods(place, lines, by=None, at=START)  # what the average moves from
    dearer = [line._replace(unit_cost=line.unit_cost + 7) for line in lines]
    before, numbers = [transaction.savepoint()], count(1)

    def again() -> None:
        transaction.savepoint_rollback(before.pop())
        before.append(transaction.savepoint())

    def figures() -> Any:
        costs = ProductCost.objects.filter(pk__in=products).order_by("pk")
        layers = StockLayer.objects.filter(product__in=products).order_by("product", "begins")
        return list(costs.values_list("average", "last", "received")), list(
            layers.values_list("product", "begins", "ends", "unit_cost", "average")
        )

    def product() -> None:
        receive_goods(place, dearer, reference=f"bench:{next(numbers)}", by=None, at=START + DAY)
        checked()

    def by_hand() -> None:
        number = f"BENCH-{next(numbers)}"
        told: dict[str, Any] = {
            "number": number,
            "location": place.pk,
            "at": START + DAY,
            "products": products,
        }
        told |= {"pieces": [line.quantity for line in dearer], "costs": [line.unit_cost for line in dearer]}
        with connection.cursor() as cursor:
            cursor.execute(BY_HAND, told)
        checked()

    return beside("receipt", product, by_hand, rounds, between=again, tell=figures, lines=LINES)


def checked() -> None:
    """What a commit would check."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
