"""Does every order say what its reservations, deliveries and invoices say?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.db.models import Exists, F, OuterRef

from core.books import Discrepancy
from orders.amounts import unbilled
from orders.models import Order, OrderLine

CHECKS = {
    "reserved = Σ open reservations": """
        SELECT o.code || ' line ' || l.position, l.reserved, coalesce(r.open, 0)
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN (
            SELECT split_part(reference, ':', 2)::bigint AS order_id, split_part(reference, ':', 5)::int AS position,
                   sum(quantity) AS open
            FROM inventory_reservation WHERE state = 'open' AND reference LIKE 'order:%' GROUP BY 1, 2
        ) r ON r.order_id = l.order_id AND r.position = l.position
        WHERE l.reserved <> coalesce(r.open, 0)""",
    "delivered = Σ shipped reservations": """
        SELECT o.code || ' line ' || l.position, l.delivered, coalesce(r.shipped, 0)
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN (
            SELECT split_part(reference, ':', 2)::bigint AS order_id, split_part(reference, ':', 5)::int AS position,
                   sum(quantity) AS shipped
            FROM inventory_reservation WHERE state = 'shipped' AND reference LIKE 'order:%' GROUP BY 1, 2
        ) r ON r.order_id = l.order_id AND r.position = l.position
        WHERE l.delivered <> coalesce(r.shipped, 0)""",
    "confirmed pieces are reserved, backordered or delivered": """
        SELECT o.code || ' line ' || l.position, l.reserved + l.backordered + l.delivered,
               CASE WHEN o.confirmed THEN l.quantity ELSE 0 END
        FROM orders_orderline l
        JOIN (SELECT *, status NOT IN ('draft', 'credit_hold', 'cancelled') AS confirmed FROM orders_order) o
          ON o.id = l.order_id
        WHERE l.reserved + l.backordered + l.delivered <> CASE WHEN o.confirmed THEN l.quantity ELSE 0 END""",
    "waiting in the stock's books = backordered": """
        SELECT coalesce(w.reference, o.code || ' line ' || l.position),
               coalesce(w.pieces || ' at ' || w.location_id || ', ' || w.priority || ' since ' || w.since, '0'),
               coalesce(nullif(l.backordered, 0) || ' at ' || o.location_id || ', ' || o.priority || ' since '
                        || o.confirmed_at, '0')
        FROM (SELECT * FROM orders_orderline WHERE backordered > 0) l JOIN orders_order o ON o.id = l.order_id
        FULL JOIN (SELECT * FROM inventory_waiting WHERE reference LIKE 'order:%') w
          ON w.reference = 'order:' || o.id || ':line:' || l.position
        WHERE (w.product_id, w.location_id, w.customer_id, w.pieces, w.priority, w.since, w.turn)
              IS DISTINCT FROM (l.product_id, o.location_id, o.customer_id, l.backordered, o.priority, o.confirmed_at,
                                o.id)""",
    "invoiced = Σ lines of this confirmation's invoices": """
        SELECT o.code || ' line ' || l.position, l.invoiced,
               least(coalesce(b.billed, 0), CASE WHEN o.closed_short_at IS NOT NULL THEN l.quantity END)
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN (
            SELECT split_part(i.reference, ':', 2)::bigint AS order_id, split_part(i.reference, ':', 3)::int AS turn,
                   il.order_line, sum(il.quantity) AS billed
            FROM credit_invoiceline il JOIN credit_invoice i ON i.id = il.invoice_id
            WHERE i.reference LIKE 'order:%' GROUP BY 1, 2, 3
        ) b ON b.order_id = o.id AND b.turn = o.confirmations AND b.order_line = l.position
              AND o.status NOT IN ('draft', 'credit_hold', 'cancelled')
        WHERE l.invoiced
              <> least(coalesce(b.billed, 0), CASE WHEN o.closed_short_at IS NOT NULL THEN l.quantity END)""",
    "billed of an order closed short ≤ delivered": """
        SELECT o.code || ' line ' || l.position, sum(w.quantity - coalesce(noted.pieces, 0)), l.delivered
        FROM orders_order o
        JOIN orders_orderline l ON l.order_id = o.id
        JOIN credit_invoice v ON v.order_number = o.code AND v.reference LIKE 'order:%'
             AND split_part(v.reference, ':', 3)::int = o.confirmations
        JOIN credit_invoiceline w ON w.invoice_id = v.id AND w.order_line = l.position
        LEFT JOIN (
            SELECT c.invoice_line_id, sum(c.quantity) AS pieces
            FROM credit_creditnoteline c JOIN credit_creditnote n ON n.id = c.credit_note_id
            WHERE n.reference NOT LIKE 'return:%' GROUP BY 1
        ) noted ON noted.invoice_line_id = w.id
        WHERE o.closed_short_at IS NOT NULL
        GROUP BY o.code, l.id HAVING sum(w.quantity - coalesce(noted.pieces, 0)) > l.delivered""",
    "what was given up belongs to an order closed short": """
        SELECT o.code, sum(l.given_up), CASE WHEN o.closed_short_at IS NULL THEN 0 ELSE sum(l.given_up) END
        FROM orders_order o JOIN orders_orderline l ON l.order_id = o.id AND l.given_up > 0
        WHERE o.closed_short_at IS NULL GROUP BY o.id""",
    "order = Σ lines": """
        SELECT o.code, o.net || ' + ' || o.tax, coalesce(l.net, 0) || ' + ' || coalesce(l.tax, 0)
        FROM orders_order o
        LEFT JOIN (SELECT order_id, sum(net) net, sum(tax) tax FROM orders_orderline GROUP BY 1) l
          ON l.order_id = o.id
        WHERE (o.net, o.tax) IS DISTINCT FROM (coalesce(l.net, 0), coalesce(l.tax, 0))""",
    "quotation = Σ lines": """
        SELECT q.number, q.net || ' + ' || q.tax, coalesce(l.net, 0) || ' + ' || coalesce(l.tax, 0)
        FROM orders_quotation q
        LEFT JOIN LATERAL (SELECT sum((each ->> 'net')::numeric) net, sum((each ->> 'tax')::numeric) tax
                           FROM jsonb_array_elements(q.lines) each) l ON true
        WHERE (q.net, q.tax) IS DISTINCT FROM (coalesce(l.net, 0), coalesce(l.tax, 0))""",
    "confirmed order has a decision that lets it go": """
        SELECT o.code, coalesce(d.verdict, 'none'), 'approved or overridden'
        FROM orders_order o LEFT JOIN credit_creditdecision d ON d.id = o.credit_decision_id
        WHERE o.status NOT IN ('draft', 'credit_hold', 'cancelled')
          AND (d.id IS NULL OR d.verdict = 'refused' OR d.amount < o.total
               OR o.closed_short_at IS NULL AND d.amount > o.total OR d.reference <> 'order:' || o.id)""",
    "backordered ⇔ pieces wait": """
        SELECT o.code, o.status, CASE WHEN l.waiting > 0 THEN 'pieces wait' ELSE 'no piece waits' END
        FROM orders_order o
        JOIN (SELECT order_id, sum(backordered) waiting FROM orders_orderline GROUP BY 1) l ON l.order_id = o.id
        WHERE (o.status = 'backordered') <> (l.waiting > 0)""",
    "customer's figures = living orders": """
        SELECT 'customer ' || coalesce(f.customer_id, o.customer_id), f.orders || ', ' || f.spent,
               coalesce(o.orders, 0) || ', ' || coalesce(o.spent, 0)
        FROM customers_customerfigures f
        FULL JOIN (
            SELECT customer_id, count(*) orders, sum(total) spent FROM orders_order
            WHERE status NOT IN ('draft', 'credit_hold', 'cancelled') GROUP BY 1
        ) o ON o.customer_id = f.customer_id
        WHERE (coalesce(f.orders, 0), coalesce(f.spent, 0)) <> (coalesce(o.orders, 0), coalesce(o.spent, 0))""",
    "returned ≤ billed and delivered": """
        SELECT v.number || ' line ' || w.position, back.pieces,
               'at most ' || (w.quantity - coalesce(noted.pieces, 0))
        FROM credit_invoiceline w JOIN credit_invoice v ON v.id = w.invoice_id
        JOIN (
            SELECT l.invoice_line_id,
                   sum(CASE WHEN r.state = 'asked' THEN l.quantity ELSE coalesce(part.pieces, 0) END) AS pieces
            FROM orders_returnline l
            JOIN orders_return r ON r.id = l.rma_id AND r.state IN ('asked', 'received', 'settled')
            LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM orders_returnpart
                       WHERE disposition <> 'back' GROUP BY 1) part ON part.line_id = l.id
            GROUP BY 1
        ) back ON back.invoice_line_id = w.id
        LEFT JOIN (
            SELECT c.invoice_line_id, sum(c.quantity) AS pieces
            FROM credit_creditnoteline c JOIN credit_creditnote n ON n.id = c.credit_note_id
            WHERE n.reference NOT LIKE 'return:%' GROUP BY 1
        ) noted ON noted.invoice_line_id = w.id
        WHERE back.pieces > w.quantity - coalesce(noted.pieces, 0)""",
    "returned pieces = stock moves of the return": """
        SELECT r.number || ' line ' || l.position || ' ' || p.disposition, p.pieces, coalesce(m.pieces, 0)
        FROM orders_returnpart p JOIN orders_returnline l ON l.id = p.line_id JOIN orders_return r ON r.id = l.rma_id
        LEFT JOIN (
            SELECT split_part(reference, ':', 2) AS number, split_part(reference, ':', 3) AS position,
                   split_part(reference, ':', 4) AS disposition, product_id, location_id, sum(quantity) AS pieces
            FROM inventory_stockmove WHERE kind = 'return' AND reference LIKE 'return:%' GROUP BY 1, 2, 3, 4, 5
        ) m ON (m.number, m.position, m.disposition) = (r.number, l.position::text, p.disposition)
         AND m.product_id = l.product_id AND m.location_id = p.location_id
        WHERE p.disposition <> 'back' AND p.pieces <> coalesce(m.pieces, 0)""",
    "pieces for a supplier = what its return to them has": """
        SELECT s.source, s.quantity, coalesce(p.pieces, 0)
        FROM inventory_supplierreturnline s
        LEFT JOIN orders_return r ON r.number = split_part(s.source, ':', 2)
        LEFT JOIN orders_returnline l ON l.rma_id = r.id AND l.position = split_part(s.source, ':', 3)::int
             AND l.product_id = s.product_id
        LEFT JOIN orders_returnpart p ON p.line_id = l.id AND p.disposition = split_part(s.source, ':', 4)
        WHERE s.source LIKE 'return:%' AND s.quantity <> coalesce(p.pieces, 0)""",
    "stock moves of a return stand on it": """
        SELECT m.reference, m.quantity, 'no such part'
        FROM inventory_stockmove m
        LEFT JOIN orders_return r ON r.number = m.document
        LEFT JOIN orders_returnline l ON l.rma_id = r.id AND l.position = split_part(m.reference, ':', 3)::int
        LEFT JOIN orders_returnpart p ON p.line_id = l.id AND p.disposition = split_part(m.reference, ':', 4)
        WHERE m.kind = 'return' AND m.reference LIKE 'return:RMA-%' AND p.id IS NULL""",
    "credited with a return = its credit notes": """
        SELECT r.number, r.credited, coalesce(sum(n.total), 0)
        FROM orders_return r LEFT JOIN credit_creditnote n ON n.reference LIKE 'return:' || r.id || ':%'
        GROUP BY r.id HAVING r.credited <> coalesce(sum(n.total), 0)""",
    "restocking fee = its debit note": """
        SELECT r.number, r.fee, coalesce(v.total, 0)
        FROM orders_return r LEFT JOIN credit_invoice v ON v.id = r.fee_document_id
        WHERE r.fee <> coalesce(v.total, 0)""",
    "customer's returns = returns that came": """
        SELECT 'customer ' || coalesce(f.customer_id, r.customer_id), coalesce(f.returns, 0), coalesce(r.came, 0)
        FROM customers_customerfigures f
        FULL JOIN (
            SELECT r.customer_id, count(*) AS came FROM orders_return r
            WHERE EXISTS (SELECT FROM orders_returnline l JOIN orders_returnpart p ON p.line_id = l.id
                          WHERE l.rma_id = r.id AND p.disposition <> 'back')
            GROUP BY 1
        ) r ON r.customer_id = f.customer_id
        WHERE coalesce(f.returns, 0) <> coalesce(r.came, 0)""",
    "delivered = Σ deliveries": """
        SELECT o.code || ' line ' || l.position, l.delivered, coalesce(d.pieces, 0)
        FROM orders_orderline l JOIN orders_order o ON o.id = l.order_id
        LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM orders_deliveryline GROUP BY 1) d ON d.line_id = l.id
        WHERE l.delivered <> coalesce(d.pieces, 0)
          AND EXISTS (SELECT FROM orders_delivery any_of WHERE any_of.order_id = o.id)""",
    "reservation belongs to an order line": """
        SELECT r.reference, r.quantity, 'no such order line'
        FROM inventory_reservation r
        LEFT JOIN orders_orderline l ON l.order_id = split_part(r.reference, ':', 2)::bigint
              AND l.position = split_part(r.reference, ':', 5)::int AND l.product_id = r.product_id
        WHERE r.reference LIKE 'order:%' AND r.state = 'open' AND l.id IS NULL""",
}


def check_books() -> Iterator[Discrepancy]:
    """Every figure of an order that stock, invoices or credit contradict."""
    for check, sql in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for record, stored, expected in cursor.fetchall():
                yield Discrepancy(check, str(record), stored, expected)
    yield from _commitments()


def _commitments() -> Iterator[Discrepancy]:
    """What each order still commits against what its lines still bill, by the rule that bills them.

    Only orders with pieces not billed yet are worth the rule; what the others commit must be nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT reference, amount FROM credit_ordercommitment WHERE reference LIKE 'order:%'")
        committed = dict(cursor.fetchall())
    unbilled_lines = OrderLine.objects.filter(order=OuterRef("pk"), invoiced__lt=F("quantity"))
    waiting = Order.objects.living().filter(Exists(unbilled_lines))
    for order in waiting.prefetch_related("lines").iterator(chunk_size=2000):
        expected, stored = unbilled(order.lines.all()), committed.pop(order.reference, 0)
        if stored != expected:
            yield Discrepancy("commitment = what is still to bill", order.code, stored, expected)
    for reference, amount in committed.items():
        if amount:
            yield Discrepancy("commitment = what is still to bill", reference, amount, 0)
