"""Does every figure about money owed equal what its ledger and documents say?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from core.books import Discrepancy

# Each check gives (record, stored, expected) for what differs.
CHECKS = {
    "balance = Σ receivable entries": """
        SELECT 'account ' || a.id, a.balance, coalesce(e.total, 0)
        FROM credit_creditaccount a
        LEFT JOIN (SELECT account_id, sum(amount) total FROM credit_receivableentry GROUP BY 1) e
          ON e.account_id = a.id
        WHERE a.balance <> coalesce(e.total, 0)""",
    "open_orders = Σ commitments": """
        SELECT 'account ' || a.id, a.open_orders, coalesce(c.total, 0)
        FROM credit_creditaccount a
        LEFT JOIN (SELECT account_id, sum(amount) total FROM credit_ordercommitment GROUP BY 1) c
          ON c.account_id = a.id
        WHERE a.open_orders <> coalesce(c.total, 0)""",
    "uncleared = Σ deposited cheques": """
        SELECT 'account ' || a.id, a.uncleared, coalesce(c.total, 0)
        FROM credit_creditaccount a
        LEFT JOIN (SELECT account_id, sum(amount) total FROM credit_cheque WHERE state = 'deposited' GROUP BY 1) c
          ON c.account_id = a.id
        WHERE a.uncleared <> coalesce(c.total, 0)""",
    "a cheque's payment stands while the cheque does": """
        SELECT c.number || ' ' || c.bank, c.state, CASE WHEN p.reversed_at IS NULL THEN 'paid' ELSE 'reversed' END
        FROM credit_cheque c JOIN credit_payment p ON p.id = c.payment_id
        WHERE (c.state = 'bounced') <> (p.reversed_at IS NOT NULL)
           OR (p.account_id, p.amount, p.method) IS DISTINCT FROM (c.account_id, c.amount, 'cheque')""",
    "deposit slip = Σ its cheques": """
        SELECT d.number, d.count || ': ' || d.total, coalesce(s.count, 0) || ': ' || coalesce(s.total, 0)
        FROM credit_chequedeposit d
        LEFT JOIN (SELECT t.deposit_id, count(*), sum(c.amount) total FROM credit_chequestep t
                   JOIN credit_cheque c ON c.id = t.cheque_id WHERE t.kind = 'deposited' GROUP BY 1) s
          ON s.deposit_id = d.id
        WHERE (d.count, d.total) IS DISTINCT FROM (s.count, s.total)""",
    "bounced as often as its steps say": """
        SELECT c.number || ' ' || c.bank, c.times_bounced, coalesce(s.count, 0)
        FROM credit_cheque c
        LEFT JOIN (SELECT cheque_id, count(*) FROM credit_chequestep WHERE kind = 'bounced' GROUP BY 1) s
          ON s.cheque_id = c.id
        WHERE c.times_bounced <> coalesce(s.count, 0)""",
    "booked bank line = its payment": """
        SELECT 'bank line ' || l.id, l.amount || ' ' || b.currency, p.amount || ' ' || p.currency
        FROM credit_bankline l
        JOIN credit_bankaccount b ON b.id = l.account_id
        JOIN credit_payment p ON p.id = l.payment_id
        WHERE (l.amount, b.currency) IS DISTINCT FROM (p.amount, p.currency) OR p.reverses_id IS NOT NULL""",
    "opening row = its document": """
        SELECT 'row ' || r.number || ' of import ' || r.batch_id, i.kind || ' ' || i.outstanding, p.amount
        FROM credit_openingrow r
        JOIN credit_invoice i ON i.id = r.invoice_id
        LEFT JOIN credit_payment p ON p.id = r.payment_id
        WHERE i.kind <> 'opening' OR p.account_id <> i.account_id OR p.amount > i.total
           OR (r.outcome = 'taken_back' AND (i.outstanding <> 0 OR p.reversed_at IS NULL AND p.id IS NOT NULL))""",
    "approved notice = its payment": """
        SELECT 'notice ' || n.id, n.amount || ' ' || n.method, p.amount || ' ' || p.method
        FROM credit_paymentnotice n JOIN credit_payment p ON p.id = n.payment_id
        WHERE (n.account_id, n.amount, n.method) IS DISTINCT FROM (p.account_id, p.amount, p.method)""",
    "unallocated = Σ unallocated of payments and credit notes": """
        SELECT 'account ' || a.id, a.unallocated, coalesce(p.total, 0) + coalesce(n.total, 0)
        FROM credit_creditaccount a
        LEFT JOIN (SELECT account_id, sum(unallocated_amount) total FROM credit_payment GROUP BY 1) p
          ON p.account_id = a.id
        LEFT JOIN (SELECT account_id, sum(unallocated_amount) total FROM credit_creditnote GROUP BY 1) n
          ON n.account_id = a.id
        WHERE a.unallocated <> coalesce(p.total, 0) + coalesce(n.total, 0)""",
    "balance = Σ outstanding − unallocated": """
        SELECT 'account ' || a.id, a.balance, coalesce(i.total, 0) - a.unallocated
        FROM credit_creditaccount a
        LEFT JOIN (SELECT account_id, sum(outstanding) total FROM credit_invoice GROUP BY 1) i
          ON i.account_id = a.id
        WHERE a.balance <> coalesce(i.total, 0) - a.unallocated""",
    "outstanding = total − Σ allocations": """
        SELECT i.number, i.outstanding, i.total - coalesce(s.total, 0)
        FROM credit_invoice i
        LEFT JOIN (SELECT invoice_id, sum(amount) total FROM credit_allocation GROUP BY 1) s
          ON s.invoice_id = i.id
        WHERE i.outstanding <> i.total - coalesce(s.total, 0)""",
    "payment = Σ allocations + refunds + written off + unallocated": """
        SELECT p.number, p.unallocated_amount,
               CASE WHEN p.reversed_at IS NULL AND p.amount > 0 THEN p.amount ELSE 0 END - coalesce(s.total, 0)
        FROM credit_payment p
        LEFT JOIN (SELECT payment_id, sum(amount) total FROM (
                SELECT payment_id, amount FROM credit_allocation WHERE payment_id IS NOT NULL
                UNION ALL SELECT payment_id, amount FROM credit_refund
                    WHERE payment_id IS NOT NULL AND taken_on IS NOT NULL AND returned_on IS NULL
                UNION ALL SELECT payment_id, -amount FROM credit_writeoff
                    WHERE payment_id IS NOT NULL AND written_on IS NOT NULL) used GROUP BY 1) s
          ON s.payment_id = p.id
        WHERE p.unallocated_amount <>
              CASE WHEN p.reversed_at IS NULL AND p.amount > 0 THEN p.amount ELSE 0 END - coalesce(s.total, 0)""",
    "credit note = Σ allocations + refunds + written off + unallocated": """
        SELECT n.number, n.unallocated_amount, n.total - coalesce(s.total, 0)
        FROM credit_creditnote n
        LEFT JOIN (SELECT credit_note_id, sum(amount) total FROM (
                SELECT credit_note_id, amount FROM credit_allocation WHERE credit_note_id IS NOT NULL
                UNION ALL SELECT credit_note_id, amount FROM credit_refund
                    WHERE credit_note_id IS NOT NULL AND taken_on IS NOT NULL AND returned_on IS NULL
                UNION ALL SELECT credit_note_id, -amount FROM credit_writeoff
                    WHERE credit_note_id IS NOT NULL AND written_on IS NOT NULL) used GROUP BY 1) s
          ON s.credit_note_id = n.id
        WHERE n.unallocated_amount <> n.total - coalesce(s.total, 0)""",
    "write-off = Σ allocations": """
        SELECT w.number, w.amount, coalesce(s.total, 0)
        FROM credit_writeoff w
        LEFT JOIN (SELECT write_off_id, sum(amount) total FROM credit_allocation
                   WHERE write_off_id IS NOT NULL GROUP BY 1) s ON s.write_off_id = w.id
        WHERE coalesce(s.total, 0) <> CASE WHEN w.written_on IS NOT NULL AND w.payment_id IS NULL
              AND w.credit_note_id IS NULL THEN w.amount ELSE 0 END""",
    "write-off = Σ lines asked for": """
        SELECT 'write-off ' || w.id, w.amount, coalesce(l.total, 0)
        FROM credit_writeoff w
        LEFT JOIN (SELECT write_off_id, sum(amount) total FROM credit_writeoffline GROUP BY 1) l
          ON l.write_off_id = w.id
        WHERE w.reverses_id IS NULL AND w.amount > 0 AND w.amount <> coalesce(l.total, 0)""",
    "write-off taken back ⇔ a reversing row": """
        SELECT w.number, w.reversed_at IS NOT NULL, r.id IS NOT NULL
        FROM credit_writeoff w LEFT JOIN credit_writeoff r ON r.reverses_id = w.id AND r.amount = -w.amount
        WHERE (w.reversed_at IS NOT NULL) <> (r.id IS NOT NULL)""",
    "refunds by a gateway ≤ its payment": """
        SELECT g.provider || ' ' || g.provider_payment_id, sum(r.amount), g.amount
        FROM credit_refund r JOIN credit_gatewaypayment g ON g.id = r.gateway_payment_id
        WHERE r.taken_on IS NOT NULL AND r.returned_on IS NULL
        GROUP BY g.id HAVING sum(r.amount) > g.amount""",
    "reversed_at ⇔ a reversing row": """
        SELECT p.number, p.reversed_at IS NOT NULL, r.id IS NOT NULL
        FROM credit_payment p LEFT JOIN credit_payment r ON r.reverses_id = p.id AND r.amount = -p.amount
        WHERE (p.reversed_at IS NOT NULL) <> (r.id IS NOT NULL)""",
    "invoice = Σ lines": """
        SELECT i.number, i.net || ' + ' || i.tax, coalesce(l.net, 0) || ' + ' || coalesce(l.tax, 0)
        FROM credit_invoice i
        LEFT JOIN (SELECT invoice_id, sum(net) net, sum(tax) tax FROM credit_invoiceline GROUP BY 1) l
          ON l.invoice_id = i.id
        WHERE (i.net, i.tax) IS DISTINCT FROM (coalesce(l.net, 0), coalesce(l.tax, 0))""",
    "credit note = Σ lines": """
        SELECT n.number, n.net || ' + ' || n.tax, coalesce(l.net, 0) || ' + ' || coalesce(l.tax, 0)
        FROM credit_creditnote n
        LEFT JOIN (SELECT credit_note_id, sum(net) net, sum(tax) tax FROM credit_creditnoteline GROUP BY 1) l
          ON l.credit_note_id = n.id
        WHERE (n.net, n.tax) IS DISTINCT FROM (coalesce(l.net, 0), coalesce(l.tax, 0))""",
    "taken back ≤ billed": """
        SELECT i.number || ' line ' || l.position, sum(c.quantity), l.quantity
        FROM credit_creditnoteline c
        JOIN credit_invoiceline l ON l.id = c.invoice_line_id
        JOIN credit_invoice i ON i.id = l.invoice_id
        GROUP BY i.number, l.id HAVING sum(c.quantity) > l.quantity""",
    "taken back of a line ≤ its amount": """
        SELECT i.number || ' line ' || l.position, sum(c.gross), l.gross
        FROM credit_creditnoteline c
        JOIN credit_invoiceline l ON l.id = c.invoice_line_id
        JOIN credit_invoice i ON i.id = l.invoice_id
        GROUP BY i.number, l.id HAVING sum(c.gross) > l.gross""",
    "disputed ≤ billed": """
        SELECT i.number || coalesce(' line ' || l.position, ''), sum(d.amount), coalesce(l.gross, i.total)
        FROM credit_dispute d
        JOIN credit_invoice i ON i.id = d.invoice_id
        LEFT JOIN credit_invoiceline l ON l.id = d.line_id
        WHERE d.state = 'open'
        GROUP BY i.id, l.id HAVING sum(d.amount) > coalesce(l.gross, i.total)""",
    "upheld dispute: its credit note is of its invoice, at most its amount": """
        SELECT 'dispute ' || d.id, n.total, d.amount
        FROM credit_dispute d JOIN credit_creditnote n ON n.id = d.credit_note_id
        WHERE n.invoice_id <> d.invoice_id OR n.total > d.amount + 1""",
    "document in the ledger, once, with its amount": """
        SELECT d.number, d.amount, e.amount
        FROM (SELECT number, 'invoice:' || number reference, account_id, total amount FROM credit_invoice
              UNION ALL SELECT number, 'payment:' || number, account_id, -amount FROM credit_payment
              UNION ALL SELECT number, 'credit_note:' || number, account_id, -total FROM credit_creditnote
              UNION ALL SELECT number, 'write_off:' || number, account_id, -amount FROM credit_writeoff
                  WHERE written_on IS NOT NULL
              UNION ALL SELECT number, 'refund:' || number, account_id, amount FROM credit_refund
                  WHERE taken_on IS NOT NULL
              UNION ALL SELECT number, 'refund_back:' || number, account_id, -amount FROM credit_refund
                  WHERE returned_on IS NOT NULL) d
        FULL JOIN credit_receivableentry e ON e.reference = d.reference AND e.account_id = d.account_id
        WHERE d.amount IS DISTINCT FROM e.amount""",
    "in parts ⇔ exactly one plan in force": """
        SELECT i.number, i.in_parts, count(p.id)
        FROM credit_invoice i LEFT JOIN credit_instalmentplan p ON p.invoice_id = i.id AND p.until_on IS NULL
        WHERE i.in_parts OR p.id IS NOT NULL
        GROUP BY i.id HAVING count(p.id) <> 1 OR NOT i.in_parts""",
    "invoice = Σ parts of each of its plans": """
        SELECT i.number || ' plan ' || p.version, i.total, coalesce(t.total, 0)
        FROM credit_instalmentplan p JOIN credit_invoice i ON i.id = p.invoice_id
        LEFT JOIN (SELECT plan_id, invoice_id, sum(amount) total FROM credit_instalment GROUP BY 1, 2) t
          ON t.plan_id = p.id AND t.invoice_id = p.invoice_id
        WHERE i.total IS DISTINCT FROM t.total""",
    "later = Σ parts after it": """
        SELECT 'instalment ' || id, later, expected FROM (
            SELECT id, later, coalesce(sum(amount) OVER (PARTITION BY plan_id ORDER BY position
                ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0) AS expected
            FROM credit_instalment) t
        WHERE later <> expected""",
    "plans follow each other without a gap": """
        SELECT i.number || ' plan ' || p.version, p.from_on, before.until_on
        FROM credit_instalmentplan p JOIN credit_invoice i ON i.id = p.invoice_id
        LEFT JOIN credit_instalmentplan before ON before.invoice_id = p.invoice_id
          AND before.version = p.version - 1
        WHERE p.from_on <> coalesce(before.until_on, i.issued_on)""",
}


def check_books() -> Iterator[Discrepancy]:
    """Every figure of the receivables that its ledger or documents contradict."""
    for check, sql in CHECKS.items():
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for record, stored, expected in cursor.fetchall():
                yield Discrepancy(check, str(record), stored, expected)
