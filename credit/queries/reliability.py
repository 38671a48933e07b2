"""How a customer paid what came due, read from invoices and what paid them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import connection

from core.money import round_money
from credit.models import CreditAccount
from credit.rating import SINCE, Reliability

# Of each invoice that came due: what each payment really paid of it (a reversed one sums to nothing), and what is
# still missing. What a credit note took back was never to be paid. Money paid before the due date is 0 days late.
# Of an invoice in parts each part is counted for itself: what came is laid end to end over the parts.
PAID = """
WITH due AS (
    SELECT id, due_on, outstanding FROM credit_invoice
    WHERE account_id = %(account)s AND due_on > %(since)s AND due_on < %(on)s AND NOT in_parts
),
part AS (
    SELECT t.id, t.invoice_id, t.due_on, i.total - t.later - t.amount AS begins, i.total - t.later AS ends,
        i.total - i.outstanding AS paid
    FROM credit_invoice i JOIN credit_instalmentplan p ON p.invoice_id = i.id AND p.until_on IS NULL
    JOIN credit_instalment t ON t.plan_id = p.id
    WHERE i.account_id = %(account)s AND i.in_parts AND t.due_on > %(since)s AND t.due_on < %(on)s
),
laid AS (
    SELECT a.invoice_id, p.received_on, sum(a.amount) AS amount,
        sum(sum(a.amount)) OVER (PARTITION BY a.invoice_id ORDER BY min(a.id)) AS ends
    FROM credit_allocation a LEFT JOIN credit_payment p ON p.id = a.payment_id
    WHERE a.invoice_id IN (SELECT invoice_id FROM part)
    GROUP BY a.invoice_id, a.payment_id, a.credit_note_id, a.write_off_id, p.received_on HAVING sum(a.amount) > 0
),
money AS (
    SELECT d.id, sum(a.amount) AS amount, greatest(p.received_on - d.due_on, 0) AS late
    FROM due d JOIN credit_allocation a ON a.invoice_id = d.id JOIN credit_payment p ON p.id = a.payment_id
    GROUP BY d.id, p.id, late HAVING sum(a.amount) > 0
    UNION ALL
    SELECT id, outstanding, %(on)s::date - due_on FROM due WHERE outstanding > 0
    UNION ALL
    SELECT -t.id, least(l.ends, t.ends) - greatest(l.ends - l.amount, t.begins),
        greatest(l.received_on - t.due_on, 0)
    FROM part t JOIN laid l ON l.invoice_id = t.invoice_id AND l.ends > t.begins AND l.ends - l.amount < t.ends
    WHERE l.received_on IS NOT NULL
    UNION ALL
    SELECT -id, ends - greatest(begins, paid), %(on)s::date - due_on FROM part WHERE ends > paid
)
SELECT count(DISTINCT id), sum(amount), sum(amount) FILTER (WHERE late = 0), sum(amount * late),
       (SELECT min(issued_on) FROM credit_invoice WHERE account_id = %(account)s)
FROM money
"""


def reliability(account: CreditAccount, *, on: dt.date) -> Reliability:
    """The figures of the rating on a day, in one query; nothing was due for an account that is not stored."""
    if not account.pk:
        return Reliability(0, None, None, None, 0)
    with connection.cursor() as cursor:
        cursor.execute(PAID, {"account": account.pk, "since": on - SINCE, "on": on})
        invoices, total, on_time, weighted, since = cursor.fetchone()
    months = (on.year - since.year) * 12 + on.month - since.month - (on.day < since.day) if since else 0
    if not total:
        return Reliability(0, None, None, since, months)
    share = round_money((on_time or Decimal(0)) * 100 / total)
    return Reliability(invoices, share, round_money(Decimal(weighted) / total), since, months)
