"""What is on order, when it should be here, and how well suppliers kept their word before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum

from core.dates import local_date
from inventory.models import (
    GoodsReceiptLine,
    Product,
    PurchaseOrderLine,
    SupplierProduct,
    SupplierReturn,
    SupplierReturnLine,
)

SENT = ~Q(supplier_return__status=SupplierReturn.Status.DRAFT)


class OpenLine(NamedTuple):
    """Pieces still to come of one line of a purchase order."""

    product_id: int
    location_id: int
    supplier_id: int
    pieces: int
    expected_on: dt.date | None
    ordered_on: dt.date
    order_id: int
    line_id: int


class LeadTime(NamedTuple):
    """Days from sending an order to the goods being here: half of `n` lines took no more than the median, 80 % no
    more than p80."""

    median_days: float
    p80_days: float
    n: int


def open_purchase_lines(product_ids: Iterable[int] | None = None) -> list[OpenLine]:
    """What is still to come, of these products or of all, by product and then by the day it is expected."""
    lines = PurchaseOrderLine.objects.waiting()
    if product_ids is not None:
        lines = lines.filter(product_id__in=list(product_ids))
    rows = lines.order_by("product_id", "expected_on", "order__sent_at", "pk").values_list(
        "product_id",
        "order__location_id",
        "order__supplier_id",
        "outstanding",
        "expected_on",
        "order__sent_at",
        "order_id",
        "pk",
    )
    return [OpenLine(*row[:5], local_date(row[5]), *row[6:]) for row in rows if row[5] is not None]


def incoming(product_ids: Iterable[int]) -> dict[int, int]:
    """Pieces on order that have not come, per product; one with none is missing."""
    waiting = PurchaseOrderLine.objects.waiting().filter(product_id__in=list(product_ids))
    return dict(waiting.order_by().values_list("product_id").annotate(Sum("outstanding")))


def lead_times(supplier_ids: Iterable[int] | None = None) -> dict[int, LeadTime]:
    """How long each supplier took, from what they delivered; one that never did is missing."""
    wanted = None if supplier_ids is None else list(supplier_ids)
    return {supplier: time for (supplier, _all), time in _lead_times(wanted, each=1, least=1).items()}


def product_lead_times(
    pairs: Iterable[tuple[int, int]], *, at_least: int = 5
) -> dict[tuple[int, int], LeadTime]:
    """The same for (supplier, product), where there are enough lines to say something."""
    wanted = set(pairs)
    found = _lead_times(sorted({supplier for supplier, _product in wanted}), each=0, least=at_least)
    return {pair: time for pair, time in found.items() if pair in wanted}


def _lead_times(suppliers: list[int] | None, *, each: int, least: int) -> dict[tuple[int, int], LeadTime]:
    """By supplier (`each` 1, the product is left out) or by supplier and product (0)."""
    with connection.cursor() as cursor:
        cursor.execute(LEAD_TIMES, {"suppliers": suppliers, "each": each, "least": least})
        return {(row[0], row[1]): LeadTime(*row[2:]) for row in cursor.fetchall()}


# One figure for each delivery of a line: a line that comes in two parts is two deliveries.
LEAD_TIMES = """
WITH delivery AS (
    SELECT DISTINCT po.supplier_id, line.product_id, line.id, receipt.id AS receipt_id,
        EXTRACT(epoch FROM receipt.at - po.sent_at) / 86400 AS days
    FROM inventory_goodsreceiptline got
    JOIN inventory_goodsreceipt receipt ON receipt.id = got.receipt_id
    JOIN inventory_purchaseorderline line ON line.id = got.order_line_id
    JOIN inventory_purchaseorder po ON po.id = line.order_id
    WHERE po.sent_at <= receipt.at
        AND (%(suppliers)s::bigint[] IS NULL OR po.supplier_id = ANY (%(suppliers)s::bigint[]))
)
SELECT supplier_id, product_id,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY days)::numeric, 1)::float8,
    round(percentile_cont(0.8) WITHIN GROUP (ORDER BY days)::numeric, 1)::float8, count(*)
FROM delivery
GROUP BY GROUPING SETS ((supplier_id), (supplier_id, product_id))
HAVING GROUPING(product_id) = %(each)s::int AND count(*) >= %(least)s::int
"""


class DefectRate(NamedTuple):
    """Pieces that went back for a defect, of those that came."""

    returned: int
    received: int

    @property
    def percent(self) -> float | None:
        return round(self.returned * 100 / self.received, 1) if self.received else None


def defect_rates(supplier_ids: Iterable[int]) -> dict[int, DefectRate]:
    """Per supplier: returned for a defect ÷ received. Every supplier asked for is in the answer."""
    wanted = list(supplier_ids)
    came = GoodsReceiptLine.objects.filter(receipt__supplier__in=wanted).order_by()
    back = SupplierReturnLine.objects.filter(
        SENT, supplier_return__supplier__in=wanted, reason=SupplierReturnLine.Reason.DEFECT
    ).order_by()
    received = dict(came.values_list("receipt__supplier").annotate(Sum("quantity")))
    returned = dict(back.values_list("supplier_return__supplier").annotate(Sum("quantity")))
    return {pk: DefectRate(returned.get(pk, 0), received.get(pk, 0)) for pk in wanted}


def product_defect_rates(supplier_id: int) -> dict[int, DefectRate]:
    """Per product of one supplier that came or went back."""
    came = GoodsReceiptLine.objects.filter(receipt__supplier=supplier_id).order_by()
    back = SupplierReturnLine.objects.filter(
        SENT, supplier_return__supplier=supplier_id, reason=SupplierReturnLine.Reason.DEFECT
    ).order_by()
    received = dict(came.values_list("product_id").annotate(Sum("quantity")))
    returned = dict(back.values_list("product_id").annotate(Sum("quantity")))
    return {
        pk: DefectRate(returned.get(pk, 0), received.get(pk, 0)) for pk in received.keys() | returned.keys()
    }


def expected_pieces(product: Product) -> QuerySet[PurchaseOrderLine]:
    """What is on its way of a product, the next first."""
    lines = PurchaseOrderLine.objects.waiting().filter(product=product).select_related("order__supplier")
    return lines.order_by(F("expected_on").asc(nulls_last=True), "pk")[:10]


def sellers_of(product: Product) -> QuerySet[SupplierProduct]:
    """Who sells it to us and for what, the preferred first. For those who may see costs."""
    offers = product.suppliers.filter(is_gone=False).select_related("supplier")
    return offers.order_by("-is_preferred", "supplier__name")[:10]
