"""What of a customer's invoices may still come back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from credit.models import CreditNote, Invoice, InvoiceLine
from customers.models import Customer
from inventory.models import StockMove, SupplierReturnLine
from orders.models import Order, Return, ReturnLine
from orders.references import SALE, position_in, sales_of


class Returnable(NamedTuple):
    """A line of an invoice and how many of its pieces may still come back. `product_id` None: not of our catalogue."""

    line_id: int
    invoice_id: int
    number: str
    order_line: int | None
    order_number: str
    sku: str
    description: str
    quantity: int
    gross: Decimal
    product_id: int | None
    returned: int
    left: int


def returnable(
    customer_id: int,
    *,
    lines: Sequence[int] | None = None,
    invoices: Sequence[int] | None = None,
    most: int = 500,
) -> list[Returnable]:
    """Lines of a customer's invoices, the newest first, with the pieces that may still come back. One statement.

    Billed, less what other credit notes took back, less what stands on returns that were not ended (of one that was
    received: what did not go back to the customer); and of an order's line never more than was delivered of it.
    Several invoices may bill one order line, so that is counted over all of them, the oldest invoice first.
    """
    asked = {
        "customer": customer_id,
        "lines": None if lines is None else sorted(lines),
        "invoices": None if invoices is None else sorted(invoices),
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(RETURNABLE, asked)
        return [Returnable._make(row) for row in cursor.fetchall()]


RETURNABLE = """
WITH line AS (
    SELECT w.id, w.invoice_id, v.number, w.order_line, v.order_number, w.sku, w.description, w.quantity, w.gross,
           ol.id AS of_line, ol.delivered, coalesce(ol.product_id, p.id) AS product_id,
           coalesce(noted.pieces, 0) AS noted, coalesce(back.pieces, 0) AS back
    FROM credit_invoiceline w
    JOIN credit_invoice v ON v.id = w.invoice_id AND v.kind = 'invoice'
    JOIN credit_creditaccount a ON a.id = v.account_id AND a.customer_id = %(customer)s::bigint
    LEFT JOIN orders_order o ON o.code = v.order_number AND v.order_number <> ''
    LEFT JOIN orders_orderline ol ON ol.order_id = o.id AND ol.position = w.order_line
    LEFT JOIN inventory_product p ON p.sku = w.sku AND w.sku <> ''
    LEFT JOIN LATERAL (
        SELECT sum(c.quantity) AS pieces FROM credit_creditnoteline c
        JOIN credit_creditnote n ON n.id = c.credit_note_id
        WHERE c.invoice_line_id = w.id AND n.reference NOT LIKE 'return:%%'
    ) noted ON true
    LEFT JOIN LATERAL (
        SELECT sum(CASE WHEN r.state = 'asked' THEN l.quantity ELSE coalesce(part.pieces, 0) END) AS pieces
        FROM orders_returnline l JOIN orders_return r ON r.id = l.rma_id AND r.state IN ('asked', 'received', 'settled')
        LEFT JOIN LATERAL (SELECT sum(t.pieces) AS pieces FROM orders_returnpart t
                           WHERE t.line_id = l.id AND t.disposition <> 'back') part ON true
        WHERE l.invoice_line_id = w.id
    ) back ON true
), counted AS (
    SELECT line.*,
        CASE WHEN of_line IS NULL THEN quantity - noted
             ELSE least(quantity - noted, greatest(0, delivered - coalesce(sum(quantity - noted) OVER (
                 PARTITION BY of_line ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0))) END AS came
    FROM line
)
SELECT id, invoice_id, number, order_line, order_number, sku, description, quantity, gross, product_id, back,
       greatest(0, came - back)::int
FROM counted
WHERE (%(lines)s::bigint[] IS NULL OR id = ANY (%(lines)s::bigint[]))
  AND (%(invoices)s::bigint[] IS NULL OR invoice_id = ANY (%(invoices)s::bigint[]))
ORDER BY invoice_id DESC, id
LIMIT %(most)s::int
"""


def left_by(lines: Sequence[ReturnLine]) -> dict[int, list[str]]:
    """The reservations that the pieces of these lines left by, those that the line's invoice billed first.

    Pieces are billed in the order they leave: an invoice's are the stretch behind what earlier ones billed. A line that
    no order stands behind has none. Three queries.
    """
    of = {line.pk: line.invoice_line for line in lines}
    codes = {billed.invoice.order_number for billed in of.values() if billed.invoice.order_number}
    orders = {order.code: order for order in Order.objects.filter(code__in=codes)}
    if not orders:
        return {}
    living = Q()
    left = Q()
    for order in orders.values():
        living |= Q(invoice__reference__startswith=f"{order.confirmation}:")
        left |= Q(reference__startswith=sales_of(order))
    starts: dict[int, int] = {}
    billed_upto: dict[tuple[str, int], int] = defaultdict(int)
    for bill in (
        InvoiceLine.objects.filter(living, order_line__isnull=False)
        .order_by("invoice_id", "pk")
        .select_related("invoice")
    ):
        key = (bill.invoice.order_number, bill.order_line or 0)
        starts[bill.pk] = billed_upto[key]
        billed_upto[key] += bill.quantity
    moves: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
    for reference, code, pieces in (
        StockMove.objects.filter(left).order_by("at", "pk").values_list("reference", "document", "quantity")
    ):
        moves[(code, position_in(reference))].append((reference.removeprefix(SALE), -pieces))
    return {
        pk: _by_stretch(
            moves[(billed.invoice.order_number, billed.order_line)], starts.get(billed.pk, 0), billed.quantity
        )
        for pk, billed in of.items()
        if billed.order_line is not None
    }


def _by_stretch(moves: Sequence[tuple[str, int]], start: int, pieces: int) -> list[str]:
    """The moves that took pieces of the stretch, in order; then the others."""
    inside: list[str] = []
    others: list[str] = []
    begins = 0
    for reference, count in moves:
        meets = begins < start + pieces and begins + count > start
        (inside if meets else others).append(reference)
        begins += count
    return inside + others


def credit_notes_of(rma: Return) -> QuerySet[CreditNote]:
    """What was credited when a return was settled."""
    return (
        CreditNote.objects.filter(reference__startswith=f"return:{rma.pk}:")
        .select_related("invoice")
        .order_by("pk")
    )


def supplier_lines(rma: Return) -> dict[int, SupplierReturnLine]:
    """By position of the return's line: where its pieces for the supplier stand."""
    rows = SupplierReturnLine.objects.filter(source__startswith=f"return:{rma.number}:")
    return {
        int(row.source.split(":")[2]): row
        for row in rows.select_related("supplier_return__supplier", "product")
    }


def with_pieces(rows: QuerySet[Return]) -> QuerySet[Return]:
    """Annotate `pieces`: asked to come back."""
    return rows.annotate(pieces=Sum("lines__quantity"))


def returns_of_invoices(invoices: Sequence[Invoice]) -> Any:
    """Returns against these invoices, newest first."""
    keys = [invoice.pk for invoice in invoices]
    return (
        Return.objects.filter(lines__invoice_line__invoice__in=keys).distinct().order_by("-asked_at", "-pk")
    )


def search_returns(rows: QuerySet[Return], text: str) -> QuerySet[Return]:
    """By number (`RMA-2026-00012`, `12`), invoice, or anything that finds the customer."""
    found = Q(customer__in=Customer.objects.search(text).order_by().values_list("pk", flat=True))
    digits = text.upper().removeprefix("RMA-").strip()
    if digits.replace("-", "").isdecimal():
        found |= Q(number__endswith=f"-{digits:0>5}" if digits.isdecimal() else digits)
    if text:
        found |= Q(
            pk__in=ReturnLine.objects.filter(invoice_line__invoice__number=text.upper()).values("rma_id")
        )
    return rows.filter(found)
